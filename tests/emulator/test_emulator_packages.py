"""Packages as the world has them: each kind in small, and public ones where they are at hand.

The public ones are not ours to copy. They lie beside the checkout, or where COTAB_PACKAGES says: `expected.tsv` with
what an org with Omnichannel and the base apps does with each, and the packages themselves in `solutions/`.
"""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from cotab_kit.emulator.errors import RefusedError
from cotab_kit.emulator.install import install
from cotab_kit.emulator.package import read_package
from emulator.client import Client, at_hand, edited, package, rebuilt

if TYPE_CHECKING:
    from cotab_kit.emulator import LocalOrg

EXPECTED = "expected.tsv"
COBROWSE: dict[str, object] = {"cobrowse": {}}
SMALL = package(modes=COBROWSE, resources={"cobrowse.html": b"1"})
TAB, OTHER_TAB = "contoso_assist_cobrowse", "contoso_second"


def accepted(org: LocalOrg, content: bytes) -> str:
    """What the org does with a package, which it does not keep."""
    org.remember()
    try:
        with org.store.transaction():
            install(org.store, read_package(content), overwrite=False)
    except RefusedError:
        return "refuse"
    finally:
        org.restore()
    return "accept"


@pytest.mark.full
def test_public_packages_are_taken_and_refused_as_by_a_real_org(org: LocalOrg) -> None:
    folder = at_hand()
    if not (folder / EXPECTED).is_file():
        pytest.skip(f"there are no public packages at {folder}; COTAB_PACKAGES may name their folder")
    with (folder / EXPECTED).open(encoding="utf-8", newline="") as file:
        known = [(row[0], row[1]) for row in list(csv.reader(file, delimiter="\t"))[1:]]
    decided = [(name, answer) for name, answer in known if answer != "undecided"]
    assert len(decided) > len(known) / 2
    found = [(name, accepted(org, (folder / "solutions" / name).read_bytes())) for name, _ in decided]
    assert found == decided


def missing(required: str, dependent: str = '<Dependent type="60" displayName="Form" />') -> str:
    """A line of a package that says what it needs."""
    each = f"<MissingDependency>{required}{dependent}</MissingDependency>"
    return f"<MissingDependencies>{each}</MissingDependencies>"


def needing(required: str, name: str = "assist") -> bytes:
    """A package that needs something."""
    content = package(name, modes=COBROWSE, resources={"cobrowse.html": b"1"}, prefix="contoso")
    return edited(content, "solution.xml", "<MissingDependencies />", missing(required))


def renamed(content: bytes, old: str, new: str) -> bytes:
    """A package whose web resource has another name."""
    return edited(edited(content, "customizations.xml", f"<Name>{old}<", f"<Name>{new}<"), "solution.xml", old, new)


@pytest.mark.parametrize(
    "name", ["contoso_/assist/co-browse.html", "nobody_/x.html", "AppCommon/x.html", "helpers.html"]
)
async def test_a_package_may_bring_names_with_hyphens_and_any_prefix(client: Client, name: str) -> None:
    await client.install(renamed(SMALL, "contoso_/assist/cobrowse.html", name))
    assert await client.names("webresourceset", "name") == [name]


SESSION = """<msdyn_sessiontemplate msdyn_uniquename="contoso_session"><iscustomizable>1</iscustomizable>
<msdyn_anchortab><msdyn_uniquename>{anchor}</msdyn_uniquename></msdyn_anchortab>
<msdyn_enablebuildexpression>1</msdyn_enablebuildexpression><msdyn_expressiondata>{{}}</msdyn_expressiondata>
<msdyn_name default="Session"><label description="Session" languagecode="1033" /></msdyn_name>
<msdyn_novelty><deep>kept</deep></msdyn_novelty><msdyn_panelstate>162450002</msdyn_panelstate>
<msdyn_sessiontype>0</msdyn_sessiontype><msdyn_type>0</msdyn_type></msdyn_sessiontemplate>"""
SESSION_FILE = "msdyn_sessiontemplates/contoso_session/msdyn_sessiontemplate.xml"


def with_session(anchor: str = TAB, *, version: str = "1.0.0.0") -> bytes:
    """A package with a session template."""
    made = package(version=version, modes=COBROWSE, resources={"cobrowse.html": b"1"})
    return rebuilt(made, {SESSION_FILE: SESSION.format(anchor=anchor).encode()})


async def test_a_session_template_comes_with_its_anchor_tab_and_goes(org: LocalOrg, client: Client) -> None:
    await client.install(with_session())
    path = "msdyn_sessiontemplates?$expand=msdyn_anchortab($select=msdyn_uniquename)"
    (row,) = await client.values(f"{path}&$select=msdyn_panelstate,msdyn_enablebuildexpression")
    assert row["msdyn_anchortab"]["msdyn_uniquename"] == TAB
    assert (row["msdyn_panelstate"], row["msdyn_enablebuildexpression"]) == (162450002, True)
    assert (await client.uninstall("assist"))["statuscode"] == 30
    assert org.rows("msdyn_sessiontemplate") == []
    assert "msdyn_applicationtabtemplate With msdyn_uniquename = none" in await client.refused(with_session("none"))


async def test_an_unknown_column_is_kept_and_listed(org: LocalOrg, client: Client) -> None:
    before = org.snapshot()
    await client.install(with_session())
    column = f"{SESSION_FILE}#msdyn_novelty"
    assert org.unknown_components("assist") == [("column", column)]
    (content,) = org.store.sql.execute("SELECT content FROM _unknown WHERE name = ?", [column]).fetchone()
    assert content == b"<msdyn_novelty><deep>kept</deep></msdyn_novelty>"
    await client.uninstall("assist")
    assert org.snapshot()["_unknown"] == before["_unknown"]


PAIRS = """<{table}set><{table} msdyn_applicationtabtemplateid.msdyn_uniquename="{tab}"
msdyn_sessiontemplateid.msdyn_uniquename="contoso_session"><iscustomizable>1</iscustomizable></{table}></{table}set>"""
PAIR = "msdyn_sessiontemplate_applicationtab"


@pytest.mark.parametrize("place", ["customizations.xml", f"Assets/{PAIR}set.xml"])
async def test_the_tabs_of_a_session_template_are_pairs(org: LocalOrg, client: Client, place: str) -> None:
    pairs = PAIRS.format(table=PAIR, tab=TAB)
    if place == "customizations.xml":
        made = edited(with_session(), place, "<Languages>", f"{pairs}<Languages>")
    else:
        made = rebuilt(with_session(), {place: pairs.encode()})
    await client.install(made)
    path = f"msdyn_sessiontemplates?$expand={PAIR}($select=msdyn_uniquename)&$select=msdyn_name"
    ((row,),) = [row[PAIR] for row in await client.values(path)]
    assert row["msdyn_uniquename"] == TAB
    assert ("file", place) not in org.unknown_components("assist")
    await client.uninstall("assist")
    assert org.snapshot()[PAIR] == org.snapshot()["_link"] == []


async def test_a_pair_of_rows_of_others_goes_with_its_solution(org: LocalOrg, client: Client) -> None:
    await client.install(SMALL)
    org.seed_session_template("contoso_session")
    other = package("other", modes=COBROWSE, resources={"cobrowse.html": b"1"})
    pairs = PAIRS.format(table=PAIR, tab=TAB)
    await client.install(edited(other, "customizations.xml", "<Languages>", f"{pairs}<Languages>"))
    assert len(org.snapshot()[PAIR]) == 1
    assert (await client.uninstall("other"))["statuscode"] == 30
    assert org.snapshot()[PAIR] == []
    broken = PAIRS.format(table=PAIR, tab="none")
    said = await client.refused(edited(other, "customizations.xml", "<Languages>", f"{broken}<Languages>"))
    assert said.startswith("0x80048033")


VARIABLE = """<environmentvariabledefinition schemaname="contoso_{name}"><displayname default="{name}" />
<iscustomizable>1</iscustomizable>{parent}<type>100000000</type></environmentvariabledefinition>"""


def variable(name: str, parent: str) -> dict[str, bytes]:
    """The definition of a variable that points to another."""
    text = f"<parentdefinitionid><schemaname>contoso_{parent}</schemaname></parentdefinitionid>" if parent else ""
    file = f"environmentvariabledefinitions/contoso_{name}/environmentvariabledefinition.xml"
    return {file: VARIABLE.format(name=name, parent=text).encode()}


@pytest.mark.parametrize("parents", [{"A": "", "B": "A"}, {"A": "B", "B": ""}, {"A": "B", "B": "A"}, {"A": "A"}])
async def test_rows_that_point_at_each_other_come_in_any_order(
    org: LocalOrg, client: Client, parents: dict[str, str]
) -> None:
    files = {file: text for each in parents.items() for file, text in variable(*each).items()}
    for content in (rebuilt(SMALL, files), rebuilt(edited(SMALL, "solution.xml", "1.0.0.0", "1.1.0.0"), files)):
        await client.install(content)
        rows = {row["environmentvariabledefinitionid"]: row for row in org.rows("environmentvariabledefinition")}
        found = {
            str(row["schemaname"])[-1]: str(rows[row["parentdefinitionid"]]["schemaname"])[-1]
            for row in rows.values()
            if row["parentdefinitionid"]
        }
        assert found == {name: parent for name, parent in parents.items() if parent}
    assert (await client.uninstall("assist"))["statuscode"] == 30
    assert org.rows("environmentvariabledefinition") == []


@pytest.mark.parametrize(
    "required",
    [
        '<Required type="66" schemaName="MscrmControls.X" solution="BaseCustomControlsCore (9.0.2205.3009)" />',
        '<Required type="61" schemaName="msdyn_x.js" solution="OmnichannelBase (1.5.0.5970)" />',
        '<Required type="x" solution="X" id.x="x"><package>UnifiedRoutingPrimeAnchor (1.5)</package></Required>',
        '<Required type="2" schemaName="accountid" parentSchemaName="contact" solution="System (5.0)" />',
        '<Required type="1" schemaName="incident" solution="Active" />',
        '<Required type="2" schemaName="name" parentSchemaName="territory" solution="Active" />',
        '<Required type="2" schemaName="msdyn_name" parentSchemaName="msdyn_provider" solution="Active" />',
    ],
)
async def test_what_such_an_org_has_is_there(client: Client, required: str) -> None:
    await client.install(needing(required))


@pytest.mark.parametrize(
    "required",
    [
        '<Required type="1" schemaName="x" solution="X"><package>FieldService_Anchor (8.8.87.35)</package></Required>',
        '<Required type="61" schemaName="msdyn_/Icons/Calendar.svg" solution="FieldService (8.8.0.88)" />',
        '<Required type="26" id="{38cc036f-fbfe-e911-a81c-000d3ac2c6cb}" solution="msdyn_Unheard (1)" />',
        '<Required type="1" schemaName="ud_testentity4" displayName="TestEntity4" solution="Active" />',
        '<Required type="2" schemaName="ud_name" parentSchemaName="account" solution="Active" />',
        '<Required type="2" schemaName="ownerid" parentSchemaName="ud_testentity4" solution="Active" />',
        '<Required type="10" schemaName="ud_x_y" parentSchemaName="ud_testentity4" solution="Active" />',
        '<Required type="61" schemaName="ud_x.js" solution="Active" />',
    ],
)
async def test_what_such_an_org_has_not_is_missing(client: Client, required: str) -> None:
    assert (await client.refused(needing(required))).startswith("0x8004801d")


async def test_the_refusal_quotes_what_is_missing(client: Client) -> None:
    required = '<Required type="1" schemaName="ud_testentity4" displayName="TestEntity4" solution="Active" />'
    said = await client.refused(needing(required))
    assert f"The missing dependencies are : <MissingDependencies><MissingDependency>{required}" in said
    assert said.endswith("</MissingDependency></MissingDependencies> , ProductUpdatesOnly : False")


async def test_a_managed_solution_does_not_cover_what_was_made_by_hand(org: LocalOrg, client: Client) -> None:
    org.seed("webresource", name="new_/x.html", webresourcetype=1, content="MQ==")
    before = org.snapshot()
    made = renamed(SMALL, "contoso_/assist/cobrowse.html", "new_/x.html")
    said = await client.refused(made)
    assert said.startswith(
        "0x8004f016 A managed solution cannot overwrite the Web Resource component new_/x.html with Id="
    )
    assert org.snapshot() == before
    await client.install(edited(made, "solution.xml", "<Managed>1<", "<Managed>0<"))


TABLE_ROOT = '<RootComponents><RootComponent type="1" schemaName="ud_testentity4" behavior="0" />'
NEEDED_COLUMN = '<Required type="2" schemaName="ud_name" parentSchemaName="ud_testentity4" solution="{owner}" />'


@pytest.mark.parametrize("owner", ["Active", "assist (1.0.0.0)"])
async def test_a_dependency_counts_where_neither_end_has_a_table(client: Client, owner: str) -> None:
    with_table = edited(SMALL, "solution.xml", "<RootComponents>", TABLE_ROOT)
    relationship = '<Dependent type="10" schemaName="ud_a_b" parentSchemaName="ud_b" />'
    other = package("other", modes=COBROWSE, resources={"cobrowse.html": b"1"}, prefix="fabrikam")
    needs = missing(NEEDED_COLUMN.format(owner=owner), relationship)
    other = edited(other, "solution.xml", "<MissingDependencies />", needs)
    assert (await client.refused(other)).startswith("0x8004801d")
    await client.install(with_table)
    await client.install(other)
    found = await client.values("RetrieveDependenciesForUninstall(SolutionUniqueName='assist')")
    assert [(row["requiredcomponenttype"], row["dependentcomponenttype"]) for row in found] == [(1, 10)]
    job = await client.uninstall("assist")
    assert job["statuscode"] == 31
    assert "ud_a_b" in job["message"]
    await client.uninstall("other")
    assert (await client.uninstall("assist"))["statuscode"] == 30


async def test_what_an_unmanaged_solution_leaves_is_there(client: Client) -> None:
    made = package(managed=False, modes=COBROWSE, resources={"cobrowse.html": b"1"})
    await client.install(edited(made, "solution.xml", "<RootComponents>", TABLE_ROOT))
    await client.uninstall("assist")
    other = package("other", modes=COBROWSE, resources={"cobrowse.html": b"1"}, prefix="fabrikam")
    needs = missing(NEEDED_COLUMN.format(owner="Active"))
    await client.install(edited(other, "solution.xml", "<MissingDependencies />", needs))


async def test_a_row_of_an_unknown_table_is_there_for_others(client: Client) -> None:
    required = '<Required type="customapi" displayName="x" solution="Active" id.uniquename="contoso_Api" />'
    other = package("other", modes=COBROWSE, resources={"cobrowse.html": b"1"}, prefix="fabrikam")
    other = edited(other, "solution.xml", "<MissingDependencies />", missing(required))
    assert (await client.refused(other)).startswith("0x8004801d")
    await client.install(rebuilt(SMALL, {"customapis/contoso_Api/customapi.xml": b"<customapi />"}))
    await client.install(other)


@pytest.mark.parametrize("version", ["", 'SolutionPackageVersion="5.0"', 'SolutionPackageVersion="9.3"'])
async def test_packages_of_crm_2011_and_of_later_versions_are_refused(client: Client, version: str) -> None:
    said = await client.refused(edited(SMALL, "solution.xml", 'SolutionPackageVersion="9.1"', version))
    assert said.startswith("0x80048068 You can only import solutions with a package version of 9.2 or earlier")


@pytest.mark.parametrize("version", ["6.0", "8.2", "9.2"])
async def test_packages_of_versions_between_are_taken(client: Client, version: str) -> None:
    older = edited(SMALL, "solution.xml", 'SolutionPackageVersion="9.1"', f'SolutionPackageVersion="{version}"')
    await client.install(older)


async def test_a_plain_import_waits_for_the_upgrade_that_is_held(org: LocalOrg, client: Client) -> None:
    second = package(version="1.1.0.0", modes=COBROWSE, resources={"cobrowse.html": b"2"})
    await client.install(SMALL)
    assert (await client.import_solution(second, HoldingSolution=True)).status_code == 204
    for content in (SMALL, second):
        said = await client.refused(content)
        assert "Holding solution assist_Upgrade exists. Cannot update solution." in said
    await client.uninstall("assist")  # its base
    assert "assist_Upgrade exists" in await client.refused(second)
    status, code, _ = await client.error("POST", "DeleteAndPromote", {"UniqueName": "assist"})
    assert (status, code) == (400, "0x8004853b")
    assert (await client.uninstall("assist_Upgrade"))["statuscode"] == 30
    assert org.rows("webresource") == []
    await client.install(second)


async def test_an_upgrade_is_of_managed_solutions_and_to_a_higher_version(client: Client) -> None:
    unmanaged = package(version="1.1.0.0", managed=False, modes=COBROWSE, resources={"cobrowse.html": b"2"})
    await client.install(SMALL)
    both = "The imported solution and the existing solution must both be managed for upgrade."
    assert both in await client.refused(unmanaged, "StageAndUpgrade")
    assert (await client.refused(SMALL, "StageAndUpgrade")).startswith("0x80048541")
    higher = edited(SMALL, "solution.xml", "<Version>1.0.0.0<", "<Version>1.10<")
    await client.install(higher, "StageAndUpgrade")
    lower = edited(SMALL, "solution.xml", "<Version>1.0.0.0<", "<Version>1.9.9.9<")
    assert (await client.refused(lower, "StageAndUpgrade")).startswith("0x80048541")


@pytest.mark.parametrize("action", ["PublishAllXml", "PublishXml"])
async def test_nothing_is_published_during_an_import(org: LocalOrg, client: Client, action: str) -> None:
    org.seed_settings(steps=10)
    await client.import_solution(SMALL, "ImportSolutionAsync")
    body = {"ParameterXml": "<importexportxml />"} if action == "PublishXml" else {}
    status, code, message = await client.error("POST", action, body)
    assert (status, code) == (400, "0x80071151")
    assert "because there is another [Import] running at this moment" in message
    org.finish_jobs()
    assert (await client.post(action, json=body)).status_code == 204


VALUE_FILE = "environmentvariabledefinitions/contoso_A/environmentvariablevalues.json"


@pytest.mark.parametrize("managed", [True, False])
async def test_a_packaged_value_wins_over_an_administrators(org: LocalOrg, client: Client, *, managed: bool) -> None:
    made = package(managed=managed, modes=COBROWSE, resources={"cobrowse.html": b"1"})
    made = rebuilt(made, variable("A", ""))
    await client.install(made)
    bound = {"EnvironmentVariableDefinitionId@odata.bind": "/environmentvariabledefinitions(schemaname='contoso_A')"}
    await client.post("environmentvariablevalues", json={"value": "theirs", **bound})
    value = {"@environmentvariablevalueid": str(uuid4()), "value": "ours"}
    text = json.dumps({"environmentvariablevalues": {"environmentvariablevalue": value}})
    for _ in range(2):
        await client.install(rebuilt(made, {VALUE_FILE: text.encode()}))
        assert [row["value"] for row in org.rows("environmentvariablevalue")] == ["ours"]


@pytest.mark.parametrize(
    ("text", "status"),
    [("\N{SMILING FACE WITH SMILING EYES}" * 50, 204), ("\N{SMILING FACE WITH SMILING EYES}" * 51, 400)],
)
async def test_lengths_count_utf_16_units(client: Client, text: str, status: int) -> None:
    assert (await client.post("msdyn_providers", json={"msdyn_name": text})).status_code == status


@pytest.mark.parametrize("text", ["a\x00b", "a\x0bb", "a\x1fb", "\uffff"])
async def test_what_no_text_can_hold_is_refused(client: Client, text: str) -> None:
    status, code, message = await client.error("POST", "msdyn_providers", {"msdyn_name": text})
    assert (status, code) == (400, "0x80040203")
    assert "is an invalid character" in message
    assert (await client.post("msdyn_providers", json={"msdyn_name": "a\tb\r\nc"})).status_code == 204
