"""The part of Dataverse's Web API that the tab uses: notes (annotations), kept in memory, and an org's settings.

Bad requests and refusals are answered in Dataverse's error form. Mounted by server.py; tests read `Org.notes`
and set `Org.failure` and `Org.settings`, the preview page does some of it over HTTP.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, JsonValue, TypeAdapter, ValidationError
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

if TYPE_CHECKING:
    from starlette.requests import Request

API = "/api/data/v9.2"

_WRITABLE = {
    "annotationid",
    "documentbody",
    "filename",
    "isdocument",
    "langid",
    "mimetype",
    "notetext",
    "subject",
}
_RECORD = r"(?:.*/)?{set}\([0-9a-fA-F]{{8}}(?:-[0-9a-fA-F]{{4}}){{3}}-[0-9a-fA-F]{{12}}\)"
_BINDINGS = {  # what a note can be attached to here, and how its target is written
    f"objectid_{table}@odata.bind": re.compile(_RECORD.format(set=entity_set))
    for table, entity_set in {
        "account": "accounts",
        "contact": "contacts",
        "incident": "incidents",
        "msdyn_ocliveworkitem": "msdyn_ocliveworkitems",
    }.items()
}
_JSON_OBJECT = TypeAdapter(dict[str, JsonValue])


class ApiFailure(BaseModel):
    """What the Web API answers instead of doing its work."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    status: int = 403
    code: str = "0x80040220"
    message: str = "Principal user is missing prvCreateNote privilege"


@dataclass
class Org:
    """The state of the stand-in organisation. `settings` is the value of the provider's environment variable."""

    notes: list[dict[str, JsonValue]] = field(default_factory=list)
    failure: ApiFailure | None = None
    settings: str | None = None

    def reset(self) -> None:
        """Forget the notes and the settings, and work again."""
        self.notes.clear()
        self.failure = self.settings = None

    def routes(self) -> list[Route]:
        """The Web API, and what the preview page needs to look behind it."""
        return [
            Route(f"{API}/annotations", self._create_note, methods=["POST"]),
            Route(f"{API}/environmentvariabledefinitions", self._list_variables, methods=["GET"]),
            Route("/preview/notes", self._list_notes, methods=["GET"]),
            Route("/preview/failure", self._set_failure, methods=["PUT"]),
        ]

    async def _create_note(self, request: Request) -> Response:
        if self.failure:
            return _refusal(self.failure)
        try:
            note = _JSON_OBJECT.validate_json(await request.body())
        except ValidationError:
            return _refusal(_bad_payload("the request's body is not a JSON object"))
        if reason := _wrong_in(note):
            return _refusal(_bad_payload(reason))
        note.setdefault("annotationid", str(uuid.uuid4()))
        self.notes.append(note)
        entity = f"{str(request.base_url).rstrip('/')}{API}/annotations({note['annotationid']})"
        return Response(status_code=204, headers={"OData-EntityId": entity, "OData-Version": "4.0"})

    async def _list_variables(self, _request: Request) -> Response:
        """The one variable that anybody here asks for, if it has a value."""
        given = {"environmentvariabledefinition_environmentvariablevalue": [{"value": self.settings}]}
        found = [] if self.settings is None else [given]
        return JSONResponse({"value": found}, headers={"cache-control": "no-store", "OData-Version": "4.0"})

    async def _list_notes(self, _request: Request) -> Response:
        return JSONResponse(self.notes, headers={"cache-control": "no-store"})

    async def _set_failure(self, request: Request) -> Response:
        """Fail from now on as the JSON body says; `null` ends it."""
        try:
            self.failure = TypeAdapter(ApiFailure | None).validate_json(await request.body())
        except ValidationError as error:
            return Response(str(error), status_code=400)
        return Response(status_code=204)


def _wrong_in(note: dict[str, JsonValue]) -> str | None:
    """What Dataverse would refuse in this note, or None."""
    for name, value in note.items():
        if name in _BINDINGS:
            if not _BINDINGS[name].fullmatch(str(value)):
                return f"Resource not found for the segment '{value}'"
        elif name not in _WRITABLE:
            return f"The property '{name}' does not exist on type 'Microsoft.Dynamics.CRM.annotation'"
    return None


def _bad_payload(reason: str) -> ApiFailure:
    text = "Error identified in Payload provided by the user for Entity :'annotations' ----> InnerException : "
    return ApiFailure(status=400, code="0x80048d19", message=text + reason)


def _refusal(failure: ApiFailure) -> Response:
    error = {"error": {"code": failure.code, "message": failure.message}}
    return JSONResponse(error, status_code=failure.status, headers={"OData-Version": "4.0"})
