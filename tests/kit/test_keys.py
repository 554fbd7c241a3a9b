"""What the models say of the manifest's keys: enough for advice and for docs/manifest.md, and true."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter

from cotab_kit.manifest.keys import CHOSEN_KEY, KEYS, Key, example, key_at
from cotab_kit.manifest.model import Manifest
from kit.manifest_page import PAGE, renewed

NAMED = [key for key in KEYS.values() if key.field and not key.table]


@pytest.mark.parametrize("key", NAMED, ids=lambda key: ".".join(key.name))
def test_a_key_says_what_it_means_and_has_examples_that_it_takes(key: Key) -> None:
    assert key.field
    assert (key.field.description or "").endswith(".")
    if not (key.chosen and key.chosen.table):  # their examples name tables only
        for value in key.examples:
            TypeAdapter(key.field.rebuild_annotation()).validate_python(value)


def test_a_table_that_must_be_there_is_advised_with_its_keys() -> None:
    tables = [key for key in KEYS.values() if key.table and key.field and key.field.is_required()]
    assert [key.advice for key in tables] == [
        "add [publisher] with prefix and privacy_url",
        "add [solution] with unique_name and version",
        "add [provider] with name",
        "add [page] with adapter",
    ]


def test_only_tables_are_said_to_be_tables() -> None:
    said = [key for key in KEYS.values() if key.form == "a table" and key.name[-1:] != (CHOSEN_KEY,)]
    assert all(key.table or key.chosen for key in said)


def test_the_examples_together_are_a_manifest() -> None:
    assert Manifest.model_validate(example()).folder == "contoso_/assist"
    assert Manifest.model_validate(example(required=True)).appsource.countries == ("US",)


def test_a_place_in_a_list_or_a_setting_is_that_of_the_list_or_the_setting() -> None:
    assert key_at(["page", "packages", 1]).name == ("page", "packages")
    assert key_at(["page", "settings", "a", "b"]).name == ("page", "settings", "*")
    assert key_at(["modes", "cobrowse", "languages", "de-DE", "label"]).name[-3:] == ("languages", "*", "label")


def test_the_page_about_the_manifest_is_renewed() -> None:
    text = PAGE.read_text("utf-8")
    assert renewed(text) == text, "run: cd tests && ../.venv/bin/python -m kit.manifest_page"
