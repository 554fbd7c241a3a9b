"""What Dataverse would refuse is found before it is written, and all of it at once."""

from __future__ import annotations

import pytest

from cotab_kit.errors import BuildError
from cotab_kit.solution.web_resource_rules import TYPES, check_resources, web_resource_type
from cotab_kit.solution.web_resources import display_name, web_resource

FOLDER = "contoso_/assist"


def findings(*names: str, size: int = 1, limit: int = 10) -> list[str]:
    with pytest.raises(BuildError) as failure:
        check_resources(dict.fromkeys(names, b"x" * size), FOLDER, limit)
    assert "Rename, convert or shrink" in failure.value.hint
    return str(failure.value).splitlines()


@pytest.mark.parametrize(
    "name", ["a.js", "a-b.js", "A_1.b.js", "assets/deep/er/x.PNG", "1.svg", "_.css", *(f"a{end}" for end in TYPES)]
)
def test_a_legal_name_passes(name: str) -> None:
    check_resources({name: b""}, FOLDER, 10)


@pytest.mark.parametrize(
    "name",
    [
        "a b.js",
        "ä.js",
        "a//b.js",
        "/a.js",
        "a\\b.js",
        "a/.js/",
        "a.js\n",
        "a(1).js",
        "a+b.js",
        "a@2x.png",
        "\uff11.js",
    ],
)
def test_an_illegal_name_is_found(name: str) -> None:
    assert any("letters, digits, '_', '-', '.', and single '/' only" in finding for finding in findings(name))


@pytest.mark.parametrize(
    "name", ["a.json", "a.wasm", "a.woff2", "a.mjs", "a", "js", "assets/js", ".js", "a.js.map", "a."]
)
def test_a_file_that_dataverse_has_no_type_for_is_found(name: str) -> None:
    (finding,) = findings(name)
    assert finding.startswith(f"{name}: Dataverse has no web resource type for it; it knows .htm, ")


@pytest.mark.parametrize(
    ("name", "number"), [("a.html", 1), ("a.css", 2), ("a.JS", 3), ("a.b.xml", 4), ("x/a.png", 5), ("a.svg", 11)]
)
def test_the_type_follows_from_the_end_of_the_name(name: str, number: int) -> None:
    assert web_resource_type(name) == number


def test_the_limit_itself_is_allowed_and_one_byte_more_is_not() -> None:
    check_resources({"a.js": b"x" * 10}, FOLDER, 10)
    assert findings("a.js", size=11) == ["a.js: 11 bytes are more than the limit of 10 (page.max_web_resource_bytes)"]


def test_the_length_of_a_name_counts_with_its_folder() -> None:
    longest = "a" * (256 - len(FOLDER) - len("/.js"))
    check_resources({f"{longest}.js": b""}, FOLDER, 10)
    (finding,) = findings(f"{longest}a.js")
    assert "longer than 256 characters" in finding


def test_a_file_is_shown_by_as_much_of_its_name_as_there_is_room_for() -> None:
    assert display_name(f"{FOLDER}/assets/{'a' * 200}.js") == "a" * 200
    assert web_resource(f"{FOLDER}/{'a' * 201}.js").findtext("DisplayName") == "a" * 200


def test_names_that_differ_in_capital_letters_only_are_found() -> None:
    assert [finding.partition(":")[0] for finding in findings("a/Logo.svg", "a/logo.svg", "b/logo.svg")] == [
        "a/Logo.svg",
        "a/logo.svg",
    ]


def test_everything_is_named_at_once() -> None:
    told = findings("a+b.js", "c.json", "d e.wasm", "f.js", size=11)
    assert [finding.partition(":")[0] for finding in told].count("d e.wasm") == 3
    assert {finding.partition(":")[0] for finding in told} == {"a+b.js", "c.json", "d e.wasm", "f.js"}
