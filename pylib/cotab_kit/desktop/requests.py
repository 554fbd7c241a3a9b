"""Requests to the desktop's own routes: bodies read with care, refusals as JSON."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from cotab_kit.emulator.errors import RefusedError
from cotab_kit.errors import KitError
from cotab_setup.provisioning import WebApiError

MAX_JSON = 100_000
JSON = ("application/json",)
NEVER_KEPT = {"cache-control": "no-store"}

Given = TypeVar("Given", bound="Body")
Handler = Callable[[Request], Awaitable[Response]]


class Body(BaseModel):
    """The JSON of a request."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=True)


class RequestRefusedError(KitError):
    """A request that the desktop does not do; `status` is the answer's."""

    def __init__(self, message: str, *, status: int = HTTPStatus.BAD_REQUEST, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.status = status


def answering(handler: Handler) -> Handler:
    """Let a handler answer what it refuses with JSON: {"error": {"message", "hint"}}."""

    async def answer(request: Request) -> Response:
        try:
            return await handler(request)
        except RequestRefusedError as error:
            return refusal(str(error), error.status, error.hint)
        except KitError as error:
            return refusal(str(error), HTTPStatus.CONFLICT, error.hint)
        except (WebApiError, RefusedError) as error:
            return refusal(str(error), HTTPStatus.BAD_REQUEST)

    return answer


def refusal(message: str, status: int, hint: str = "") -> Response:
    """Make an answer that says no, and why."""
    return JSONResponse({"error": {"message": message, "hint": hint}}, status, NEVER_KEPT)


def answer(body: object, status: int = HTTPStatus.OK, then: BackgroundTask | None = None) -> Response:
    """Make an answer of JSON that no browser keeps, and what is done when it has been sent."""
    return JSONResponse(body, status, NEVER_KEPT, background=then)


async def read(request: Request, model: type[Given]) -> Given:
    """Read the JSON body as the model. Raises RequestRefusedError.

    The type is insisted on: a page of another origin cannot send JSON without asking first.
    """
    content = await content_of(request, JSON, MAX_JSON)
    try:
        return model.model_validate_json(content)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the body"
        raise RequestRefusedError(f"{place}: {first['msg']}") from error


async def content_of(request: Request, types: tuple[str, ...], limit: int) -> bytes:
    """Read the body, which must be of one of these types and not too large. Raises RequestRefusedError."""
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given not in types:
        raise RequestRefusedError(f"The body must be of the type {types[0]}.", status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > limit:
            raise RequestRefusedError(
                f"The body is larger than {limit:,} bytes.", status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE
            )
    return bytes(content)
