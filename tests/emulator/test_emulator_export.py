"""Solutions that come out of the local org again, and into another one."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest

from cotab_kit.emulator import LocalOrg
from cotab_kit.emulator.errors import RefusedError
from cotab_kit.emulator.export import exported
from cotab_kit.emulator.install import install
from cotab_kit.emulator.package import read_package
from cotab_kit.emulator.tables import ENTITIES
from emulator.client import Client, at_hand, edited, package, rebuilt, unpacked

if TYPE_CHECKING:
    from cotab_kit.emulator.org import Snapshot
    from cotab_kit.emulator.schema import Scalar

UNMANAGED = package(managed=False)
TEMPLATE = "msdyn_applicationtabtemplates/contoso_assist_cobrowse/msdyn_applicationtabtemplate.xml"
OWN = {"solutionid", "supportingsolutionid", "objectid"}
HIDDEN = ("_package", "_layer", "_need", "_link")


def taken(content: bytes) -> Snapshot:
    """What is in a new org that has taken a package, without ids that each org gives itself."""
    with LocalOrg.open() as org:
        with org.store.transaction():
            install(org.store, read_package(content), overwrite=False)
        found = org.snapshot()
    bare = {name: [_bare(name, row) for row in rows] for name, rows in found.items() if name not in HIDDEN}
    return {name: sorted(rows, key=repr) for name, rows in bare.items()}


def _bare(table: str, row: dict[str, Scalar]) -> dict[str, Scalar]:
    entity = ENTITIES.get(table)
    if entity is None:
        return {name: value for name, value in row.items() if name in ("kind", "name", "content")}
    lookups = {attribute.name for attribute in entity.attributes if attribute.target}
    return {name: value for name, value in row.items() if name not in {entity.primary_id, *lookups, *OWN}}


@pytest.mark.parametrize("managed", [True, False])
async def test_what_was_imported_comes_out_again(org: LocalOrg, client: Client, *, managed: bool) -> None:
    strange = edited(UNMANAGED, "customizations.xml", "<Workflows />", '<Workflows><Workflow Name="x" /></Workflows>')
    strange = edited(strange, TEMPLATE, "<msdyn_pinned>", "<msdyn_novelty><a>1</a></msdyn_novelty><msdyn_pinned>")
    label = '<label description="Contoso Assist co-browse" languagecode="1033" />'
    strange = edited(strange, TEMPLATE, label, label + label.replace("1033", "1041"))
    root = '<RootComponents><RootComponent type="29" id="{x}" behavior="0" />'
    strange = edited(strange, "solution.xml", "<RootComponents>", root)
    strange = rebuilt(strange, {"Workflows/x.json": b"{}"})
    await client.install(strange)
    came_out = exported(org.store, "assist", managed=managed)
    mode = edited(strange, "solution.xml", "<Managed>0<", f"<Managed>{int(managed)}<")
    assert taken(came_out) == taken(mode)
    assert b"msdyn_novelty" in unpacked(came_out)[TEMPLATE]
    assert b'languagecode="1041"' in unpacked(came_out)[TEMPLATE]


async def test_what_was_changed_comes_out_changed(org: LocalOrg, client: Client) -> None:
    await client.install(UNMANAGED)
    path = "msdyn_applicationtabtemplates(msdyn_uniquename='contoso_assist_cobrowse')"
    await client.patch(path, json={"msdyn_title": "Ours", "msdyn_templateparameters": None})
    (page,) = org.rows("webresource", name="contoso_/assist/boot.js")
    body = {"name": "contoso_/more.js", "webresourcetype": 3, "content": "MTs="}
    await client.post("webresourceset", json=body, headers={"MSCRM.SolutionUniqueName": "assist"})
    await client.delete(f"webresourceset({page['webresourceid']})")
    with LocalOrg.open() as other:
        with other.store.transaction():
            install(other.store, read_package(exported(org.store, "assist", managed=True)), overwrite=False)
        (template,) = other.rows("msdyn_applicationtabtemplate", msdyn_uniquename="contoso_assist_cobrowse")
        names = {row["name"] for row in other.rows("webresource")}
    assert (template["msdyn_title"], template["msdyn_templateparameters"]) == ("Ours", None)
    assert ("contoso_/more.js" in names, "contoso_/assist/boot.js" in names) == (True, False)


async def test_a_solution_that_was_made_in_the_org_comes_out(org: LocalOrg, client: Client) -> None:
    publisher = {"uniquename": "acme", "friendlyname": "Acme", "customizationprefix": "acme"}
    await client.post("publishers", json=publisher | {"customizationoptionvalueprefix": 12345})
    (row,) = org.rows("publisher", uniquename="acme")
    bound = {"publisherid@odata.bind": f"/publishers({row['publisherid']})"}
    await client.post("solutions", json={"uniquename": "tools", "friendlyname": "Tools", "version": "1.2", **bound})
    body = {"name": "acme_x.js", "webresourcetype": 3, "content": "MTs="}
    await client.post("webresourceset", json=body, headers={"MSCRM.SolutionUniqueName": "tools"})
    came_out = read_package(exported(org.store, "tools", managed=True))
    assert (came_out.unique_name, came_out.version, came_out.managed) == ("tools", "1.2", True)
    assert came_out.publisher["uniquename"] == "acme"
    assert [part.key for part in came_out.parts] == ["acme_x.js"]


async def test_what_cannot_be_exported_is_refused(org: LocalOrg, client: Client) -> None:
    with pytest.raises(RefusedError, match="does not exist in this system"):
        exported(org.store, "assist", managed=False)
    await client.install(package())
    with pytest.raises(RefusedError, match="Managed solutions cannot be exported"):
        exported(org.store, "assist", managed=False)


async def test_the_web_api_hands_out_what_was_imported_to_who_may_have_it(org: LocalOrg, client: Client) -> None:
    await client.install(UNMANAGED)
    wanted = {"SolutionName": "assist", "Managed": False}
    answer = await client.post("ExportSolution", json=wanted)
    assert taken(base64.b64decode(answer.json()["ExportSolutionFile"])) == taken(UNMANAGED)
    org.restrict("prvExportCustomization")
    assert (await client.post("ExportSolution", json=wanted)).status_code == 403


@pytest.mark.full
def test_public_packages_come_out_as_they_came_in(org: LocalOrg) -> None:
    folder = at_hand() / "solutions"
    if not folder.is_dir():
        pytest.skip(f"there are no public packages at {folder}; COTAB_PACKAGES may name their folder")
    number = 0
    for path in sorted(folder.glob("*.zip")):
        content, name = path.read_bytes(), ""
        org.remember()
        try:
            with org.store.transaction():
                given = read_package(content)
                install(org.store, given, overwrite=False)
            name = "" if given.managed else given.unique_name
            came_out = exported(org.store, name, managed=False) if name else b""
        except RefusedError:
            name = ""
        finally:
            org.restore()
        if name:
            number += 1
            assert taken(came_out) == taken(content), path.name
    assert number
