"""What was found out about an org: answers to what is not documented, without a name, an id or an address of it.

Each answer is one of few words or a number, so that a file of them can be given to anybody, and taken from anybody.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

__all__ = ["Findings", "Why"]

MIME = r"^[a-z]+/[a-z0-9.+-]{1,60}$"

Policy = Literal["none", "default", "strict", "strict-wasm", "other"]
Extension = Literal["html", "css", "js", "xml", "png", "jpg", "gif", "xsl", "ico", "svg", "resx"]
NamedBy = Literal["provider id", "provider name", "capability id", "capability name", "other"]
Parameter = Literal["unique name", "name", "id", "other"]
Carrier = Literal["column", "rows", "both", "neither"]
Icon = Literal["/webresource/", "/WebResources/", "$webresource:", "other"]
Contexts = Literal["elastic", "standard", "both", "neither"]
LASTING = ("upload_limit", "policy", "policy_allows", "mime_types", "capabilities_in_solutions", "contexts")
Panes = Literal["keep", "unmount", "remake", "forbidden", "absent"]


class Why(StrEnum):
    """Why a question has no answer."""

    NO_ROWS = "the org has no rows that show it"
    NOT_READABLE = "the signed-in user may not read it, or it is not there"
    NOT_INSTALLED = "it shows only where this solution is installed"
    NEEDS_A_TRIAL = "it shows only in an agent's window"


class Findings(BaseModel):
    """Answers to the questions of docs/administrators.md#looking-at-how-an-org-behaves.

    Those that are None were not asked; `not_asked` says why.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal[1] = 1
    version: Annotated[str, Field(pattern=r"^\d{1,4}(\.\d{1,9}){1,4}$")] | None = None
    upload_limit: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = Field(default=None, description="in bytes")
    policy: Policy | None = None
    policy_allows: tuple[Literal["eval", "wasm"], ...] | None = None
    mime_types: dict[Extension, Annotated[str, Field(pattern=MIME)]] | None = None
    capabilities_in_solutions: bool | None = None
    widget_names: tuple[NamedBy, ...] | None = None
    event_parameter: tuple[Parameter, ...] | None = None
    tab_parameters: tuple[Carrier, ...] | None = None
    icons: tuple[Icon, ...] | None = None
    contexts: Contexts | None = None
    context_rows: bool | None = None
    data_encoding: Literal["once", "twice"] | None = None
    unload: Literal["at once", "on return", "never"] | None = Field(default=None, description="of a tab that is left")
    unload_at_close: bool | None = None
    side_panes: Panes | None = Field(default=None, description="what becomes of a page in a hidden pane")
    not_asked: dict[str, Why] = Field(default_factory=dict)

    @field_validator("not_asked")
    @classmethod
    def _of_questions(cls, not_asked: dict[str, Why]) -> dict[str, Why]:
        if not not_asked.keys() <= cls.model_fields.keys():
            raise ValueError("has what is no question")
        return not_asked

    @property
    def resident(self) -> Literal["off", "auto"] | None:
        """What tabs may do here: have a page that outlives them, only where one was seen to; None if nobody tried."""
        if self.side_panes is None:
            return None
        return "auto" if self.side_panes == "keep" else "off"

    def contradicting(self, other: Findings) -> list[str]:
        """Name answers that are not those of `other`, of questions to which one org has one answer for long."""
        told = ((name, getattr(self, name), getattr(other, name)) for name in LASTING)
        return [name for name, mine, theirs in told if None not in (mine, theirs) and _contradict(mine, theirs)]


def _contradict(mine: object, theirs: object) -> bool:
    if isinstance(mine, dict) and isinstance(theirs, dict):  # another version of a solution has files of other types
        return any(mine[name] != theirs[name] for name in mine.keys() & theirs.keys())
    return mine != theirs
