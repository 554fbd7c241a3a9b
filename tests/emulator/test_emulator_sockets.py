"""Bytes by chance on a real connection: whatever comes, the org answers or closes, never with a 5xx, and goes on."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cotab_kit.emulator import LocalOrg
from cotab_kit.serving import Served
from emulator.requests_by_chance import BATCH, ROOT
from sizes import of_size

pytestmark = pytest.mark.full

PATIENCE = 30  # seconds without a byte: the connection hangs
LONG = b"<long>"  # stands for many bytes
PATHS = [ROOT.encode() + each for each in (b"WhoAmI", b"$batch", b"msdyn_providers", b"msdyn_providers?$filter=%ff")]
STRANGE = [ROOT.encode() + LONG, ROOT.encode() + b"%00/../", b"*", b"//", b"http://x/", b"x", b"/\xff", b""]
FITTING = st.builds(b"%b %b HTTP/1.1".__mod__, st.tuples(st.sampled_from([b"GET", b"POST"]), st.sampled_from(PATHS)))
LINES = (
    FITTING
    | FITTING
    | st.binary(max_size=40)
    | st.builds(
        b"%b %b %b".__mod__,
        st.tuples(
            st.sampled_from([b"GET", b"PATCH", b"DELETE", b"get", b"PRI", b"CONNECT", b"", b"\0"]),
            st.sampled_from(PATHS + STRANGE),
            st.sampled_from([b"HTTP/1.1", b"HTTP/1.1", b"HTTP/1.0", b"HTTP/2.0", b"HTTP/", b""]),
        ),
    )
)
FIELDS = st.sampled_from(
    [
        *(b"Content-Length: 2", b"Content-Length: 100", b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked"),
        *(b"Content-Type: application/json", b"Content-Type: multipart/mixed; boundary=b", b"Expect: 100-continue"),
        *(b"Connection: close", b"Connection: upgrade", b"Upgrade: websocket", b"Upgrade: h2c", b"If-Match: \xff"),
        *(b"Content-Encoding: gzip", b"Prefer: " + LONG, LONG + b": 1"),
    ]
)
WRONG = (
    st.sampled_from(
        [
            *(b"Host:", b"Content-Length: -1", b"Content-Length: 5, 6", b"Content-Length: " + b"9" * 30, b" folded"),
            *(b"Transfer-Encoding: gzip, chunked", b":", b"A b: 1"),
        ]
    )
    | FIELDS
    | st.binary(max_size=20)
)


def in_chunks(parts: list[bytes]) -> bytes:
    """A body in chunks, whole."""
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts if part) + b"0\r\n\r\n"


BODIES = (
    st.sampled_from([b"", b"", b"{}", b"[[[[[", BATCH, BATCH[:40]])
    | st.sampled_from([b"zz\r\nx\r\n", b"f" * 20 + b"\r\n", b"5;a=b\r\nab", b"-1\r\n"])
    | st.lists(st.binary(max_size=20) | st.sampled_from([BATCH, b"{}"]), max_size=3).map(in_chunks)
    | st.binary(max_size=40)
)
ENDS = st.sampled_from([b"\r\n"] * 8 + [b"\n", b"\r"])


def message(
    lines: st.SearchStrategy[bytes], fields: st.SearchStrategy[bytes], ends: st.SearchStrategy[bytes]
) -> st.SearchStrategy[bytes]:
    """A request of such parts."""
    return st.builds(
        lambda line, more, end, body: end.join([line, b"Host: x", *more, b"", b""]) + body,
        lines,
        st.lists(fields, max_size=4),
        ends,
        BODIES,
    )


LAST = f"GET {ROOT}WhoAmI HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
CUT = f"POST {ROOT}$batch HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n--b".encode()
USUAL = st.just(b"\r\n")
# Each has a test of its own: one of them all would take too long.
PARTS = {
    "fitting": message(FITTING, FIELDS, USUAL),
    "strange lines": message(LINES, FIELDS, USUAL),
    "strange fields": message(FITTING, WRONG, USUAL),
    "strange ends": message(FITTING, FIELDS, ENDS),
    "strange": message(LINES, WRONG, ENDS),
    "fitting or usual": message(FITTING, FIELDS, USUAL)
    | st.sampled_from([LAST, LAST.replace(b"close", b"keep-alive")]),
}


class Watched:
    """An application whose answers are noted, even those that nobody is left to read."""

    def __init__(self, app: ASGIApp) -> None:
        self._app, self.statuses, self.broken = app, list[int](), list[BaseException]()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def note(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.statuses.append(message["status"])
            await send(message)

        try:
            await self._app(scope, receive, note)
        except BaseException as error:
            self.broken.append(error)
            raise


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[LocalOrg, Watched, Served]]:
    with LocalOrg.open() as org:
        watched = Watched(org.app)
        org.remember()
        with Served(watched) as server:
            assert server.is_up
            yield org, watched, server


def exchange(address: tuple[str, int], content: bytes, *, cut: bool = True) -> bytes:
    """Send bytes, say that no more will come if they are `cut`, and read to the end."""
    found = b""
    with socket.create_connection(address, timeout=PATIENCE) as connection, suppress(ConnectionError):
        connection.sendall(content)
        with suppress(OSError):  # it may have hung up
            if cut:
                connection.shutdown(socket.SHUT_WR)
        while some := connection.recv(65_536):
            found += some
    return found


@pytest.mark.parametrize("part", PARTS)
@given(data=st.data())
@settings(max_examples=of_size(5, 500))
def test_no_bytes_on_a_connection_are_more_than_refused(
    served: tuple[LocalOrg, Watched, Served], part: str, data: st.DataObject
) -> None:
    expect_no_failure(served, data.draw(st.lists(PARTS[part], min_size=1, max_size=4)))


@pytest.mark.parametrize("content", [CUT, LAST[:-30], b""], ids=["a body", "a head", "all"])
def test_what_is_cut_harms_nobody(served: tuple[LocalOrg, Watched, Served], content: bytes) -> None:
    expect_no_failure(served, [content])


def expect_no_failure(served: tuple[LocalOrg, Watched, Served], messages: list[bytes]) -> None:
    """Send messages on one connection: none ends in a 5xx, and the next one is answered."""
    org, watched, server = served
    org.restore()
    address = ("127.0.0.1", urlsplit(server.url).port or 0)
    answers = exchange(address, b"".join(messages).replace(LONG, b"x" * 40_000))
    assert not re.search(rb"(?m)^HTTP/1\.[01] 5", answers)
    assert b"HTTP/1.1 200" in exchange(address, LAST, cut=False)
    assert not watched.broken
    assert max(watched.statuses) < 500


def test_requests_in_a_row_are_answered_in_their_order(served: tuple[LocalOrg, Watched, Served]) -> None:
    kept = LAST.replace(b"Connection: close\r\n", b"")
    content = kept + kept.replace(b"WhoAmI", b"msdyn_nonsense") + LAST
    answers = exchange(("127.0.0.1", urlsplit(served[2].url).port or 0), content, cut=False)
    assert re.findall(rb"HTTP/1.1 (\d+)", answers) == [b"200", b"400", b"200"]
