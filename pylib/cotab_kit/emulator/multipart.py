"""multipart/mixed, as a $batch request and its answer have it. Nothing here knows what the parts say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from cotab_kit.emulator.errors import BAD_PAYLOAD, bad_query, invalid

_BOUNDARY = re.compile(r"multipart/mixed\s*;(?:.*;)?\s*boundary=(?:\"([^\"]+)\"|([^\s;\"]+))", re.IGNORECASE)
HTTP_VERSION = "HTTP/1.1"
_BARE = re.compile(rb"(?<!\r)\n")


@dataclass(frozen=True)
class Part:
    """A part: its headers with names in small letters, and what they are about."""

    headers: Mapping[str, str]
    content: bytes


def boundary(content_type: str) -> str | None:
    """Return the boundary of parts, quoted or not; None for any other type."""
    found = _BOUNDARY.match(content_type)
    return (found[1] or found[2]) if found else None


def check_line_ends(content: bytes) -> None:
    """Refuse what Dataverse cannot read: no line end at the end; other ones than CRLF, unless two end the body."""
    if content.endswith(b"\r\n" if not _BARE.search(content) else b"\n\n"):
        return
    raise invalid(
        BAD_PAYLOAD,
        "Error identified in Payload provided by the user for Entity :'', ----> InnerException : "
        "System.ArgumentException: Stream was not readable.",
    )


def parts(content: bytes, mark: str) -> list[Part]:
    """Split a body at its boundary. Raises RefusedError if it is not closed."""
    line = re.compile(rb"(?:^|\r?\n)--" + re.escape(mark.encode()) + rb"(?P<last>--)?[ \t]*(?=\r?\n|$)")
    found, start = list[Part](), None
    for each in line.finditer(content):
        if start is not None:
            found.append(part(content[start : each.start()]))
        if each["last"]:
            return found
        start = each.end()
    raise bad_query(f"The batch does not end with its boundary '{mark[:100]}'.")


def part(content: bytes) -> Part:
    """Read headers and what follows the empty line behind them. Lines that come before the headers may be empty."""
    head, _, rest = _halves(content.lstrip(b"\r\n"))
    pairs = (line.partition(":") for line in head.decode("latin-1").splitlines())
    return Part({name.strip().lower(): value.strip() for name, _, value in pairs if name.strip()}, rest)


def _halves(content: bytes) -> tuple[bytes, bytes, bytes]:
    found = re.search(rb"\r?\n\r?\n|^\r?\n", content)
    return (content, b"", b"") if not found else (content[: found.start()], found[0], content[found.end() :])


def request(content: bytes) -> tuple[str, str, Part]:
    """Read a request within a part: method, address, headers and body. Raises RefusedError.

    The address ends at the line's last blank, as it may have others (seen in OData's library, which Dataverse uses).
    """
    first, _, rest = content.lstrip(b"\r\n").partition(b"\n")
    line = first.removesuffix(b"\r").decode("utf-8", "replace")
    method, _, address = line.partition(" ")
    url, _, version = address.rpartition(" ")
    if not method or not url or not version:
        raise bad_query(
            f"The request line '{line[:500]}' is invalid. The request line at the start of each operation must be of "
            "the format 'HttpMethod RequestUrl HttpVersion'."
        )
    if version != HTTP_VERSION:
        raise bad_query(
            f"The HTTP version '{version[:50]}' used in a batch operation request or response is not valid. The value "
            f"must be '{HTTP_VERSION}'."
        )
    inner = part(rest) if rest[:1] not in (b"\r", b"\n") else Part({}, rest.lstrip(b"\r\n"))
    return method, url, inner


def written(parts_: list[bytes], mark: str) -> bytes:
    """Join parts."""
    return b"".join(b"--%s\r\n%s\r\n" % (mark.encode(), each) for each in parts_) + b"--%s--\r\n" % mark.encode()


def response(status: int, headers: Mapping[str, str], body: bytes, content_id: str = "") -> bytes:
    """Write a part with an answer."""
    own = {"Content-Type": "application/http", "Content-Transfer-Encoding": "binary"}
    own |= {"Content-ID": content_id} if content_id else {}
    first = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"
    return "\r\n".join([*_lines(own), "", first, *_lines(headers), "", ""]).encode() + body


def _lines(headers: Mapping[str, str]) -> list[str]:
    return [f"{name}: {value}" for name, value in headers.items()]
