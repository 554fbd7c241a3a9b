"""provider.toml: what every key may be, and how findings are told."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from cotab.modes import EscalationMode
from cotab_kit.errors import ManifestError
from cotab_kit.manifest.lengths import shortened, units
from cotab_kit.manifest.load import load_manifest
from cotab_kit.manifest.model import MANIFEST, Manifest
from cotab_kit.solution.records import data_records, solution_records

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Document = dict[str, Any]


def valid() -> Document:
    return {
        "publisher": {"prefix": "contoso", "privacy_url": "https://contoso.example/privacy"},
        "solution": {"unique_name": "assist", "version": "1.0.0.0"},
        "provider": {"name": "Contoso Assist"},
        "page": {"adapter": "main:Assist"},
        "modes": {"cobrowse": {}, "screenshare": {}},
    }


def full() -> Document:
    """The same with the tables that may be left out."""
    document = valid() | {"appsource": {}}
    document["solution"]["names"] = {"en-US": "Contoso Assist"}
    document["modes"]["cobrowse"]["languages"] = {"en-US": {"label": "Co-browse"}}
    return document


def toml(value: object) -> str:
    """A value as TOML has it, tables inline."""
    match value:
        case dict():
            return "{" + ", ".join(f"{toml(key)} = {toml(item)}" for key, item in value.items()) + "}"
        case list():
            return f"[{', '.join(map(toml, value))}]"
        case str():
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
        case bool():
            return str(value).lower()
        case dt.date() | dt.time():  # a date with time is a date, too
            return value.isoformat()
        case _:
            return repr(value)


def write(folder: Path, document: Document) -> None:
    lines = [f"{toml(key)} = {toml(value)}\n" for key, value in document.items()]
    (folder / MANIFEST).write_text("".join(lines), "utf-8", newline="\n")


@pytest.fixture
def load(tmp_path: Path) -> Callable[[Document], Manifest]:
    def load(document: Document) -> Manifest:
        write(tmp_path, document)
        return load_manifest(tmp_path / MANIFEST)

    return load


@pytest.fixture
def findings(load: Callable[[Document], Manifest], tmp_path: Path) -> Callable[[Document], list[str]]:
    """The lines of the error, without the file's name that each begins with."""

    def findings(document: Document) -> list[str]:
        with pytest.raises(ManifestError) as failure:
            load(document)
        assert "docs/manifest.md" in failure.value.hint
        lines = str(failure.value).splitlines()
        start = f"{tmp_path / MANIFEST}: "
        assert all(line.startswith(start) for line in lines)
        return [line.removeprefix(start) for line in lines]

    return findings


def with_key(key: str, value: object) -> Document:
    optional = ("appsource.", "solution.names.", "modes.cobrowse.languages.")
    document = full() if key.startswith(optional) else valid()
    *tables, last = key.split(".")
    place: Any = document
    for table in tables:
        place = place[table]
    place[last] = value
    return document


def get(manifest: Manifest, key: str) -> Any:  # noqa: ANN401 - any value of the manifest
    found: Any = manifest
    for part in key.split("."):
        found = found[part] if isinstance(found, dict) else getattr(found, part)
    return found


def test_the_shortest_manifest_has_everything_else_by_default(load: Callable[[Document], Manifest]) -> None:
    manifest = load(valid())
    page = manifest.page
    assert (page.boot, page.runtime, page.assets, page.packages, page.settings) == (
        "pyscript",
        "solution",
        "assets",
        (),
        {},
    )
    assert page.max_web_resource_bytes * 4 / 3 < 5_000_000
    assert manifest.publisher.support_url is None
    assert manifest.folder == "contoso_/assist"
    assert list(manifest.modes) == [EscalationMode.CO_BROWSE, EscalationMode.SCREEN_SHARE]


GOOD: dict[str, list[object]] = {
    "publisher.prefix": ["abc", "a2345678"],
    "publisher.privacy_url": ["https://x", "https://[::1]:8080/a?b=c#d"],
    "publisher.support_url": ["https://contoso.example/hilfe/für?x=1&y=2"],
    "publisher.unique_name": ["contoso", "Contoso_Ltd"],
    "publisher.name": ["Contoso Ltd."],
    "publisher.option_value_prefix": [10_000, 99_999],
    "solution.unique_name": ["A", "a" * 64],
    "solution.version": ["0.0.0.1", "2026.11.22.999999999"],
    "provider.name": ["x", 'Ünï "cödé" & <b> {{ x }} 日本語 🎈', "a" * 100, "🎈" * 50],
    "page.adapter": ["main:Assist", "package.module:_Class2"],
    "page.boot": ["pyscript", "pyodide"],
    "page.runtime": ["solution", "cdn", "inline"],
    "page.cdn": ["https://cdn.example/npm/"],
    "page.max_web_resource_bytes": [100_000, 100_000_000],
    "page.boot_timeout_seconds": [0.5, 600],
    "page.provider_timeout_seconds": [1],
    "page.assets": ["../shared/assets", "."],
    "page.settings": [{"a": [1, 2.5, "x", True, {"b": []}]}],
    "modes.cobrowse.name": ["Assist co-browse"],
    "modes.cobrowse.capability_name": ["Contoso_cobrowse"],
    "modes.cobrowse.template": ["contoso_x", "contoso_" + "a" * 92],
    "modes.cobrowse.order": [-(2**31), 0, 2**31 - 1],
    "modes.cobrowse.parameters": [{"region": "eu", "beta": True}],
}


@pytest.mark.parametrize(("key", "value"), [(key, value) for key, values in GOOD.items() for value in values])
def test_a_good_value_is_taken_as_it_is(load: Callable[[Document], Manifest], key: str, value: object) -> None:
    assert get(load(with_key(key, value)), key) == value


def test_packages_are_lines(load: Callable[[Document], Manifest]) -> None:
    assert load(with_key("page.packages", ["a==1", "b==2"])).page.packages == ("a==1", "b==2")


def test_space_around_the_name_is_left_out(load: Callable[[Document], Manifest]) -> None:
    assert load(with_key("provider.name", "  Contoso ")).provider.name == "Contoso"


HTTPS = "write an address that begins with https://"

# By key and what to write instead: values that are refused.
BAD: dict[tuple[str, str], list[object]] = {
    ("publisher.prefix", "3 to 8 lower-case letters and digits"): [
        "ab",
        "a23456789",
        "Contoso",
        "1abc",
        "a_b",
        "abc\n",
        3,
    ],
    ("publisher.prefix", "Dataverse keeps mscrm for Microsoft; write 3 to 8"): ["mscrmx"],
    ("publisher.privacy_url", HTTPS): ["http://contoso.example", "", "https://", "https:///privacy", ["https://x"]],
    ("publisher.privacy_url", "without blanks and quotes"): [
        "javascript:alert(1)",
        'https://x/"onclick=',
        "https://x/a b",
        "https://x/\x01",
        "https://x/\x80",
        "https://x/\nb",
    ],
    ("publisher.support_url", HTTPS): ["mailto:help@contoso.example", f"https://x/{'a' * 191}"],
    ("solution.unique_name", "64 letters, digits and underscores"): ["", "a-b", "1a", "ä", "a" * 65],
    ("solution.version", "four numbers"): ["1.0", "1.0.0.0-beta", "\u0661.0.0.0", "1.0.0.12345678901", 1.0],
    ("provider.name", "1 to 100 characters on one line"): [
        "",
        "   ",
        "a" * 101,
        "two\nlines",
        "a\0b",
        "a\ufffe",
        "a\x80b",
    ],
    ("page.adapter", "a module, a colon, and a class in it"): [
        "main",
        "main:",
        "my-module:Class",
        "main.py:a b",
        "main:" + "a" * 200,
    ],
    ("page.boot", 'write "pyscript" or "pyodide"'): ["python", 1],
    ("page.runtime", 'write "solution", "cdn" or "inline"'): ["local", ["cdn"]],
    ("page.cdn", HTTPS): ["//cdn.example"],
    ("page.max_web_resource_bytes", "from 100_000 to 100_000_000"): [99_999, 100_000_001, "5000000", 5e6, True],
    ("page.boot_timeout_seconds", "above 0, at most 600"): [0, -1, 601, float("nan"), float("inf")],
    ("page.provider_timeout_seconds", "a number above 0"): ["30", True, [30]],
    ("page.assets", "has a backslash, where a slash does on every system; write"): [r"web\assets"],
    ("preview", "is no address; write a path on your service"): [{"script": "https://["}, {"script": "http://[::1/x"}],
    ("preview", "write it as xn--"): [{"script": "https://b\xfccher.example/x"}, {"frame_sources": ["https://\xfc"]}],
    ("page.assets", "is a place of this machine alone; write the path of a folder"): ["/srv/assets", "C:/a", "C:a"],
    ("page.assets", "path of a folder"): ["", "a\0b", ["assets"], "a" * 201],
    ("page.packages", "write a list of requirements"): ["a==1 --hash=sha256:00", {"a": "1"}],
    ("page.settings", "write a table, [page.settings]"): [["a"]],
    ("publisher.unique_name", "64 letters, digits and underscores"): ["a-b", ""],
    ("publisher.name", "1 to 100 characters"): ["", "a" * 101],
    ("publisher.option_value_prefix", "from 10_000 to 99_999"): [9_999, 100_000, "19236", True],
    ("solution.names.en-US", "1 to 100 characters"): ["", "a" * 101, 3],
    ("provider.guid", "Dataverse takes it for none; write a GUID"): ["00000000-0000-0000-0000-000000000000"],
    ("provider.guid", "write a GUID"): ["x", "01234567-89ab-cdef-0123-456789abcde", 3],
    ("modes.cobrowse.name", "1 to 100 characters"): ["", "a" * 101],
    ("modes.cobrowse.capability_name", "1 to 100 characters"): ["", "a" * 101],
    ("modes.cobrowse.template", "100 in all"): ["contoso", "contoso-x", "contoso_" + "a" * 93],
    ("modes.cobrowse.order", "whole number"): [1.5, "1", True, 2**31, -(2**31) - 1],
    ("modes.cobrowse.icon", "path of an SVG file"): ["", 1, "a\0.svg"],
    ("modes.cobrowse.languages.en-US.label", "1 to 100 characters"): ["", "  ", "a" * 101, "a\nb"],
    ("modes.cobrowse.languages.en-US.label", "is 102 characters long, as Dataverse counts"): ["🎈" * 51],
    ("modes.cobrowse.languages.en-US.tooltip", "1 to 100 characters"): ["", "a" * 101, "🎈" * 51],
    ("modes.cobrowse.languages.en-US.slash_command", "a slash and up to 99"): [
        *("cb", "/", "/a b", "/" + "a" * 100, "/" + "🎈" * 50)
    ],
    ("modes.cobrowse.languages.en-US.guid", "write a GUID"): ["x"],
    ("modes.cobrowse.guid", "write a GUID"): [""],
    ("modes.cobrowse.capability_guid", "write a GUID"): ["0123"],
    ("appsource.countries", "two capital letters"): ["US", []],
    ("appsource.learn_more_url", HTTPS): ["http://contoso.example"],
    ("modes.cobrowse", "write a table, [modes.cobrowse]"): [True],
    ("modes", "add [modes.cobrowse], [modes.screenshare], or both"): ["cobrowse"],
    ("page", "add [page] with adapter"): ["main:Assist"],
}


@pytest.mark.parametrize(
    ("key", "instead", "value"), [(*wanted, value) for wanted, values in BAD.items() for value in values]
)
def test_a_bad_value_is_named_with_what_to_write_instead(
    findings: Callable[[Document], list[str]], key: str, instead: str, value: object
) -> None:
    (finding,) = findings(with_key(key, value))
    assert finding.startswith(key if isinstance(value, dict) else f"{key} = "), finding
    assert instead in finding


@pytest.mark.parametrize("key", ["provider.name", "modes.cobrowse.languages.en-US.label", "page.settings"])
def test_half_a_character_is_refused(key: str) -> None:
    """TOML cannot say it, whoever makes a manifest in Python can."""
    for value in ("a\ud83c", "\udf88"):
        with pytest.raises(ValidationError):
            Manifest.model_validate(with_key(key, {"a": value} if key == "page.settings" else value))


@given(st.text(st.characters(codec="utf-8", max_codepoint=0x1FFFF)), st.integers(-1, 20))
def test_lengths_are_those_of_utf_16(text: str, most: int) -> None:
    assert units(text) == len(text) + sum(letter > "\uffff" for letter in text)
    short = shortened(text, most)
    assert text.startswith(short)
    assert units(short) <= max(most, 0)
    assert short == text or units(short) >= most - 1


def test_a_long_name_with_emoji_leaves_room_for_what_is_made_of_it() -> None:
    manifest = Manifest.model_validate(with_key("provider.name", "🎈" * 50))
    for record in solution_records(manifest) + data_records(manifest):
        for column in record.table.columns:
            value = record.values.get(column.name)
            if isinstance(value, str) and column.max_length:
                assert units(value) <= column.max_length, column.name


def test_an_item_of_a_list_is_named(findings: Callable[[Document], list[str]]) -> None:
    (finding,) = findings(with_key("page.packages", ["a==1", "b==1\nc==1"]))
    assert finding.startswith('page.packages.1 = "b==1\\nc==1": write a list of requirements')
    (finding,) = findings(with_key("appsource.countries", ["US", "germany"]))
    assert finding.startswith('appsource.countries.1 = "germany": write a list of two capital letters each')


@pytest.mark.parametrize(
    "value", [dt.date(2026, 1, 1), dt.time(1, 2), float("inf"), [float("nan")], {"a": dt.date.max}]
)
def test_a_setting_that_cannot_travel_to_the_browser_is_named(
    findings: Callable[[Document], list[str]], value: object
) -> None:
    (finding,) = findings(with_key("page.settings", {"fine": 1, "since": value}))
    assert finding.startswith("page.settings.since")
    assert "a date as text" in finding


REQUIRED = "publisher publisher.prefix publisher.privacy_url solution solution.unique_name solution.version provider"


@pytest.mark.parametrize("key", [*REQUIRED.split(), "provider.name", "page", "page.adapter", "modes"])
def test_a_missing_key_is_named_with_what_to_write(findings: Callable[[Document], list[str]], key: str) -> None:
    document = valid()
    table, _, name = key.partition(".")
    if name:
        del document[table][name]
    else:
        del document[table]
    (finding,) = findings(document)
    assert finding.startswith(f"{key} is missing; ")


def test_a_provider_without_a_mode_is_told_which_there_are(findings: Callable[[Document], list[str]]) -> None:
    assert findings(with_key("modes", {})) == ["modes: add [modes.cobrowse], [modes.screenshare], or both"]


def test_a_key_that_the_author_chooses_is_told_which_there_are(findings: Callable[[Document], list[str]]) -> None:
    document = with_key("modes.video", {}) | {"preview": {"script_attributes": {"onload": "x"}}}
    mode, attribute = findings(document)
    assert mode == 'modes.video is not a key of the manifest; write "cobrowse" or "screenshare"'
    assert attribute.startswith("preview.script_attributes.onload is not a key of the manifest; write data-..., async")


@pytest.mark.parametrize(
    ("key", "instead"),
    [
        ("publisher.suport_url", "write support_url instead"),
        ("modes.cobrowse.label", "move it to another table, such as [modes.cobrowse.languages.en-US]"),
        ("name", "move it to another table, such as [publisher], [provider] or [modes.cobrowse]"),
        ("solution.colour", "remove it: the keys here are unique_name, version and names"),
    ],
)
def test_an_unknown_key_is_told_what_may_have_been_meant(
    findings: Callable[[Document], list[str]], key: str, instead: str
) -> None:
    assert findings(with_key(key, "x")) == [f"{key} is not a key of the manifest; {instead}"]


@pytest.mark.parametrize("key", ["colour", "page.adaptor", "modes.cobrowse.colour", "publisher.a b"])
def test_an_unknown_key_is_named_as_toml_writes_it(findings: Callable[[Document], list[str]], key: str) -> None:
    (finding,) = findings(with_key(key, "x"))
    assert finding.startswith(key.replace("a b", '"a b"') + " is not a key of the manifest")


def test_everything_that_is_wrong_is_reported_at_once(findings: Callable[[Document], list[str]]) -> None:
    document = with_key("publisher.prefix", "X") | {"modes": {}, "colour": "red", "provider": 7}
    document["page"] |= {"boot": "x", "runtime": "y", "settings": {"a": dt.date.max}}
    del document["solution"]["version"]
    keys = sorted(finding.split(" ")[0].rstrip(":") for finding in findings(document))
    assert keys[:4] == ["colour", "modes", "page.boot", "page.runtime"]
    assert keys[4:] == ["page.settings.a", "provider", "publisher.prefix", "solution.version"]


@pytest.mark.parametrize("key", ["publisher.prefix", "publisher.privacy_url", "page.boot", "page.packages", "modes"])
def test_a_value_of_a_megabyte_is_refused_in_a_line_that_can_be_read(
    findings: Callable[[Document], list[str]], key: str
) -> None:
    (finding,) = findings(with_key(key, "x" * 1_000_000))
    assert len(finding) < 300


def test_a_key_of_a_megabyte_is_refused_in_a_line_that_can_be_read(findings: Callable[[Document], list[str]]) -> None:
    (finding,) = findings(with_key("x" * 1_000_000, 1))
    assert len(finding) < 300


def test_control_characters_do_not_reach_the_terminal(findings: Callable[[Document], list[str]]) -> None:
    document = with_key("page.boot", "\x1b[31mred\n") | {"\x1b[31m\n": 1}
    assert not any(ord(character) < 32 for finding in findings(document) for character in finding)
