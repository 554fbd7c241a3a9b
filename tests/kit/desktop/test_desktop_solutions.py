"""Solutions by upload: two publishers, hostile files, uninstalling without a trace."""

from __future__ import annotations

import io
import json
import zipfile
from uuid import uuid4

import httpx
import pytest

from cotab_kit.desktop.server import Desktop
from cotab_kit.preview.seed import enable
from kit.deploy.runs import release
from kit.desktop.site import another, data_of, told, upload

BOMB = "<!DOCTYPE b [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><entities>&b;</entities>"


def zipped(**files: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in files.items():
            archive.writestr(f"{name}.xml", text)
    return content.getvalue()


def entities(name: str, field: str, key: str = "11111111-2222-4333-8444-555555555555") -> str:
    return f'<entities><entity name="{name}"><records><record id="{key}">{field}</record></records></entity></entities>'


@pytest.mark.parametrize("managed", [True, False])
async def test_what_is_uploaded_goes_without_a_trace(
    http: httpx.AsyncClient, desktop: Desktop, *, managed: bool
) -> None:
    before = desktop.org.snapshot()
    made = release(managed=managed)
    assert (await upload(http, desktop, made.zip))["state"] == "done"
    assert (await upload(http, desktop, data_of(made)))["state"] == "done"
    enable(desktop.org)
    there = (await http.get("/desktop/residue/assist")).json()
    assert there["installed"]
    assert any("Provider Contoso Assist" in item["title"] for item in there["items"])
    gone = await http.delete("/desktop/solutions/assist")
    assert gone.json() == {"solution": "assist", "installed": False, "nothing": True, "items": []}
    assert (await http.get("/desktop/residue/assist")).json()["nothing"]
    assert desktop.org.snapshot() == before


async def test_a_second_publisher_comes_and_goes_beside_the_first(http: httpx.AsyncClient, desktop: Desktop) -> None:
    for content in (release().zip, data_of(release())):
        await upload(http, desktop, content)
    first = desktop.org.snapshot()
    for content in (another().zip, data_of(another())):
        assert (await upload(http, desktop, content))["state"] == "done"
    assert {row["msdyn_name"] for row in desktop.org.rows("msdyn_provider")} == {"Contoso Assist", "Fabrikam Watch"}
    assert (await http.delete("/desktop/solutions/watch")).json()["nothing"]
    assert desktop.org.snapshot() == first


async def test_what_a_solution_contains_is_listed_also_what_nothing_is_known_of(
    http: httpx.AsyncClient, desktop: Desktop
) -> None:
    strange = io.BytesIO(release().zip)
    with zipfile.ZipFile(strange, "a") as archive:
        archive.writestr("canvasapps/x/y.xml", "<y/>")
    await upload(http, desktop, strange.getvalue())
    await upload(http, desktop, data_of(release()))
    contents = (await http.get("/desktop/contents/assist")).json()
    assert {"kind": "Application Tab Template", "name": "contoso_assist_cobrowse"} in contents["carried"]
    assert {"kind": "Provider", "name": "Contoso Assist"} in contents["owned"]
    assert contents["unknown"] == [{"kind": "file", "name": "canvasapps/x/y.xml"}]
    assert (await http.get("/desktop/contents/nothing")).status_code == 404


async def test_a_value_that_the_solution_carries_itself_goes_with_it(http: httpx.AsyncClient, desktop: Desktop) -> None:
    before = desktop.org.snapshot()
    value = {"@environmentvariablevalueid": "11111111-2222-4333-8444-555555555555", "value": "us"}
    folder = "environmentvariabledefinitions/contoso_Region"
    content = io.BytesIO(release().zip)
    with zipfile.ZipFile(content, "a") as archive:
        archive.writestr(
            f"{folder}/environmentvariabledefinition.xml",
            '<environmentvariabledefinition schemaname="contoso_Region"><type>100000000</type>'
            '<displayname default="Region"/></environmentvariabledefinition>',
        )
        carried = {"environmentvariablevalues": {"environmentvariablevalue": value}}
        archive.writestr(f"{folder}/environmentvariablevalues.json", json.dumps(carried))
    assert (await upload(http, desktop, content.getvalue()))["state"] == "done"
    assert len(desktop.org.rows("environmentvariablevalue")) == 1
    assert (await http.delete("/desktop/solutions/assist")).json()["nothing"]
    assert desktop.org.snapshot() == before


async def test_what_is_left_is_named(http: httpx.AsyncClient, desktop: Desktop) -> None:
    for content in (release().zip, data_of(release())):
        await upload(http, desktop, content)
    (provider,) = desktop.org.rows("msdyn_provider")
    await http.delete("/desktop/solutions/assist")
    desktop.org.seed("msdyn_provider", msdyn_providerid=provider["msdyn_providerid"], msdyn_name="Contoso Assist")
    left = (await http.get("/desktop/residue/assist")).json()
    assert not left["nothing"]
    assert [item["title"] for item in left["items"]] == ["Provider Contoso Assist"]


async def test_what_only_looks_like_a_solutions_rows_stays(http: httpx.AsyncClient, desktop: Desktop) -> None:
    """A button of an administrator's own that opens our tab, with its text, capability and provider."""
    names: dict[str, str] = {"uniquename": "contoso", "customizationprefix": "contoso", "friendlyname": "By Hand"}
    desktop.org.seed("publisher", customizationoptionvalueprefix=36446, **names)
    tab = "contoso_assist_cobrowse"
    action = desktop.org.seed(
        "msdyn_conversationaction",
        msdyn_name="Mine",
        msdyn_eventname=100000000,
        msdyn_eventparameter=tab,
        msdyn_order=5,
    )
    provider = desktop.org.seed("msdyn_provider", msdyn_name="Mine")
    to_action = f"/msdyn_conversationactions({action})"
    bind = {"msdyn_conversationactionkey@odata.bind": to_action}
    desktop.org.seed("msdyn_conversationactionlocale", msdyn_name="Mine", msdyn_locale_picklist=1033, **bind)
    bind = {
        "msdyn_ConversationAction@odata.bind": to_action,
        "msdyn_Provider@odata.bind": f"/msdyn_providers({provider})",
    }
    desktop.org.seed("msdyn_channelcapability", msdyn_name="Mine", msdyn_escalationchannelmode=192350002, **bind)
    before = desktop.org.snapshot()
    for content in (release().zip, data_of(release())):
        assert (await upload(http, desktop, content))["state"] == "done"
    assert (await http.delete("/desktop/solutions/assist")).json()["nothing"]
    assert desktop.org.snapshot() == before


async def test_rows_with_guids_of_a_publishers_own_go_with_its_solution(
    http: httpx.AsyncClient, desktop: Desktop
) -> None:
    before = desktop.org.snapshot()
    own = {"guid": str(uuid4()), "capability_guid": str(uuid4())}
    made = release(provider={"name": "Contoso Assist", "guid": str(uuid4())}, cobrowse=own)
    for content in (made.zip, data_of(made)):
        await upload(http, desktop, content)
    assert (await http.delete("/desktop/solutions/assist")).json()["nothing"]
    assert desktop.org.snapshot() == before


async def test_a_newer_version_upgrades(http: httpx.AsyncClient, desktop: Desktop) -> None:
    await upload(http, desktop, release("1.0.0.0").zip)
    assert (await upload(http, desktop, release("1.1.0.0", cobrowse={}).zip))["state"] == "done"
    (found,) = desktop.org.rows("solution", uniquename="assist")
    assert found["version"] == "1.1.0.0"
    assert len(desktop.org.rows("msdyn_applicationtabtemplate")) == 1


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"not a zip", "invalid"),
        (zipped(other="<a/>"), "solution.xml"),
        (zipped(data=BOMB), "invalid XML"),
        (zipped(data="<entities>"), "invalid XML"),
        (zipped(data=entities("msdyn_provider", "", "no guid")), "no GUID"),
        (
            zipped(data=entities("msdyn_conversationaction", '<field name="msdyn_order" value="x"/>')),
            "cannot be the value",
        ),
        (zipped(data=entities("msdyn_provider", f'<field name="msdyn_name" value="{"x" * 101}"/>')), "length"),
    ],
)
async def test_hostile_files_change_nothing(
    http: httpx.AsyncClient, desktop: Desktop, content: bytes, reason: str
) -> None:
    before = desktop.org.snapshot()
    told_last = await upload(http, desktop, content)
    assert told_last["state"] == "failed"
    assert reason in str(told_last["message"])
    assert desktop.org.snapshot() == before


async def test_only_a_zip_is_taken_and_only_what_is_there_is_uninstalled(http: httpx.AsyncClient) -> None:
    assert (await http.post("/desktop/solutions", json={})).status_code == 415
    assert (await http.delete("/desktop/solutions/nothing")).status_code == 404
    assert (await http.delete("/desktop/solutions/Default")).status_code == 404
    assert (await http.get("/desktop/residue/nothing")).status_code == 404


async def test_what_a_session_template_uses_cannot_be_uninstalled(http: httpx.AsyncClient, desktop: Desktop) -> None:
    for content in (release().zip, data_of(release())):
        await upload(http, desktop, content)
    template = desktop.org.rows("msdyn_applicationtabtemplate")[0]["msdyn_uniquename"]
    desktop.org.seed_session_template("contoso_session", str(template))
    before, events = desktop.org.snapshot(), told(desktop)
    refused = await http.delete("/desktop/solutions/assist")
    assert refused.status_code >= 400
    assert refused.json()["error"]["message"]
    assert desktop.org.snapshot() == before
    assert events == []
