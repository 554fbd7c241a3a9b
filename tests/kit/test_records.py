"""The records of the manifest: exactly the values that Dynamics expects, in columns that can hold them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cotab.context import TabContext
from cotab_kit.manifest.languages import LANGUAGES
from cotab_kit.manifest.model import Manifest
from cotab_kit.solution.records import DATA_TABLES, data_records, solution_records
from cotab_kit.solution.table import Kind, Localized, Record, Reference
from kit.test_manifest import Document, valid

if TYPE_CHECKING:
    from collections.abc import Iterator


def manifest(**modes: Any) -> Manifest:  # noqa: ANN401 - any part of the manifest
    return Manifest.model_validate(valid() | ({"modes": modes} if modes else {}))


def of_table(records: list[Record], name: str) -> list[dict[str, Any]]:
    return [dict(record.values) for record in records if record.table.name == name]


def test_an_app_tab_template_opens_the_page_of_its_mode() -> None:
    (template,) = of_table(solution_records(manifest(cobrowse={})), "msdyn_applicationtabtemplate")
    assert template == {
        "msdyn_uniquename": "contoso_assist_cobrowse",
        "msdyn_name": Localized("contoso_assist_cobrowse", {1033: "contoso_assist_cobrowse"}),
        "msdyn_title": Localized("Contoso Assist co-browse", {1033: "Contoso Assist co-browse"}),
        "msdyn_pagetype": 509180002,
        "msdyn_pinned": False,
        "msdyn_templateparameters": (
            '{"webresourceName":{"value":"contoso_/assist/cobrowse.html"},"data":{"value":null}}'
        ),
        "statecode": 0,
        "statuscode": 1,
    }


def test_its_parameters_are_also_rows() -> None:
    rows = of_table(solution_records(manifest(cobrowse={})), "msdyn_templateparameter")
    assert [(row["msdyn_uniquename"], row["msdyn_name"].default, row["msdyn_value"]) for row in rows] == [
        ("contoso_assist_cobrowse_webresourceName", "webresourceName", "contoso_/assist/cobrowse.html"),
        ("contoso_assist_cobrowse_data", "data", None),
    ]
    assert {row["msdyn_applicationtabtemplateid"].key for row in rows} == {"contoso_assist_cobrowse"}


def test_a_conversation_action_opens_the_template() -> None:
    rows = of_table(data_records(manifest()), "msdyn_conversationaction")
    assert [
        (row["msdyn_eventname"], row["msdyn_eventparameter"], row["msdyn_icon"], row["msdyn_order"]) for row in rows
    ] == [
        (100000000, "contoso_assist_cobrowse", "/webresources/contoso_/assist/icons/cobrowse.svg", 0),
        (100000000, "contoso_assist_screenshare", "/webresources/contoso_/assist/icons/screenshare.svg", 1),
    ]


def test_a_capability_joins_provider_and_action() -> None:
    records = data_records(manifest())
    (provider,) = of_table(records, "msdyn_provider")
    actions = of_table(records, "msdyn_conversationaction")
    capabilities = of_table(records, "msdyn_channelcapability")
    assert [row["msdyn_escalationchannelmode"] for row in capabilities] == [192350002, 100000000]
    assert {row["msdyn_provider"] for row in capabilities} == {
        Reference(provider["msdyn_providerid"], "Contoso Assist")
    }
    assert [row["msdyn_conversationaction"].key for row in capabilities] == [
        row["msdyn_conversationactionid"] for row in actions
    ]


def test_every_language_is_a_row_of_its_action() -> None:
    languages = {
        "fr-FR": {"label": "Conavigation", "slash_command": "/cb"},
        "en-US": {"label": "Co-browse", "tooltip": "Together", "slash_command": "/cb"},
    }
    records = data_records(manifest(cobrowse={"languages": languages}))
    (action,) = of_table(records, "msdyn_conversationaction")
    rows = of_table(records, "msdyn_conversationactionlocale")
    assert [
        (row["msdyn_locale_picklist"], row["msdyn_label"], row["msdyn_tooltip"], row["msdyn_slashcommands"])
        for row in rows
    ] == [(1033, "Co-browse", "Together", "/cb"), (1036, "Conavigation", "Conavigation", "/cb")]
    assert [row["msdyn_name"] for row in rows] == [
        "Contoso Assist co-browse (en-US)",
        "Contoso Assist co-browse (fr-FR)",
    ]
    assert {row["msdyn_conversationactionkey"].key for row in rows} == {action["msdyn_conversationactionid"]}


def test_rows_come_after_those_they_point_to() -> None:
    seen: set[str] = set()
    for record in data_records(manifest()) + solution_records(manifest()):
        for value in record.values.values():
            assert not isinstance(value, Reference) or value.key in seen
        seen.add(record.key)


EVER_THE_SAME = [
    "3979c66e-dc10-5f3c-adc8-962bce0d712f",
    "41c771c3-21a7-51a3-b5af-6e7acf24f9ee",
    "461164e5-3b47-5765-bbb2-e9a6b5352607",
    "9d5432c4-7944-5d4a-9394-381aec33c25a",
    "dddb54cf-610e-56ac-9c0d-d25ad363bd28",
    "f0ee0059-1da9-56e8-a44c-578fe700face",
    "fa13e317-7528-5ff6-82d2-80b2f7c63a0a",
]


def test_guids_are_the_same_in_every_build_and_change_with_the_names_they_are_made_of_alone() -> None:
    def keys(document: Document) -> set[str]:
        return {record.key for record in data_records(Manifest.model_validate(document))}

    document = valid()
    first = keys(document)
    document["solution"]["version"] = "2.0.0.0"
    document["provider"]["name"] = "Renamed"
    document["modes"]["cobrowse"] = {"name": "Renamed", "order": 7, "languages": {"en-US": {"label": "Renamed"}}}
    assert keys(document) == first
    document["solution"]["unique_name"] = "other"
    assert not keys(document) & first
    # Written down once, and never to change: installed rows are found again by them.
    assert sorted(first) == EVER_THE_SAME


def test_guids_of_ones_own_take_their_place() -> None:
    def guid(digit: int) -> str:
        return str(UUID(int=digit))

    document = valid()
    document["provider"]["guid"] = guid(1).upper()
    texts = {"label": "x", "guid": guid(3)}
    document["modes"] = {"cobrowse": {"guid": guid(2), "capability_guid": guid(4), "languages": {"en-US": texts}}}
    records = data_records(Manifest.model_validate(document))
    assert [record.key for record in records] == [guid(digit) for digit in (1, 2, 3, 4)]
    assert [record.values[record.table.id_column] for record in records] == [record.key for record in records]


@pytest.mark.parametrize("parameters", [{"campaign": "spring"}, {"a": [1, {"b": "{slug} & ü/\"'"}], "c": None}])
def test_static_parameters_are_read_by_the_page_as_they_were_written(parameters: dict[str, Any]) -> None:
    (template, _, row) = solution_records(manifest(cobrowse={"parameters": parameters}))
    data = row.values["msdyn_value"]
    assert isinstance(data, str)
    assert not {"{", "}"} & set(data)
    column = json.loads(str(template.values["msdyn_templateparameters"]))
    assert column["data"] == {"value": data}
    both = data.removesuffix("%7D") + quote(',"conversationId":"c"}')
    for query in (f"?data={both}", f"?data={quote(both)}"):
        assert TabContext.from_query(query).extra == parameters


LINE = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=100).filter(str.strip)
NAME = st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,63}", fullmatch=True)
TEXTS = st.fixed_dictionaries({"label": LINE}, optional={"tooltip": LINE})
LANGUAGE = st.sampled_from(list(LANGUAGES.values()))
ENGLISH = {"en-US": {"label": "x"}}
MODE = st.fixed_dictionaries(
    {}, optional={"name": LINE, "languages": st.dictionaries(LANGUAGE, TEXTS).map(lambda texts: texts | ENGLISH)}
)


@st.composite
def manifests(draw: st.DrawFn) -> Manifest:
    document = valid()
    document["publisher"]["prefix"] = draw(st.sampled_from(["abc", "abcdefgh"]))
    document["solution"]["unique_name"] = draw(NAME)
    document["provider"]["name"] = draw(LINE)
    document["modes"] = {"cobrowse": draw(MODE), "screenshare": draw(MODE)}
    return Manifest.model_validate(document)


def problems(record: Record) -> Iterator[str]:
    """What Dataverse would refuse."""
    for column in record.table.columns:
        value = record.values.get(column.name)
        texts = [value.default, *value.labels.values()] if isinstance(value, Localized) else [value]
        if column.required and value in (None, ""):
            yield f"{column.name} is missing"
        if column.kind is Kind.CHOICE and value not in column.choices:
            yield f"{column.name} has no option {value}"
        if column.max_length and any(len(text) > column.max_length for text in texts if isinstance(text, str)):
            yield f"{column.name} is too long"


@given(manifest=manifests())
def test_any_manifest_gives_records_that_their_columns_can_hold(manifest: Manifest) -> None:
    records = solution_records(manifest) + data_records(manifest)
    assert [problem for record in records for problem in problems(record)] == []
    assert all(set(record.values) <= {column.name for column in record.table.columns} for record in records)
    keys = [record.key.lower() for record in records]
    assert len(keys) == len(set(keys))


def test_what_the_web_api_gets_names_lookups_with_their_capital_letters() -> None:
    records = data_records(manifest(cobrowse={}))
    (provider, action, locale, capability) = [record.web_api() for record in records]
    assert provider == {"msdyn_providerid": records[0].key, "msdyn_name": "Contoso Assist"}
    assert locale["msdyn_conversationactionkey@odata.bind"] == f"/msdyn_conversationactions({records[1].key})"
    assert capability["msdyn_Provider@odata.bind"] == f"/msdyn_providers({records[0].key})"
    assert capability["msdyn_ConversationAction@odata.bind"] == f"/msdyn_conversationactions({records[1].key})"
    assert action["msdyn_order"] == 0
    parameter = solution_records(manifest())[1].web_api()
    assert parameter["msdyn_applicationtabtemplateid@odata.bind"] == (
        "/msdyn_applicationtabtemplates(msdyn_uniquename='contoso_assist_cobrowse')"
    )
    assert parameter["msdyn_name"] == "webresourceName"


def test_only_tables_that_a_solution_can_carry_have_unique_names() -> None:
    assert {record.table.solution_aware for record in solution_records(manifest())} == {True}
    assert {table.solution_aware for table in DATA_TABLES} == {False}
    assert {record.table.name for record in data_records(manifest())} == {table.name for table in DATA_TABLES}
