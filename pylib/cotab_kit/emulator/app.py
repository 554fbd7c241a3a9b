"""The org as an ASGI application: the Web API and the web resources.

Writes happen one after the other, each within one transaction. Each request has a thread of its own, and what reads
holds the org's lock for no longer than one look into the database.
"""

from __future__ import annotations

import json
import re
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from http import HTTPStatus

from pydantic import JsonValue, TypeAdapter
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cotab_kit.emulator import headers, jobs, multipart
from cotab_kit.emulator.batch import Batch
from cotab_kit.emulator.call import Answer, Call, Json, not_allowed
from cotab_kit.emulator.errors import BAD_PAYLOAD, RefusedError, bad_payload, bad_query, not_here
from cotab_kit.emulator.keys import API, MAX_ADDRESS
from cotab_kit.emulator.security import caller
from cotab_kit.emulator.store import Store
from cotab_kit.emulator.webapi import perform
from cotab_kit.emulator.webresources import WebResources

VERSIONS = {"v9.0", "v9.1", "v9.2"}
MAX_BODY = 160 * 1024 * 1024
SERVICES = ("/api/", "/XRMServices/")  # of an org: below them nothing is simply missing
METHODS = ["GET", "POST", "PATCH", "PUT", "DELETE"]
HEADERS = {"OData-Version": "4.0", "Cache-Control": "no-cache", "REQ_ID": "00000000-0000-0000-0000-000000000000"}

HELP = "http://go.microsoft.com/fwlink/?LinkID=398563&error=Microsoft.Crm.CrmException%3a{}&client=platform"
_OTHER_CHARSET = re.compile(r"charset\s*=\s*\"?(?!utf-?8\b)([\w-]+)", re.IGNORECASE)
_JSON: TypeAdapter[JsonValue] = TypeAdapter(JsonValue)


def create_app(store: Store, policy: Callable[[], str | None]) -> Starlette:
    """Make the ASGI application of an org; `policy` gives the Content-Security-Policy of each answer."""

    async def web_api(request: Request) -> Response:
        return await _web_api(store, request)

    resources = WebResources(store, policy)
    return Starlette(
        exception_handlers={HTTPStatus.NOT_FOUND: _nowhere, HTTPStatus.METHOD_NOT_ALLOWED: _nowhere},
        routes=[
            Route(f"/{API}{{version}}", web_api, methods=METHODS),
            Route(f"/{API}{{version}}/{{path:path}}", web_api, methods=METHODS),
            Route("/WebResources/{name:path}", resources.plain),
            Route("/{token}/WebResources/{name:path}", resources.versioned),
            Route("/main.aspx", resources.redirect),
        ],
    )


def _nowhere(request: Request, error: Exception) -> Response:
    """Answer for an address or a method that the routes do not have: other services of an org, and what is nothing."""
    path = request.scope["path"]
    if path.startswith(SERVICES):
        return _sent(_refusal(not_here(f"{request.method} {path}"), everything=False))
    found = error if isinstance(error, HTTPException) else HTTPException(HTTPStatus.NOT_FOUND)
    return Response(found.detail, found.status_code, found.headers, media_type="text/plain")


async def _web_api(store: Store, request: Request) -> Response:
    try:
        content = await _content(request)
    except RefusedError as error:
        return _sent(_refusal(error, everything=False))
    except ClientDisconnect:
        return Response(status_code=HTTPStatus.BAD_REQUEST)  # nobody reads it
    return await run_in_threadpool(_served, store, request, content)


def _served(store: Store, request: Request, content: bytes) -> Response:
    """Answer a request, once the job that is under way has gone on."""
    try:
        jobs.read_ahead(store)
        with store.transaction():
            jobs.go_on(store)
        call = _call(store, request)
        if call.path == "$batch":
            return _batch(store, call, content)
        body = read_json(content, request.headers.get("content-type", ""))
        return _sent(perform(store, replace(call, body=body)))
    except RefusedError as error:
        return _sent(_refusal(error, everything='"*"' in request.headers.get("prefer", "")))


def _call(store: Store, request: Request) -> Call:
    version = request.path_params["version"]
    if version not in VERSIONS:
        raise not_here(f"the Web API's version {version}")
    if not request.scope["query_string"].isascii():
        raise bad_query("The address of the request has letters that are not encoded.")
    if len(request.scope["path"]) + len(request.url.query) > MAX_ADDRESS:
        raise RefusedError(HTTPStatus.REQUEST_URI_TOO_LONG, "0x0", "The address of the request is too long.")
    if len(request.query_params.multi_items()) != len(request.query_params):
        raise bad_query("A query option stands more than once.")
    return Call(
        request.method,
        request.path_params.get("path", ""),
        request.query_params,
        request.headers,
        None,
        caller(store, request.headers),
        f"{request.base_url}{API}{version}/",
    )


def _batch(store: Store, call: Call, content: bytes) -> Response:
    """Answer many requests in one."""
    if call.method != "POST":
        raise not_allowed(call)
    call.allow()
    headers.check(call.headers, call.method)
    mark = multipart.boundary(call.headers.get("content-type", ""))
    if not mark:
        raise bad_query("The Content-Type of a batch is multipart/mixed with a boundary.")

    def refuse(error: RefusedError, outer: Call) -> Answer:
        return _refusal(error, everything=outer.prefers.wants("*"))

    status, body, boundary = Batch(store, call, read_json, _rendered, refuse).run(content, mark)
    return Response(body, status, HEADERS, f"multipart/mixed; boundary={boundary}")


def _refusal(error: RefusedError, *, everything: bool) -> Answer:
    """Return the answer of a refused request; a client that wants all annotations gets those of errors, too."""
    body: Json = {"code": error.code, "message": error.message}
    if everything:
        body["@Microsoft.PowerApps.CDS.HelpLink"] = HELP.format(error.code.removeprefix("0x"))
        body["@Microsoft.PowerApps.CDS.InnerError.Message"] = error.message
    return Answer(error.status, {"error": body}, {"Content-Type": "application/json; charset=utf-8"})


async def _content(request: Request) -> bytes:
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > MAX_BODY:
            raise RefusedError(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "0x0", f"The request's body is larger than {MAX_BODY} bytes."
            )
    return bytes(content)


def read_json(content: bytes, content_type: str) -> JsonValue:
    """Read a body as JSON; None if there is none. Raises RefusedError."""
    if not content.strip():
        return None
    if not content_type.startswith("application/json"):
        raise RefusedError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "0x0", "The body of a request must be of the type application/json."
        )
    if found := _OTHER_CHARSET.search(content_type):
        raise not_here(f"a body in {found[1]}")
    try:
        text = content.removeprefix(BOM_UTF8)
        body = _JSON.validate_json(text)
        json.loads(text, object_pairs_hook=_each_once)
    except (ValueError, RecursionError) as error:
        raise RefusedError(
            HTTPStatus.BAD_REQUEST, BAD_PAYLOAD, "The body of the request is no JSON that can be read."
        ) from error
    return body


def _each_once(pairs: list[tuple[str, JsonValue]]) -> None:
    """Refuse an object that has a member twice, as OData's library does."""
    names = Counter(name for name, _ in pairs)
    if len(names) < len(pairs):
        name = names.most_common(1)[0][0]
        reason = (
            f"Microsoft.OData.ODataException: Multiple properties with the name '{name[:100]}' were detected in a "
            "resource or complex value. In OData, duplicate property names are not allowed."
        )
        raise bad_payload("", reason)


def _rendered(found: Answer) -> tuple[Mapping[str, str], bytes]:
    """Return the headers and the body of an answer."""
    kind = found.media_type or "application/json; odata.metadata=minimal"
    sent = {**HEADERS, **({} if found.body is None else {"Content-Type": kind}), **found.headers}
    if found.body is None:
        return sent, b""
    return sent, str(found.body).encode() if found.media_type else bytes(JSONResponse(found.body).body)


def _sent(found: Answer) -> Response:
    sent, body = _rendered(found)
    return Response(body, found.status, sent)
