"""provider.toml, the one source for every name and setting of a provider project, as pydantic models.

`Manifest.load` is called by every command. Whatever is wrong is reported at once, each finding with the file, the key
and what to write instead.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails

from cotab.modes import EscalationMode
from cotab_kit.errors import ManifestError

MANIFEST = "provider.toml"

# base64 of this many bytes stays below Dataverse's default limit of 5 MB (facts: dataverse.md, section 4).
DEFAULT_WEB_RESOURCE_BYTES = 3_500_000


def _https(url: str) -> str:
    if not url.startswith("https://") or any(character in url for character in " \"'<>"):
        raise ValueError("write an address that begins with https://")
    return url


HttpsUrl = Annotated[str, StringConstraints(max_length=500), AfterValidator(_https)]
Prefix = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]{2,7}$")]
UniqueName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,63}$")]
Adapter = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][\w.]*:[A-Za-z_]\w*$")]

# What to write instead, for the keys whose pattern says too little to a human.
ADVICE = {
    "publisher.prefix": "write 3 to 8 lower-case letters and digits, beginning with a letter",
    "solution.unique_name": "write letters, digits and underscores, beginning with a letter",
    "solution.version": 'write four numbers, such as "1.0.0.0"',
    "page.adapter": 'write "module:Class", such as "main:Adapter"',
    "modes": "add [modes.cobrowse], [modes.screenshare], or both",
}


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Publisher(_Part):
    """Who publishes the solution. `prefix` begins the name of everything in it."""

    prefix: Prefix
    privacy_url: HttpsUrl
    support_url: HttpsUrl | None = None


class Solution(_Part):
    """The solution. Its unique name is also the folder of its web resources."""

    unique_name: UniqueName
    version: Annotated[str, StringConstraints(pattern=r"^\d+\.\d+\.\d+\.\d+$")]


class ProviderPart(_Part):
    """The provider, as agents and administrators read it."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]


class Page(_Part):
    """The tab: which adapter runs in it, how it starts, and what is shipped with it.

    `boot` is "pyscript" or "pyodide"; `runtime` says where the runtime comes from: "solution" (web resources of the
    same solution), "cdn" (pinned public addresses) or "inline" (one file). `assets` is a folder whose files are shipped
    as web resources; `packages` are requirement lines with hashes of pure-Python packages.
    """

    adapter: Adapter
    boot: Literal["pyscript", "pyodide"] = "pyscript"
    runtime: Literal["solution", "cdn", "inline"] = "solution"
    cdn: HttpsUrl = "https://cdn.jsdelivr.net/npm"
    max_web_resource_bytes: Annotated[int, Field(ge=100_000, le=100_000_000)] = DEFAULT_WEB_RESOURCE_BYTES
    boot_timeout_seconds: Annotated[float, Field(gt=0, le=600)] = 60
    provider_timeout_seconds: Annotated[float, Field(gt=0, le=600)] = 30
    assets: str = "assets"
    packages: tuple[str, ...] = ()
    settings: dict[str, Any] = {}


class Mode(_Part):
    """One escalation mode that the provider offers. Its presence is all that is needed."""


class Manifest(_Part):
    """The whole of provider.toml."""

    publisher: Publisher
    solution: Solution
    provider: ProviderPart
    page: Page
    modes: dict[EscalationMode, Mode]

    @model_validator(mode="after")
    def _offers_something(self) -> Self:
        if not self.modes:
            raise ValueError("a provider offers at least one mode")
        return self

    @property
    def folder(self) -> str:
        """The common beginning of the web resources' names, such as "contoso_/assist"."""
        return f"{self.publisher.prefix}_/{self.solution.unique_name}"

    @classmethod
    def load(cls, project: Path, overrides: dict[str, Any] | None = None) -> Manifest:
        """Read the project's provider.toml; `overrides` replace keys of its [page]. Raises ManifestError."""
        path = project / MANIFEST
        try:
            content = tomllib.loads(path.read_text("utf-8"))
        except FileNotFoundError as error:
            raise ManifestError(
                f"{project} has no {MANIFEST}",
                hint="Run the command in a provider project, name one with --project, or make one with `new NAME`.",
            ) from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ManifestError(f"{path} is not TOML: {error}", hint="Correct the file at that place.") from error
        if overrides and isinstance(content.get("page"), dict):
            content["page"] |= overrides
        try:
            return cls.model_validate(content)
        except ValidationError as error:
            findings = "\n".join(f"{path}: {_finding(detail)}" for detail in error.errors())
            raise ManifestError(findings, hint="docs/manifest.md lists every key.") from error


def _finding(detail: ErrorDetails) -> str:
    key = ".".join(str(part) for part in detail["loc"]) or "modes"
    if detail["type"] == "missing":
        return f"{key} is missing{_advice(key)}"
    if detail["type"] == "extra_forbidden":
        return f"{key} is not a key of the manifest; remove it or correct its spelling"
    shown = repr(detail["input"])
    value = "" if isinstance(detail["input"], dict) else f" = {shown[:80]}"
    return f"{key}{value}: {detail['msg'].removeprefix('Value error, ')}{_advice(key)}"


def _advice(key: str) -> str:
    advice = ADVICE.get(key)
    return f"; {advice}" if advice else ""
