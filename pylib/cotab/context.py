"""What the page was opened with: the query string becomes a `TabContext`, the build's settings a `PageInfo`.

Dynamics passes one `data` parameter holding JSON; how often it is URL-encoded and what else it holds is not
documented (docs/internals/dataverse.md#the-data-parameter), so everything plausible is accepted.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated, Any, Literal, NoReturn
from urllib.parse import unquote, unquote_plus

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from cotab.errors import ContextError

__all__ = ["PageInfo", "TabContext"]

# Generous for any context Dynamics may add, small enough to be parsed in a blink.
MAX_DATA_CHARACTERS = 32_768

ConversationId = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\s\x00-\x1f\x7f]+$"),
]


class TabContext(BaseModel):
    """The conversation this tab belongs to, and whatever else `data` said.

    `conversation_id` is Omnichannel's id of the conversation. Unknown members of `data` are kept in `extra`.
    The two language ids are LCIDs, as Dynamics appends them to a web resource's address.
    """

    model_config = ConfigDict(frozen=True)

    conversation_id: ConversationId
    extra: dict[str, Any] = Field(default_factory=dict)
    user_lcid: int | None = None
    org_lcid: int | None = None

    @classmethod
    def from_query(cls, query: str) -> TabContext:
        """Read a query string such as `?data=%7B%22conversationId%22%3A%22...%22%7D&userlcid=1033`.

        Raises ContextError with one of the codes DATA_MISSING, DATA_EMPTY, DATA_TOO_LARGE, DATA_NOT_JSON,
        DATA_NOT_OBJECT, DATA_NO_CONVERSATION.
        """
        parameters = dict(_parameters(query))
        members = _members(_data(parameters))
        try:
            return cls(
                conversation_id=members.pop("conversationId", None),
                extra=members,
                user_lcid=_number(parameters.get("userlcid")),
                org_lcid=_number(parameters.get("orglcid")),
            )
        except ValidationError as error:
            raise ContextError("`data` has no usable conversationId", code="DATA_NO_CONVERSATION") from error


class PageInfo(BaseModel):
    """The part of what the build wrote into the page that Python reads (cotab_kit/build/page_config.py)."""

    model_config = ConfigDict(frozen=True)

    mode: str = Field(description='An escalation mode, or "configuration".')
    provider: str = Field(description="The provider's name.")
    adapter: str = Field(description="The author's class, as `module:Class`.")
    folder: str = Field(description="The common beginning of the web resources' names; no other provider has the same.")
    settings: dict[str, Any] = Field(description="The author's settings.")
    settings_variable: str = Field(
        description="The environment variable for settings of an org; empty without settings."
    )
    provider_timeout_seconds: float = Field(description="How long the adapter may take to answer.")
    resident: Literal["off", "auto"] = Field(
        default="off", description="Whether tabs share a page that outlives them, where that can be."
    )


def _parameters(query: str) -> Iterator[tuple[str, str]]:
    """Read names in lower case with their raw values; of repeated parameters the first one counts."""
    seen: set[str] = set()
    for part in query.removeprefix("?").split("&"):
        name, _, value = part.partition("=")
        name = unquote(name).lower()
        if name and name not in seen:
            seen.add(name)
            yield name, value


def _data(parameters: dict[str, str]) -> str:
    if "data" not in parameters:
        raise ContextError("The address has no `data` parameter", code="DATA_MISSING")
    data = parameters["data"]
    # Encoded twice, a character takes up to twenty: four bytes as "%25F0%259F%2599%2582".
    decoded = unquote(unquote(data[: 20 * MAX_DATA_CHARACTERS + 1]))
    if len(data) > 20 * MAX_DATA_CHARACTERS or len(decoded) > MAX_DATA_CHARACTERS:
        raise ContextError(f"`data` is longer than {MAX_DATA_CHARACTERS} characters", code="DATA_TOO_LARGE")
    if not decoded.replace("+", " ").strip():
        raise ContextError("The `data` parameter is empty", code="DATA_EMPTY")
    return data


def _members(data: str) -> dict[str, Any]:
    for text in _readings(data):
        try:
            value = json.loads(text, parse_constant=_no_json)
            json.dumps(value, ensure_ascii=False).encode()  # half a surrogate pair is no text
        except (ValueError, RecursionError):
            continue
        if not isinstance(value, dict):
            raise ContextError("`data` is JSON, but not an object", code="DATA_NOT_OBJECT")
        return value
    raise ContextError("`data` is not JSON, encoded once or twice", code="DATA_NOT_JSON")


def _no_json(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _readings(data: str) -> Iterator[str]:
    """Read `data` in every way it may be meant: decoded once or twice, a plus sign as itself or as a form's blank."""
    for decode in (unquote, unquote_plus):
        yield decode(data)
        yield decode(unquote(data))


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 10 else None  # noqa: PLR2004 - LCIDs are 20-bit numbers
