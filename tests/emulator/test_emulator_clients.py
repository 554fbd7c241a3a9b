"""Three public clients pass every step that they take, as requests of theirs that always run."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Any

import pytest

from cotab_kit.emulator.package import read_package
from emulator.client import BASE, Client
from emulator.client_steps import DYNAMICS_WEB_API, MCP, SDK, Step

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx

    from cotab_kit.emulator import LocalOrg


@pytest.mark.parametrize("steps", [SDK, DYNAMICS_WEB_API, MCP], ids=["sdk", "dynamics-web-api", "powerplatform-mcp"])
async def test_every_step_of_a_client_passes(org: LocalOrg, client: Client, steps: tuple[Step, ...]) -> None:
    named = {"tools": solution(org)}
    for step in steps:
        sent = named_in(step.body, named)
        path = str(named_in(step.path, named))
        answer = await client.request(step.method, path, json=sent, headers=step.headers, params=step.query or None)
        assert answer.status_code == step.status, (step, answer.text)
        found = answer.json() if answer.headers.get("content-type", "").startswith("application/json") else {}
        check(step, found, named)
        if step.keep:
            named[step.keep] = made(answer, found)


def solution(org: LocalOrg) -> str:
    """Set up the solution in which the clients work. Returns its id."""
    publisher = org.seed(
        "publisher",
        uniquename="acme",
        friendlyname="Acme",
        customizationprefix="new",
        customizationoptionvalueprefix=12345,
    )
    bound = {"publisherid@odata.bind": f"/publishers({publisher})"}
    return org.seed("solution", uniquename="tools", friendlyname="Tools", version="1.0", **bound)


def named_in(value: object, named: Mapping[str, str]) -> object:
    """Put the ids in their places."""
    if isinstance(value, dict):
        return {name: named_in(each, named) for name, each in value.items()}
    if isinstance(value, list):
        return [named_in(each, named) for each in value]
    return re.sub(r"\{(\w+)\}", lambda match: named[match[1]], value) if isinstance(value, str) else value


def check(step: Step, found: dict[str, Any], named: Mapping[str, str]) -> None:
    rows = found.get("value", [])
    if step.rows >= 0:
        assert len(rows) == step.rows, (step, found)
    shown = found.get("error") or (rows[0] if isinstance(rows, list) and rows else found)
    for name, value in step.shows.items():
        assert shown[name] == named_in(value, named), (step, shown)


def made(answer: httpx.Response, found: dict[str, Any]) -> str:
    """The id of what a step has made; of an export that it can be read again."""
    if "ExportSolutionFile" in found:
        package = read_package(base64.b64decode(found["ExportSolutionFile"]))
        assert {part.key for part in package.parts} == {"new_/cobrowse/a.html", "new_ev"}
        return package.unique_name
    return answer.headers["OData-EntityId"][-37:-1]


BATCH = (
    "{lead}--{mark}\r\nContent-Type: multipart/mixed;{blank}boundary={quote}changeset_1{quote}\r\n\r\n"
    "--changeset_1\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\nContent-ID: 1\r\n\r\n"
    "POST {base}msdyn_conversationactions HTTP/1.1\r\nContent-Type: application/json{entry}\r\n\r\n"
    '{{"msdyn_name":"b1"}}\r\n--changeset_1\r\nContent-Type: application/http\r\n'
    "Content-Transfer-Encoding: binary\r\nContent-ID: 2\r\n\r\n"
    "POST {base}msdyn_channelcapabilities HTTP/1.1\r\nContent-Type: application/json{entry}\r\n\r\n"
    '{{"msdyn_name":"b2","msdyn_ConversationAction@odata.bind":"$1"}}\r\n--changeset_1--\r\n\r\n--{mark}\r\n'
    "Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n"
    "GET {base}msdyn_conversationactions?$select=msdyn_name&$top=1 HTTP/1.1\r\nAccept: application/json\r\n\r\n"
    "--{mark}--\r\n"
)


@pytest.mark.parametrize(
    "style",
    [
        {"lead": "", "mark": "batch_1", "blank": " ", "quote": '"', "entry": "; type=entry"},
        {"lead": "\r\n", "mark": "dwa_batch_1", "blank": "", "quote": "", "entry": ""},
    ],
    ids=["sdk", "dynamics-web-api"],
)
async def test_a_batch_of_a_client_passes(org: LocalOrg, client: Client, style: dict[str, str]) -> None:
    kind = f"multipart/mixed;{style['blank']}boundary={style['quote']}{style['mark']}{style['quote']}"
    body = BATCH.format(base=BASE, **style)
    answer = await client.post("$batch", content=body, headers={"Content-Type": kind})
    assert answer.status_code == 200, answer.text
    assert "boundary=batchresponse_" in answer.headers["content-type"]  # by which dynamics-web-api knows a batch
    assert answer.text.count("204 No Content") == 2
    assert '"msdyn_name":"b1"' in answer.text
    (action,) = org.rows("msdyn_conversationaction")
    (capability,) = org.rows("msdyn_channelcapability")
    assert capability["msdyn_conversationaction"] == action["msdyn_conversationactionid"]
