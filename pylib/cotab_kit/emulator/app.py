"""The org as an ASGI application: the Web API and the web resources.

Requests are served one after the other, each within one transaction, as SQLite and truthfulness want it.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from pydantic import JsonValue, TypeAdapter, ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cotab_kit.emulator import jobs
from cotab_kit.emulator.errors import BAD_PAYLOAD, RefusedError, no_such_segment
from cotab_kit.emulator.keys import API, MAX_ADDRESS
from cotab_kit.emulator.security import caller
from cotab_kit.emulator.store import Store
from cotab_kit.emulator.webapi import Answer, Call, answer
from cotab_kit.emulator.webresources import WebResources

VERSIONS = {"v9.0", "v9.1", "v9.2"}
MAX_BODY = 160 * 1024 * 1024
METHODS = ["GET", "POST", "PATCH", "PUT", "DELETE"]
HEADERS = {"OData-Version": "4.0", "Cache-Control": "no-cache", "REQ_ID": "00000000-0000-0000-0000-000000000000"}

_JSON: TypeAdapter[JsonValue] = TypeAdapter(JsonValue)


def create_app(store: Store, policy: Callable[[], str | None]) -> Starlette:
    """Make the ASGI application of an org; `policy` gives the Content-Security-Policy of each answer."""

    async def web_api(request: Request) -> Response:
        return await _web_api(store, request)

    resources = WebResources(store, policy)
    return Starlette(
        routes=[
            Route(f"/{API}{{version}}/{{path:path}}", web_api, methods=METHODS),
            Route("/WebResources/{name:path}", resources.plain),
            Route("/{token}/WebResources/{name:path}", resources.versioned),
            Route("/main.aspx", resources.redirect),
        ]
    )


async def _web_api(store: Store, request: Request) -> Response:
    try:
        body = await _body(request)
        with store.lock:
            with store.transaction():
                jobs.go_on(store)
            return _response(_answer(store, request, body))
    except RefusedError as error:
        return JSONResponse(error.body(), error.status, HEADERS)


def _answer(store: Store, request: Request, body: JsonValue) -> Answer:
    if request.path_params["version"] not in VERSIONS:
        raise no_such_segment(request.path_params["version"])
    if len(request.url.path) + len(request.url.query) > MAX_ADDRESS:
        raise RefusedError(HTTPStatus.REQUEST_URI_TOO_LONG, "0x0", "The address of the request is too long.")
    base = f"{request.base_url}{API}{request.path_params['version']}/"
    call = Call(
        request.method,
        request.path_params["path"],
        request.query_params,
        request.headers,
        body,
        caller(store, request.headers.get("authorization")),
        base,
    )
    return _done(store, call)


def _done(store: Store, call: Call) -> Answer:
    """Do one request, all or nothing, but for what a failed import has to leave."""
    try:
        with store.transaction():
            try:
                return answer(store, call)
            except RefusedError as error:
                if not error.kept:
                    raise
                refused = error
    except RecursionError as error:
        raise RefusedError(HTTPStatus.BAD_REQUEST, "0x0", "The request is nested too deeply.") from error
    raise refused


async def _body(request: Request) -> JsonValue:
    """Read the body as JSON; None if there is none."""
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > MAX_BODY:
            raise RefusedError(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "0x0", f"The request's body is larger than {MAX_BODY} bytes."
            )
    if not content:
        return None
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise RefusedError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "0x0", "The body of a request must be of the type application/json."
        )
    try:
        return _JSON.validate_json(bytes(content))
    except (ValidationError, RecursionError) as error:
        raise RefusedError(
            HTTPStatus.BAD_REQUEST, BAD_PAYLOAD, "The body of the request is no JSON that can be read."
        ) from error


def _response(found: Answer) -> Response:
    headers = {**HEADERS, **found.headers}
    if found.body is None:
        return Response(status_code=found.status, headers=headers)
    return JSONResponse(
        found.body, found.status, {**headers, "Content-Type": "application/json; odata.metadata=minimal"}
    )
