"""$batch: many requests in one. Those of a change set happen all or not at all, in the order in which they stand.

A request may name what an earlier one made: $1 stands for the row of the part with Content-ID 1.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from urllib.parse import parse_qsl, unquote
from uuid import uuid4

from pydantic import JsonValue

from cotab_kit.emulator import imports, multipart
from cotab_kit.emulator.call import Answer, Call
from cotab_kit.emulator.errors import RefusedError, bad_query, invalid, not_here
from cotab_kit.emulator.keys import API
from cotab_kit.emulator.multipart import Part
from cotab_kit.emulator.security import caller
from cotab_kit.emulator.store import Store
from cotab_kit.emulator.webapi import perform

MAX_PARTS = 1000
MAX_ADDRESS = 65_536  # of a request within a batch, twice that of one alone
_ADDRESS = re.compile(rf"(?:https?://[^/]+)?/{API}v9\.[0-2]/(?P<path>.*)")
_REFERENCE = re.compile(r"^/?\$(\w+)(?=$|/|\?)")
Send = Callable[[Answer], tuple[Mapping[str, str], bytes]]
Read = Callable[[bytes, str], JsonValue]


@dataclass
class Batch:
    """A batch under way. `outer` is the request that carries it, `made` the addresses of what its parts made."""

    store: Store
    outer: Call
    read: Read
    send: Send
    refuse: Callable[[RefusedError, Call], Answer]
    made: dict[str, str] = field(default_factory=dict)

    def run(self, content: bytes, mark: str) -> tuple[int, bytes, str]:
        """Do all requests. Returns status, body and boundary; without continue-on-error the first failure ends it."""
        found, status = list[bytes](), HTTPStatus.OK
        for each in self._parts(content, mark):
            done, answers = self._part(each)
            if not done and not self.outer.prefers.continue_on_error:
                found, status = answers, HTTPStatus.BAD_REQUEST
                break
            found += answers
        boundary = f"batchresponse_{uuid4()}"
        return status, multipart.written(found, boundary), boundary

    def _parts(self, content: bytes, mark: str) -> list[Part | RefusedError]:
        try:
            multipart.check_line_ends(content)
        except RefusedError as error:
            return [error]
        found = multipart.parts(content, mark)
        inner = (multipart.boundary(each.headers.get("content-type", "")) for each in found)
        count = sum(
            len(multipart.parts(each.content, mark)) if mark else 1 for each, mark in zip(found, inner, strict=True)
        )
        if count > MAX_PARTS:
            raise bad_query(f"The batch has {count} requests; {MAX_PARTS} are allowed.")
        return [*found]

    def _part(self, part: Part | RefusedError) -> tuple[bool, list[bytes]]:
        """Do a part. Returns whether it succeeded, and its answer."""
        if isinstance(part, RefusedError):
            return False, [self._written(self.refuse(part, self.outer))]
        inner = multipart.boundary(part.headers.get("content-type", ""))
        content_id = part.headers.get("content-id", "")
        try:
            if inner:
                return True, [self._change_set(multipart.parts(part.content, inner))]
            return True, [self._written(self._one(part), content_id)]
        except RefusedError as error:
            return False, [self._written(self.refuse(error, self.outer), content_id)]

    def _change_set(self, parts: list[Part]) -> bytes:
        answers, before = list[bytes](), dict(self.made)
        self._read_ahead(parts)
        try:
            with self.store.transaction():
                for each, content_id in zip(parts, _content_ids(parts), strict=True):
                    answers.append(self._written(self._one(each, changing=True), content_id))
        except RefusedError:
            self.made = before
            raise
        mark = f"changesetresponse_{uuid4()}"
        return f"Content-Type: multipart/mixed; boundary={mark}\r\n\r\n".encode() + multipart.written(answers, mark)

    def _read_ahead(self, parts: list[Part]) -> None:
        """Read the packages that requests bring, before the org is locked for all of them."""
        for each in parts:
            if b"CustomizationFile" in each.content or b"StageSolutionUploadId" in each.content:
                with suppress(RefusedError):
                    _, _, inner = multipart.request(each.content)
                    imports.read_ahead(self.store, self.read(inner.content, inner.headers.get("content-type", "")))

    def _one(self, part: Part, *, changing: bool = False) -> Answer:
        if not part.headers.get("content-type", "").lower().startswith("application/http"):
            raise bad_query("A part of the batch is neither application/http nor multipart/mixed.")
        method, url, inner = multipart.request(part.content)
        if changing and method == "GET":
            raise bad_query(
                f"An invalid HTTP method '{method}' was detected for a request in a change set. Requests in change "
                "sets only support the HTTP methods 'POST', 'PUT', 'DELETE', and 'PATCH'."
            )
        content_id = _content_id(part)
        answer = perform(self.store, self._call(method, url, inner))
        if content_id and "OData-EntityId" in answer.headers:
            self.made[content_id] = answer.headers["OData-EntityId"]
        return answer

    def _call(self, method: str, url: str, inner: Part) -> Call:
        if len(url) > MAX_ADDRESS:
            raise RefusedError(HTTPStatus.REQUEST_URI_TOO_LONG, "0x0", "The address of the request is too long.")
        path, _, query = self._path(self._resolved(url)).partition("?")
        if path.startswith("$batch"):
            raise not_here("a batch within a batch")
        try:
            given = dict(parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query)))
        except ValueError:
            raise bad_query(f"The query of '{url[:200]}' cannot be read.") from None
        body = self._referring(self.read(inner.content, inner.headers.get("content-type", "")))
        headers = {name: value for name, value in inner.headers.items() if name != "content-length"}
        actor = caller(self.store, {**headers, "authorization": self.outer.headers.get("authorization", "")})
        actor = actor if "mscrmcallerid" in headers else self.outer.caller
        return replace(
            self.outer, method=method, path=unquote(path), query=given, headers=headers, body=body, caller=actor
        )

    def _path(self, url: str) -> str:
        found = _ADDRESS.match(url)
        if found:
            return found["path"]
        if url.startswith(("/", "http:", "https:")):
            version = url.strip("/").partition("/")[2].partition("/")[0] if API.split("/")[0] in url else url[:50]
            raise bad_query(
                f"Requested API Version '{version}' was not understood. Please provide in the format "
                "/api/data/v<Major>.<Minor>/ or /api/data/v<Major>/"
            )
        return url

    def _referring(self, value: JsonValue, name: str = "") -> JsonValue:
        """Put addresses in place of content ids in what @odata.bind and @odata.id name."""
        if isinstance(value, dict):
            return {key: self._referring(each, key) for key, each in value.items()}
        if isinstance(value, list):
            return [self._referring(each, name) for each in value]
        return (
            self._resolved(value) if isinstance(value, str) and name.endswith(("@odata.bind", "@odata.id")) else value
        )

    def _resolved(self, address: str) -> str:
        found = _REFERENCE.match(address)
        if not found or found[1] in ("metadata", "batch"):
            return address
        if found[1] not in self.made:
            raise invalid("0x80060888", f"Content-ID Reference: '${found[1]}' does not exist in the batch context.")
        return self.made[found[1]] + address[found.end() :]

    def _written(self, answer: Answer, content_id: str = "") -> bytes:
        headers, body = self.send(answer)
        return multipart.response(answer.status, headers, body, content_id)


def _content_id(part: Part) -> str:
    """Return the id of a request, which stands before it or among its own headers."""
    return part.headers.get("content-id") or multipart.request(part.content)[2].headers.get("content-id", "")


def _content_ids(parts: list[Part]) -> list[str]:
    """Return the ids of a change set's requests. Raises RefusedError where one is missing or stands twice."""
    found: list[str] = []
    for content_id in map(_content_id, parts):
        if not content_id:
            raise bad_query("Content-ID header not present")
        if content_id in found:
            raise bad_query(
                f"The content ID '{content_id[:100]}' was found more than once in the same change set or same batch "
                "request. Content IDs have to be unique across all operations of a change set for OData V4.0 and have "
                "to be unique across all operations in the whole batch request for OData V4.01."
            )
        found.append(content_id)
    return found
