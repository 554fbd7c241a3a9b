"""A request and its answer, without HTTP."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from http import HTTPStatus

from pydantic import JsonValue

from cotab_kit.emulator.errors import RefusedError, bad_query, not_here
from cotab_kit.emulator.headers import Preferences, preferences
from cotab_kit.emulator.security import Caller

BOUND = "Microsoft.Dynamics.CRM."
REFUSED_OPTIONS = {"$skip"}  # Dataverse itself has no such option
Json = dict[str, JsonValue]


@dataclass(frozen=True)
class Call:
    """What is asked, by whom, under which conditions. Header names are in small letters."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: JsonValue
    caller: Caller
    base: str = ""

    @cached_property
    def prefers(self) -> Preferences:
        """What the client would like. Raises RefusedError."""
        return preferences(self.headers.get("prefer", ""))

    def allow(self, *options: str) -> None:
        """Raise RefusedError for a query option that this request cannot have."""
        allow(self.query, options)

    @property
    def aliases(self) -> dict[str, str]:
        """The values that the query gives to names such as @p1."""
        return {name: value for name, value in self.query.items() if name.startswith("@")}


@dataclass(frozen=True)
class Answer:
    """What is answered: a status, JSON or text, and headers beside the usual ones."""

    status: int
    body: JsonValue = None
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str = ""  # of a body that is no JSON


def allow(query: Mapping[str, str], options: Collection[str]) -> None:
    """Raise RefusedError for an option that is not among these. Names such as @p1 stand for values."""
    for name in query:
        if name in REFUSED_OPTIONS:
            raise bad_query(f"The query parameter {name} is not supported.")
        if name not in options and not name.startswith("@"):
            raise not_here(f"{name[:100]} with this request")


def not_allowed(call: Call) -> RefusedError:
    """Return the error for a verb that an address does not have."""
    text = f"The requested resource does not support http method '{call.method}'."
    return RefusedError(HTTPStatus.METHOD_NOT_ALLOWED, "0x0", text)
