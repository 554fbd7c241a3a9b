"""provider.toml, the one source for every name and setting of a provider project, as pydantic models.

`Manifest.load` is called by every command. Whatever is wrong is reported at once, each finding with the file, the key
and what to write instead.
"""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)
from pydantic_core import ErrorDetails

from cotab.modes import EscalationMode
from cotab_kit.errors import ManifestError

MANIFEST = "provider.toml"

# base64 of this many bytes stays below Dataverse's default limit of 5 MB (facts: dataverse.md, section 4).
DEFAULT_WEB_RESOURCE_BYTES = 3_500_000


HTTPS = re.compile(r"https://[\w\[][^\s\"'<>]*")


def _https(url: str) -> str:
    if not HTTPS.fullmatch(url):
        raise ValueError("write an address that begins with https://")
    return url


def _ours(prefix: str) -> str:
    if prefix.startswith("mscrm"):
        raise ValueError("Dataverse keeps mscrm for Microsoft")
    return prefix


def _for_the_browser(value: object) -> object:
    """Settings travel as JSON, which knows neither dates nor infinity."""
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise ValueError("write text, a number, true, false, a list or a table; a date as text") from error
    return value


HttpsUrl = Annotated[str, StringConstraints(max_length=500), AfterValidator(_https)]
Prefix = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]{2,7}$"), AfterValidator(_ours)]
UniqueName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,63}$")]
Version = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,9}(\.[0-9]{1,9}){3}$")]
Adapter = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][\w.]*:[A-Za-z_]\w*$", max_length=200)]
Folder = Annotated[str, StringConstraints(pattern=r"^\P{Cc}+$", max_length=200)]
Line = Annotated[str, StringConstraints(pattern=r"^\P{Cc}+$")]
Label = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^\P{Cc}+$", max_length=100)]
Seconds = Annotated[float, Field(strict=True, gt=0, le=600)]
Setting = Annotated[Any, AfterValidator(_for_the_browser)]

# What to write instead, where pydantic's own words say too little to a human: by key, and by kind of finding.
ADVICE = {
    "publisher": "add [publisher] with prefix and privacy_url",
    "publisher.prefix": "write 3 to 8 lower-case letters and digits, beginning with a letter, but not with mscrm",
    "publisher.privacy_url": "write an address that begins with https://; every tab shows it",
    "publisher.support_url": "write an address that begins with https://, or leave it out",
    "solution": "add [solution] with unique_name and version",
    "solution.unique_name": "write up to 64 letters, digits and underscores, beginning with a letter",
    "solution.version": 'write four numbers, such as "1.0.0.0"',
    "provider": "add [provider] with name",
    "provider.name": "write 1 to 100 characters on one line",
    "page": "add [page] with adapter",
    "page.adapter": 'write "module:Class", such as "main:Adapter"',
    "page.cdn": "write an address that begins with https://",
    "page.assets": "write the path of a folder, seen from provider.toml",
    "page.packages": 'write a list of lines, such as ["name==1.2.3 --hash=sha256:..."]',
    "modes": "add [modes.cobrowse], [modes.screenshare], or both",
}
TABLES = {"model_type", "dict_type"}
MOST_SHOWN = 80  # characters of a key or a value

BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


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
    version: Version


class ProviderPart(_Part):
    """The provider, as agents and administrators read it."""

    name: Label


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
    max_web_resource_bytes: Annotated[int, Field(strict=True, ge=100_000, le=100_000_000)] = DEFAULT_WEB_RESOURCE_BYTES
    boot_timeout_seconds: Seconds = 60
    provider_timeout_seconds: Seconds = 30
    assets: Folder = "assets"
    packages: tuple[Line, ...] = ()
    settings: dict[str, Setting] = {}


class Mode(_Part):
    """One escalation mode that the provider offers. Its presence is all that is needed."""


class Manifest(_Part):
    """The whole of provider.toml."""

    publisher: Publisher
    solution: Solution
    provider: ProviderPart
    page: Page
    modes: Annotated[dict[EscalationMode, Mode], Field(min_length=1)]

    @property
    def folder(self) -> str:
        """The common beginning of the web resources' names, such as "contoso_/assist"."""
        return f"{self.publisher.prefix}_/{self.solution.unique_name}"

    @classmethod
    def load(cls, project: Path, overrides: dict[str, Any] | None = None) -> Manifest:
        """Read the project's provider.toml; `overrides` replace keys of its [page]. Raises ManifestError."""
        path = project / MANIFEST
        try:
            content = tomllib.loads(path.read_text("utf-8-sig"))  # some editors of Windows write a BOM
        except (FileNotFoundError, NotADirectoryError) as error:
            raise ManifestError(
                f"{project} has no {MANIFEST}",
                hint="Run the command in a provider project, name one with --project, or make one with `new NAME`.",
            ) from error
        except UnicodeDecodeError as error:
            raise ManifestError(f"{path}: {not_utf8(error)}", hint="Save the file as UTF-8.") from error
        except (ValueError, RecursionError) as error:  # not only TOMLDecodeError: a number of 5000 digits, say
            raise ManifestError(f"{path} is not TOML: {error}", hint="Correct the file at that place.") from error
        if overrides and isinstance(content.get("page"), dict):
            content["page"] |= overrides
        try:
            return cls.model_validate(content)
        except ValidationError as error:
            findings = "\n".join(f"{path}: {_finding(detail)}" for detail in error.errors())
            raise ManifestError(findings, hint="docs/manifest.md lists every key.") from error


def not_utf8(error: UnicodeDecodeError) -> str:
    """What is wrong with a text file that should be UTF-8, and in which line."""
    line = error.object.count(b"\n", 0, error.start) + 1
    return f"line {line} is not UTF-8"


def _finding(detail: ErrorDetails) -> str:
    key = ".".join(_shown(str(part)) for part in detail["loc"] if part != "[key]")
    if detail["type"] == "missing":
        return f"{key} is missing; {ADVICE[key]}"
    if detail["type"] == "extra_forbidden":
        return f"{key} is not a key of the manifest; remove it or correct its spelling"
    if detail["type"] == "enum":
        return f"{key} is not a mode; {ADVICE['modes']}"
    value = "" if isinstance(detail["input"], dict) else f" = {_shown_value(detail['input'])}"
    return f"{key}{value}: {_advice(detail, key)}"


def _advice(detail: ErrorDetails, key: str) -> str:
    if detail["type"] in TABLES:
        return f"write a table, [{key}]"
    whole = re.sub(r"\.\d+$", "", key)  # the list of which this is an item
    return ADVICE.get(whole) or detail["msg"].removeprefix("Value error, ")


def _shown(key: str) -> str:
    """A part of a key as TOML writes it."""
    return _short(key if BARE_KEY.fullmatch(key) else json.dumps(key))


def _shown_value(value: object) -> str:
    try:
        return _short(json.dumps(value, ensure_ascii=False, default=str))
    except (ValueError, RecursionError):  # too long or too deep to be shown
        return "..."


def _short(text: str) -> str:
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}..."
