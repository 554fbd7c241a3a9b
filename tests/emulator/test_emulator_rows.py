"""Rows in the local org: created, changed, upserted and deleted by Dataverse's rules."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from cotab_kit.emulator import LocalOrg
from cotab_kit.errors import DesktopError
from emulator.client import BASE, Client

ONE, TWO, THREE = (str(UUID(int=number)) for number in (1, 2, 3))
ACTION = {"msdyn_name": "Co-browse", "msdyn_eventname": 100000000, "msdyn_order": 1}


def locale(action: str, **more: object) -> dict[str, object]:
    bound: dict[str, object] = {"msdyn_conversationactionkey@odata.bind": f"/msdyn_conversationactions({action})"}
    return {"msdyn_label": "x", "msdyn_tooltip": "x", "msdyn_locale_picklist": 1033} | bound | more


async def test_a_time_is_kept_in_utc_and_one_that_no_column_can_hold_is_refused(client: Client) -> None:
    made = await client.post(
        "msdyn_providers", json={"msdyn_name": "x", "overriddencreatedon": "2026-03-01T01:30:00.5+02:00"}
    )
    row = (await client.get(made.headers["OData-EntityId"])).json()
    assert row["createdon"] == "2026-02-28T23:30:00Z"
    for time in ("2026-02-31", "1752-12-31", "9999-12-31", "0001-01-01T00:00:00+02:00"):
        status, _, message = await client.error(
            "POST", "msdyn_providers", {"msdyn_name": "x", "overriddencreatedon": time}
        )
        assert (status, "DateTimeOffset" in message) == (400, True), time


async def test_a_row_is_created_read_changed_and_deleted(client: Client) -> None:
    created = await client.post("msdyn_providers", json={"msdyn_name": "Contoso"})
    assert created.status_code == 204
    address = created.headers["OData-EntityId"]
    assert address.startswith(f"{BASE}msdyn_providers(")
    row = (await client.get(address)).json()
    assert (row["msdyn_name"], row["statecode"], row["statuscode"]) == ("Contoso", 0, 1)
    assert "ownerid" not in row
    assert "_ownerid_value" not in row
    assert (await client.patch(address, json={"msdyn_name": "Fabrikam"})).status_code == 204
    assert (await client.get(address, params={"$select": "msdyn_name"})).json()["msdyn_name"] == "Fabrikam"
    assert (await client.delete(address)).status_code == 204
    status, code, message = await client.error("DELETE", address)
    assert (status, code) == (404, "0x80040217")
    assert message.startswith("msdyn_provider With Id = ")


async def test_a_client_may_ask_for_the_row_it_has_written(client: Client) -> None:
    prefer = {"Prefer": "return=representation"}
    answer = await client.post("msdyn_conversationactions?$select=msdyn_order", json=ACTION, headers=prefer)
    assert answer.status_code == 201
    assert {"msdyn_order", "msdyn_conversationactionid"} <= set(answer.json())
    assert "msdyn_name" not in answer.json()
    changed = await client.patch(answer.headers["OData-EntityId"], json={"msdyn_order": 7}, headers=prefer)
    assert (changed.status_code, changed.json()["msdyn_order"]) == (200, 7)


async def test_patch_creates_what_is_not_there_unless_told_otherwise(client: Client) -> None:
    path = f"msdyn_providers({ONE})"
    status, code, _ = await client.error("PATCH", path, {"msdyn_name": "a"}, If_Match="*")
    assert (status, code) == (404, "0x80040217")
    assert (await client.patch(path, json={"msdyn_name": "a"})).status_code == 204
    assert (await client.patch(path, json={"msdyn_name": "b"}, headers={"If-Match": "*"})).status_code == 204
    status, _, message = await client.error("PATCH", path, {"msdyn_name": "c"}, If_None_Match="*")
    assert (status, message) == (412, "A record with matching key values already exists.")
    assert await client.names("msdyn_providers") == ["b"]


async def test_a_change_may_depend_on_the_version_that_was_read(client: Client) -> None:
    path = f"msdyn_providers({ONE})"
    await client.patch(path, json={"msdyn_name": "a"})
    version = (await client.get(path)).json()["@odata.etag"]
    assert (await client.get(path, headers={"If-None-Match": version})).status_code == 304
    assert (await client.patch(path, json={"msdyn_name": "b"}, headers={"If-Match": version})).status_code == 204
    for method in ("PATCH", "DELETE"):
        status, code, _ = await client.error(method, path, {"msdyn_name": "c"}, If_Match=version)
        assert (status, code) == (412, "0x80060882")


async def test_rows_are_found_and_made_by_their_alternate_key(client: Client) -> None:
    path = "msdyn_applicationtabtemplates(msdyn_uniquename='abc_tab')"
    assert (await client.error("GET", path))[:2] == (404, "0x80060891")
    made = await client.patch(path, json={"msdyn_name": "Tab", "msdyn_pagetype": 509180002})
    assert made.status_code == 204
    assert (await client.get(path)).json()["msdyn_uniquename"] == "abc_tab"
    again = {"msdyn_name": "x", "msdyn_uniquename": "ABC_tab", "msdyn_pagetype": 509180002}
    assert (await client.error("POST", "msdyn_applicationtabtemplates", again))[:2] == (412, "0x80060892")
    parameter = {
        "msdyn_name": "data",
        "msdyn_uniquename": "abc_tab_data",
        "msdyn_applicationtabtemplateid@odata.bind": f"/{path}",
    }
    assert (await client.post("msdyn_templateparameters", json=parameter)).status_code == 204
    assert (await client.error("GET", "solutions(uniquename='x')"))[:2] == (400, "0x8006088a")


async def test_an_id_belongs_to_one_row(client: Client) -> None:
    body = {"msdyn_providerid": ONE, "msdyn_name": "a"}
    assert (await client.post("msdyn_providers", json=body)).status_code == 204
    assert await client.error("POST", "msdyn_providers", body) == (412, "0x80040237", "Cannot insert duplicate key.")


@pytest.mark.parametrize(
    ("body", "code", "said"),
    [
        ({"msdyn_name": "x" * 101}, "0x80044331", "'msdyn_name' attribute of the 'msdyn_conversationaction' entity"),
        ({"msdyn_eventname": 7}, "0x8004431a", "Accepted Values: 100000000,100000001,100000002"),
        ({"msdyn_order": 2**31}, "0x8004432f", "msdyn_order"),
        ({"msdyn_order": "1"}, "0x80048d19", "Edm.Int32"),
        ({"msdyn_order": True}, "0x80048d19", "Edm.Int32"),
        ({"msdyn_order": 1.5}, "0x80048d19", "Edm.Int32"),
        ({"msdyn_name": 5}, "0x80048d19", "Edm.String"),
        ({"msdyn_name": ["x"]}, "0x80048d19", "Edm.String"),
        ({"msdyn_icon": {"a": 1}}, "0x80048d19", "Edm.String"),
        ({"msdyn_conversationactionid": "one"}, "0x80048d19", "Edm.Guid"),
        ({"iscustomizable": True}, "0x80048d19", "The property 'iscustomizable' does not exist on type"),
        ({"nonsense": 1}, "0x80048d19", "The property 'nonsense' does not exist on type"),
        ({"Msdyn_Name": "x"}, "0x80048d19", "The property 'Msdyn_Name' does not exist on type"),
        ({"statecode": 0, "statuscode": 2}, "0x80048408", "not a valid status code"),
        ({"_ownerid_value": ONE}, "0x80060888", "Use Navigation properties instead"),
    ],
)
async def test_what_a_column_cannot_hold_is_refused(client: Client, body: dict[str, Any], code: str, said: str) -> None:
    status, found, message = await client.error("POST", "msdyn_conversationactions", ACTION | body)
    assert (status, found) == (400, code)
    assert said in message
    assert await client.values("msdyn_conversationactions") == []


async def test_navigation_properties_mind_capital_letters(client: Client) -> None:
    await client.patch(f"msdyn_providers({ONE})", json={"msdyn_name": "p"})
    body = {"msdyn_name": "c", "msdyn_escalationchannelmode": 192350002}
    target = f"/msdyn_providers({ONE})"
    _, _, message = await client.error(
        "POST", "msdyn_channelcapabilities", body | {"msdyn_provider@odata.bind": target}
    )
    assert "An undeclared property 'msdyn_provider'" in message
    for wrong in (f"/msdyn_providers({TWO})", f"/msdyn_conversationactions({ONE})", "nonsense", 5, "/msdyn_providers"):
        status, _, _ = await client.error(
            "POST", "msdyn_channelcapabilities", body | {"msdyn_Provider@odata.bind": wrong}
        )
        assert status == 404
    for right in (target, target[1:], BASE + target[1:]):
        made = await client.post("msdyn_channelcapabilities", json=body | {"msdyn_Provider@odata.bind": right})
        assert made.status_code == 204


async def test_only_what_the_system_requires_is_enforced(client: Client) -> None:
    status, code, message = await client.error("POST", "msdyn_applicationtabtemplates", {"msdyn_name": "x"})
    assert (status, code, "msdyn_uniquename" in message) == (400, "0x80040200", True)
    assert (await client.post("msdyn_conversationactionlocales", json={})).status_code == 204


async def test_deleting_cuts_links_and_takes_children_along(client: Client) -> None:
    await client.patch(f"msdyn_conversationactions({ONE})", json=ACTION)
    await client.patch(f"msdyn_conversationactionlocales({TWO})", json=locale(ONE))
    await client.delete(f"msdyn_conversationactions({ONE})")
    orphan = (await client.get(f"msdyn_conversationactionlocales({TWO})")).json()
    assert orphan["_msdyn_conversationactionkey_value"] is None
    template = {"msdyn_name": "t", "msdyn_uniquename": "abc_t", "msdyn_pagetype": 509180002}
    await client.patch(f"msdyn_applicationtabtemplates({ONE})", json=template)
    bound = {"msdyn_applicationtabtemplateid@odata.bind": f"/msdyn_applicationtabtemplates({ONE})"}
    await client.post("msdyn_templateparameters", json={"msdyn_name": "p", "msdyn_uniquename": "abc_t_p"} | bound)
    await client.delete(f"msdyn_applicationtabtemplates({ONE})")
    assert await client.values("msdyn_templateparameters") == []


async def test_a_publisher_with_solutions_stays(client: Client) -> None:
    publisher = {"uniquename": "acme", "friendlyname": "Acme", "customizationprefix": "acm"}
    await client.patch(f"publishers({ONE})", json=publisher | {"customizationoptionvalueprefix": 12345})
    solution = {"uniquename": "tools", "friendlyname": "Tools", "version": "1.0"}
    await client.post("solutions", json=solution | {"publisherid@odata.bind": f"/publishers({ONE})"})
    assert (await client.error("DELETE", f"publishers({ONE})"))[1] == "0x80040227"
    (row,) = await client.values("solutions?$filter=uniquename eq 'tools'&$select=solutionid")
    assert (await client.delete(f"solutions({row['solutionid']})")).status_code == 204
    assert (await client.delete(f"publishers({ONE})")).status_code == 204
    assert (await client.error("POST", "publishers", publisher | {"uniquename": "a-b"}))[0] == 400


async def test_a_note_is_read_under_one_name_whatever_it_is_attached_to(org: LocalOrg, client: Client) -> None:
    conversation = org.seed("msdyn_ocliveworkitem", subject="Hello")
    bound = {"objectid_msdyn_ocliveworkitem@odata.bind": f"/msdyn_ocliveworkitems({conversation})"}
    assert (await client.post("annotations", json={"subject": "s", "notetext": "t"} | bound)).status_code == 204
    (note,) = await client.values(f"annotations?$filter=_objectid_value eq {conversation}")
    assert (note["objecttypecode"], note["_objectid_value"]) == ("msdyn_ocliveworkitem", conversation)
    (found,) = await client.values(f"msdyn_ocliveworkitems({conversation})/msdyn_ocliveworkitem_Annotations")
    assert found["subject"] == "s"


async def test_links_are_set_and_cut_by_reference(client: Client) -> None:
    template = {"msdyn_name": "t", "msdyn_uniquename": "abc_t", "msdyn_pagetype": 509180002}
    await client.patch(f"msdyn_applicationtabtemplates({ONE})", json=template)
    await client.patch(f"msdyn_sessiontemplates({TWO})", json={"msdyn_name": "s", "msdyn_uniquename": "abc_s"})
    path = f"msdyn_sessiontemplates({TWO})/msdyn_sessiontemplate_applicationtab"
    body = {"@odata.id": f"{BASE}msdyn_applicationtabtemplates({ONE})"}
    assert (await client.post(f"{path}/$ref", json=body)).status_code == 204
    assert await client.names(path) == ["t"]
    assert (await client.error("DELETE", f"msdyn_applicationtabtemplates({ONE})"))[1] == "0x8004f01f"
    assert (await client.delete(f"{path}({ONE})/$ref")).status_code == 204
    assert await client.names(path) == []
    await client.patch(f"msdyn_conversationactions({ONE})", json=ACTION)
    await client.patch(f"msdyn_conversationactionlocales({TWO})", json=locale(ONE))
    link = f"msdyn_conversationactionlocales({TWO})/msdyn_conversationactionkey"
    assert (await client.get(link)).json()["msdyn_name"] == "Co-browse"
    assert (await client.delete(f"{link}/$ref")).status_code == 204
    assert (await client.get(link)).status_code == 204
    body = {"@odata.id": f"/msdyn_conversationactions({ONE})"}
    assert (await client.put(f"{link}/$ref", json=body)).status_code == 204
    assert (await client.get(link)).status_code == 200


@pytest.mark.parametrize(
    ("privilege", "requests"),
    [
        ("prvReadmsdyn_provider", [("GET", "msdyn_providers", None), ("GET", f"msdyn_providers({ONE})", None)]),
        ("prvCreatemsdyn_provider", [("POST", "msdyn_providers", {}), ("PATCH", f"msdyn_providers({TWO})", {})]),
        ("prvWritemsdyn_provider", [("PATCH", f"msdyn_providers({ONE})", {})]),
        ("prvDeletemsdyn_provider", [("DELETE", f"msdyn_providers({ONE})", None)]),
        ("prvAppendmsdyn_conversationactionlocale", [("POST", "msdyn_conversationactionlocales", locale(ONE))]),
        ("prvAppendTomsdyn_conversationaction", [("POST", "msdyn_conversationactionlocales", locale(ONE))]),
        ("prvPublishCustomization", [("POST", "PublishAllXml", {})]),
        ("prvImportCustomization", [("POST", "DeleteAndPromote", {"UniqueName": "x"})]),
        ("prvDeleteSolution", [("POST", "UninstallSolutionAsync", {"SolutionUniqueName": "x"})]),
    ],
)
async def test_a_missing_privilege_is_named(
    org: LocalOrg, client: Client, privilege: str, requests: Iterable[tuple[str, str, object]]
) -> None:
    org.seed("msdyn_provider", msdyn_providerid=ONE, msdyn_name="p")
    await client.patch(f"msdyn_conversationactions({ONE})", json=ACTION)
    org.seed_user("agent", lacks=[privilege])
    for method, path, body in requests:
        status, code, message = await client.error(method, path, body, Authorization="Bearer agent")
        assert (status, code) == (403, "0x80040220")
        assert f"is missing {privilege} privilege" in message


async def test_a_user_can_ask_which_privileges_there_are(org: LocalOrg, client: Client) -> None:
    org.restrict("prvCreatemsdyn_provider")
    me = (await client.get("WhoAmI")).json()["UserId"]
    answer = await client.get(f"systemusers({me})/Microsoft.Dynamics.CRM.RetrieveUserPrivileges()")
    held = {each["PrivilegeName"] for each in answer.json()["RolePrivileges"]}
    assert "prvReadmsdyn_provider" in held
    assert "prvCreatemsdyn_provider" not in held
    names = '["prvCreatemsdyn_provider","prvImportCustomization"]'
    function = (
        f"systemusers({me})/Microsoft.Dynamics.CRM.RetrieveUserSetOfPrivilegesByNames(PrivilegeNames=@p)?@p={names}"
    )
    answer = await client.get(function)
    assert [each["PrivilegeName"] for each in answer.json()["RolePrivileges"]] == ["prvImportCustomization"]


async def test_an_org_may_insist_on_signing_in(org: LocalOrg, client: Client) -> None:
    org.seed_settings(sign_in=True)
    assert (await client.error("GET", "WhoAmI"))[0] == 401
    assert (await client.get("WhoAmI", headers={"Authorization": "Bearer token"})).status_code == 200


async def test_the_org_describes_itself_and_its_tables(org: LocalOrg, client: Client) -> None:
    org.seed_settings(max_upload=1000, policy="script-src 'self'", languages=[1033, 1031])
    (found,) = await client.values("organizations?$select=maxuploadfilesize,iscontentsecuritypolicyenabled")
    assert (found["maxuploadfilesize"], found["iscontentsecuritypolicyenabled"]) == (1000, True)
    assert (await client.get("RetrieveVersion()")).json()["Version"].startswith("9.2.")
    languages = await client.get("RetrieveProvisionedLanguages()")
    assert languages.json()["RetrieveProvisionedLanguages"] == [1033, 1031]
    path = "EntityDefinitions(LogicalName='msdyn_channelcapability')"
    table = (await client.get(f"{path}?$select=EntitySetName,PrimaryIdAttribute,OwnershipType")).json()
    assert table["EntitySetName"] == "msdyn_channelcapabilities"
    assert table["OwnershipType"] == "OrganizationOwned"
    attributes = {each["LogicalName"]: each for each in await client.values(f"{path}/Attributes")}
    assert attributes["msdyn_provider"]["Targets"] == ["msdyn_provider"]
    assert attributes["msdyn_name"]["MaxLength"] == 100
    keys = await client.values("EntityDefinitions(LogicalName='msdyn_templateparameter')/Keys")
    assert [each["KeyAttributes"] for each in keys] == [["msdyn_uniquename"]]
    wanted = "solutioncomponentdefinitions?$filter=primaryentityname eq 'webresource'&$select=solutioncomponenttype"
    assert await client.names(wanted, "solutioncomponenttype") == [61]


async def test_an_org_without_omnichannel_has_not_its_tables(org: LocalOrg, client: Client) -> None:
    org.remove_tables("msdyn_provider")
    assert (await client.error("GET", "msdyn_providers"))[:2] == (404, "0x8006088a")
    assert (await client.error("GET", "EntityDefinitions(LogicalName='msdyn_provider')"))[0] == 404
    assert await client.values("EntityDefinitions?$filter=LogicalName eq 'msdyn_provider'") == []
    assert await client.values("msdyn_conversationactions") == []


async def test_an_org_in_a_file_is_the_same_the_next_day(tmp_path: Path) -> None:
    path = tmp_path / "my org.sqlite"
    with LocalOrg.open(path) as org:
        org.seed_widget("Shop", cobrowse="Contoso")
        before = org.snapshot(history=True)
    with LocalOrg.open(path) as org:
        assert org.snapshot(history=True) == before
        assert org.rows("msdyn_livechatconfig")[0]["msdyn_cobrowseprovider"] == "Contoso"


def test_a_file_that_is_no_org_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not a database, but long enough to be taken for one" * 50, "utf-8")
    with pytest.raises(DesktopError, match=r"notes\.txt is not the database of a local org"):
        LocalOrg.open(path)


def test_an_org_that_was_restored_can_be_copied(org: LocalOrg) -> None:
    def done(status: int, _left: int, _all: int) -> None:
        assert status == sqlite3.SQLITE_DONE, "SQLite waits for the end of a transaction that nobody ends"

    org.remember()
    org.seed("msdyn_provider", msdyn_name="Contoso")
    org.restore()
    with LocalOrg.open() as copy:
        org.store.sql.backup(copy.store.sql, progress=done)
        assert copy.rows("msdyn_provider") == []


def test_what_is_undone_leaves_not_even_a_version(org: LocalOrg) -> None:
    """An org that is put back goes on as it did before, byte by byte."""
    versions = []
    for _ in range(2):
        org.remember()
        org.seed("msdyn_provider", msdyn_name="x")
        (row,) = org.rows("msdyn_provider")
        versions.append(row["versionnumber"])
        org.restore()
    assert versions[0] == versions[1]
