"""Columns that the kit writes: each is one of the table, though an org keeps what it does not know without a word.

The lists are of Microsoft's table reference, not of the kit: the local org takes its tables from the kit's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cotab_kit.desktop.data_package import read_data_package
from cotab_kit.emulator.archive import read_archive
from cotab_kit.emulator.package import read_package
from cotab_kit.emulator.parts import WEB_RESOURCE_COLUMNS
from cotab_kit.emulator.tables import ENTITIES
from cotab_kit.solution.data_package import data_package
from cotab_kit.solution.records import data_records, solution_records
from cotab_kit.solution.web_resources import web_resource
from kit.deploy.runs import release

if TYPE_CHECKING:
    from cotab_kit.solution.table import Record

FULL = release(
    page={"adapter": "main:Adapter", "settings": {"region": "eu"}},
    cobrowse={"parameters": {"a": 1}, "languages": {"en-US": {"label": "Look", "slash_command": "/look"}}},
    screenshare={},
)
STATE = "statecode statuscode"
COLUMNS = {
    "msdyn_provider": f"msdyn_providerid msdyn_name {STATE}",
    "msdyn_conversationaction": (
        "msdyn_conversationactionid msdyn_name msdyn_eventname msdyn_eventparameter msdyn_icon msdyn_order "
        f"msdyn_functionname msdyn_webresource {STATE}"
    ),
    "msdyn_conversationactionlocale": (
        "msdyn_conversationactionlocaleid msdyn_name msdyn_conversationactionkey msdyn_locale_picklist msdyn_label "
        f"msdyn_tooltip msdyn_slashcommands {STATE}"
    ),
    "msdyn_channelcapability": (
        "msdyn_channelcapabilityid msdyn_name msdyn_escalationchannelmode msdyn_provider msdyn_conversationaction "
        f"{STATE}"
    ),
    "msdyn_applicationtabtemplate": (
        "msdyn_uniquename msdyn_name msdyn_title msdyn_pagetype msdyn_pinned msdyn_templateparameters "
        f"msdyn_description {STATE}"
    ),
    "msdyn_templateparameter": (f"msdyn_uniquename msdyn_name msdyn_value msdyn_applicationtabtemplateid {STATE}"),
    "environmentvariabledefinition": (
        "schemaname displayname description defaultvalue introducedversion isrequired secretstore type"
    ),
}
# Names before @odata.bind, with their capital letters.
NAVIGATION = {"msdyn_conversationactionkey", "msdyn_Provider", "msdyn_ConversationAction"}


@pytest.mark.parametrize(
    "record", [*solution_records(FULL.manifest), *data_records(FULL.manifest)], ids=lambda r: r.key
)
def test_every_column_of_a_record_is_one_of_its_table(record: Record) -> None:
    known = set(COLUMNS[record.table.name].split())
    assert set(record.values) <= known
    assert known - {"msdyn_description"} <= set(ENTITIES[record.table.name].by_name)


def test_every_member_that_the_web_api_gets_is_one_of_its_table() -> None:
    for row in FULL.provisioning.rows:
        table = row.entity_set.removesuffix("s").replace("capabilitie", "capability")
        for name in {**row.body, **row.once}:
            plain, bind, _ = name.partition("@odata.bind")
            assert plain in (NAVIGATION if bind else COLUMNS[table].split())


def test_an_org_knows_every_column_of_the_packages() -> None:
    assert read_package(FULL.zip).unknown == ()
    assert read_data_package(read_archive(data_package(data_records(FULL.manifest)))).passed_over == ()


def test_every_element_of_a_web_resource_is_a_column() -> None:
    tags = {child.tag for child in web_resource("contoso_/assist/boot.js")}
    assert tags <= {*WEB_RESOURCE_COLUMNS, "WebResourceId", "Name", "FileName"}
