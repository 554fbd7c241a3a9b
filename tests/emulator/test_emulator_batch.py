"""$batch: many requests in one, change sets, content ids, both kinds of line ends."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from emulator.client import BASE

if TYPE_CHECKING:
    import httpx

    from emulator.client import Client

HEAD = "Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n"
JSON = "Content-Type: application/json\r\n"


def part(line: str, body: str = "", content_id: str = "") -> str:
    """A request as a part; a body is JSON."""
    named = f"Content-ID: {content_id}\r\n" if content_id else ""
    return f"{HEAD}{named}\r\n{line} HTTP/1.1\r\n{JSON if body else ''}\r\n{body}"


def joined(*parts: str, mark: str = "b") -> str:
    return "".join(f"--{mark}\r\n{each}\r\n" for each in parts) + f"--{mark}--\r\n"


def change_set(*parts: str) -> str:
    return f"Content-Type: multipart/mixed; boundary=c\r\n\r\n{joined(*parts, mark='c')}"


async def send(client: Client, content: str, kind: str = "multipart/mixed; boundary=b", **sent: str) -> httpx.Response:
    return await client.post("$batch", content=content.encode(), headers={"Content-Type": kind, **sent})


def statuses(answer: httpx.Response) -> list[int]:
    return [int(each) for each in re.findall(r"HTTP/1\.1 (\d+)", answer.text)]


CREATE = f"POST {BASE}msdyn_conversationactions"
NAMED = '{"msdyn_name":"a"}'


@pytest.mark.parametrize(
    "kind", ["multipart/mixed; boundary=b", 'multipart/mixed;boundary="b"', "Multipart/Mixed; boundary=b"]
)
async def test_requests_are_done_in_order(client: Client, kind: str) -> None:
    read = part("GET /api/data/v9.2/msdyn_conversationactions?$select=msdyn_name")
    answer = await send(client, joined(read, part(CREATE, NAMED), read), kind)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("multipart/mixed; boundary=batchresponse_")
    assert statuses(answer) == [200, 204, 200]
    first, last = re.findall(r'"value":\[(.*?)\]', answer.text)
    assert (first, '"a"' in last) == ("", True)


async def test_a_change_set_happens_all_or_not_at_all(client: Client) -> None:
    good, bad = part(CREATE, NAMED, "1"), part(CREATE, '{"nonsense":1}', "2")
    answer = await send(client, joined(change_set(good, bad)))
    assert (answer.status_code, statuses(answer)) == (400, [400])
    assert await client.values("msdyn_conversationactions") == []
    answer = await send(client, joined(change_set(good)))
    assert (answer.status_code, statuses(answer)) == (200, [204])
    assert "boundary=changesetresponse_" in answer.text
    assert "Content-ID: 1" in answer.text
    assert await client.names("msdyn_conversationactions") == ["a"]


async def test_a_content_id_stands_for_what_was_made(client: Client) -> None:
    bound = '{"msdyn_name":"c","msdyn_escalationchannelmode":192350002,"msdyn_ConversationAction@odata.bind":"$1"}'
    content = joined(
        change_set(
            part(CREATE, NAMED, "1"),
            part(f"POST {BASE}msdyn_channelcapabilities", bound, "2"),
            part("PATCH $1", '{"msdyn_name":"b"}', "3"),
        )
    )
    assert statuses(await send(client, content)) == [204, 204, 204]
    path = "msdyn_channelcapabilities?$filter=msdyn_ConversationAction/msdyn_name eq 'b'"
    assert await client.names(path) == ["c"]
    answer = await send(client, joined(change_set(part("PATCH $9", NAMED, "1"))))
    assert "Content-ID Reference: '$9' does not exist in the batch context." in answer.text


async def test_an_address_may_have_blanks_and_an_id_may_stand_with_the_request(client: Client) -> None:
    """As OData's library reads a batch; Microsoft's own pages write their queries so."""
    named = part(CREATE, NAMED).replace(JSON, f"{JSON}Content-ID: 1\r\n")
    read = part("GET /api/data/v9.2/msdyn_conversationactions?$select=msdyn_name&$filter=msdyn_name eq 'a'")
    answer = await send(client, joined(change_set(named), read))
    assert statuses(answer) == [204, 200]
    assert '"msdyn_name":"a"' in answer.text


async def test_the_first_failure_ends_the_batch_unless_it_may_go_on(client: Client) -> None:
    bad, good = part(f"GET {BASE}nonsense"), part(CREATE, NAMED)
    answer = await send(client, joined(good, bad, good))
    assert (answer.status_code, statuses(answer)) == (400, [404])
    assert await client.names("msdyn_conversationactions") == ["a"]
    answer = await send(client, joined(good, bad, good), Prefer="odata.continue-on-error")
    assert (answer.status_code, statuses(answer)) == (200, [204, 404, 204])
    assert await client.names("msdyn_conversationactions") == ["a"] * 3


async def test_line_ends_are_crlf_or_two_others_end_the_body(client: Client) -> None:
    content = joined(part(CREATE, NAMED))
    bare = content.replace("\r\n", "\n")
    for wrong in (bare, content.removesuffix("\r\n")):
        answer = await send(client, wrong)
        assert (answer.status_code, "Stream was not readable" in answer.text) == (400, True)
    assert statuses(await send(client, f"{bare}\n")) == [204]
    assert statuses(await send(client, f"\r\n{content}")) == [204]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (joined(change_set(part(CREATE, NAMED))), "Content-ID header not present"),
        (
            joined(change_set(part(f"GET {BASE}msdyn_providers", "", "1"))),
            "An invalid HTTP method 'GET' was detected for a request in a change set.",
        ),
        (joined(part("GET /api/data/accounts")), "Requested API Version 'data' was not understood"),
        (joined(part(f"POST {BASE}$batch", "{}")), "not in this emulator: a batch within a batch"),
        (joined(part(f"GET {BASE}msdyn_providers?$search=x")), "not in this emulator: $search"),
        (joined(part(f"GET {BASE}msdyn_providers").replace("\r\n\r\n{", "")), "HTTP/1.1 200"),
        (joined("Content-Type: text/plain\r\n\r\nx"), "neither application/http nor multipart/mixed"),
        (joined(f"{HEAD}\r\nnonsense"), "The request line 'nonsense' is invalid."),
        (joined(f"{HEAD}\r\nGET {BASE}WhoAmI HTTP/2\r\n\r\n"), "The HTTP version 'HTTP/2' used in a batch"),
        (
            joined(change_set(part(CREATE, NAMED, "1"), part(CREATE, NAMED, "1"))),
            "The content ID '1' was found more than once",
        ),
        ("--b\r\nx\r\n", "does not end with its boundary"),
        (joined(*[part(f"GET {BASE}WhoAmI")] * 1001), "1001 requests; 1000 are allowed"),
    ],
)
async def test_what_is_no_batch_is_refused(client: Client, content: str, said: str) -> None:
    assert said in (await send(client, content)).text


async def test_a_batch_is_multipart_and_posted(client: Client) -> None:
    assert (await client.post("$batch", json={})).status_code == 400
    assert (await client.get("$batch")).status_code == 405
