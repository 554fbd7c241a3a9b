"""provider.toml, the one source for every name and setting of a provider project, as pydantic models.

What one key may be stands here, what keys must be to each other and to files in rules.py.
"""

from __future__ import annotations

import json
import re
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)

from cotab.modes import EscalationMode
from cotab_kit.manifest.languages import lcid

MANIFEST = "provider.toml"

# base64 of this many bytes stays below Dataverse's default limit of 5 MB (facts: dataverse.md, section 4).
DEFAULT_WEB_RESOURCE_BYTES = 3_500_000


HTTPS = re.compile(r"https://[\w\[][^\s\"'<>\x00-\x1f\x7f\ufffe\uffff]*")


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


def _one_key_each(languages: object) -> object:
    """A language may be written in two ways, but not in both."""
    if isinstance(languages, dict):
        known = [lcid(key) for key in languages if _is_language(key)]
        if len(known) != len(set(known)):
            raise ValueError("one language stands here twice, as text and as a number; keep one")
    return languages


def _some(countries: tuple[str, ...]) -> tuple[str, ...]:
    if not countries:
        raise ValueError("name one country at least")
    return countries


def _is_language(key: object) -> bool:
    try:
        return bool(lcid(key))
    except ValueError:
        return False


HttpsUrl = Annotated[str, StringConstraints(max_length=500), AfterValidator(_https)]
Prefix = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]{2,7}$"), AfterValidator(_ours)]
UniqueName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,63}$")]
Version = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,9}(\.[0-9]{1,9}){3}$")]
Template = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+_[A-Za-z0-9_]+$", max_length=100)]
Adapter = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][\w.]*:[A-Za-z_]\w*$", max_length=200)]
Folder = Annotated[str, StringConstraints(pattern=r"^\P{Cc}+$", max_length=200)]
Line = Annotated[str, StringConstraints(pattern=r"^\P{Cc}+$")]
# XML, in which they travel, has neither control characters nor the last two of the first plane.
Label = Annotated[
    str, StringConstraints(strip_whitespace=True, pattern=r"^[^\p{Cc}\u{FFFE}\u{FFFF}]+$", max_length=100)
]
Seconds = Annotated[float, Field(strict=True, gt=0, le=600)]
Setting = Annotated[Any, AfterValidator(_for_the_browser)]
SlashCommand = Annotated[str, StringConstraints(pattern=r"^/[^\s\p{Cc}\u{FFFE}\u{FFFF}/,;]+$", max_length=100)]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Whole = Annotated[int, Field(strict=True, ge=-(2**31), lt=2**31)]
Language = Annotated[int, BeforeValidator(lcid)]
# Of [preview]: an address of one's own or a path on the provider's server; an attribute that neither loads nor runs
# anything; a source of a Content-Security-Policy.
SCRIPT = r"^(/[^/\s\"'<>][^\s\"'<>]*|(https?://|\{server\}/)[^\s\"'<>]+)$"
ATTRIBUTE = r"^(data-[a-z0-9-]{1,60}|async|defer|type|crossorigin|integrity|id)$"
SOURCE = r"^(\{(server|shop|desktop)\}|https?://[^\s\"'<>,;]+)$"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Publisher(_Part):
    """Who publishes the solution. `prefix` begins the name of everything in it.

    `unique_name` (the prefix, if not given) and `option_value_prefix` must be those of the publisher in the org where
    the vendor's other solutions come from.
    """

    prefix: Prefix
    privacy_url: HttpsUrl
    support_url: HttpsUrl | None = None
    unique_name: UniqueName | None = None
    name: Label | None = None
    option_value_prefix: Annotated[int, Field(strict=True, ge=10_000, le=99_999)] | None = None


class Solution(_Part):
    """The solution. Its unique name is also the folder of its web resources, `names` what administrators read."""

    unique_name: UniqueName
    version: Version
    names: Annotated[dict[Language, Label], BeforeValidator(_one_key_each)] = {}


class ProviderPart(_Part):
    """The provider, as agents and administrators read it."""

    name: Label
    guid: UUID | None = None


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


class Texts(_Part):
    """What the agent reads of a conversation action in one language. `slash_command` starts it from the keyboard."""

    label: Label
    tooltip: Label | None = None
    slash_command: SlashCommand | None = None
    guid: UUID | None = None


class Mode(_Part):
    """One escalation mode that the provider offers. Its presence is all that is needed; resolved.py fills it.

    `parameters` are static members of the JSON that the app tab template passes to the page as `data`.
    """

    name: Label | None = None
    capability_name: Label | None = None
    template: Template | None = None
    order: Whole | None = None
    icon: Folder | None = None
    languages: Annotated[dict[Language, Texts], BeforeValidator(_one_key_each)] = {}
    parameters: dict[str, Setting] = {}
    guid: UUID | None = None
    capability_guid: UUID | None = None


class AppSource(_Part):
    """What only an offer in AppSource needs. `justifications` say why a script breaks a rule of Microsoft's checker."""

    logo: Folder | None = None
    terms: Folder | None = None
    countries: Annotated[tuple[Country, ...], AfterValidator(_some)] = ("US",)
    learn_more_url: HttpsUrl | None = None
    justifications: dict[str, Line] = {}


class Preview(_Part):
    """What the provider needs in `preview` beside its solution. Nothing of it is shipped.

    A service of its own, either `server` (module and factory of an ASGI application) or `command` (a program, with
    {port} where it shall listen); `script` and its attributes, a script element on every page of the customer's site;
    `settings` of the tab, as an administrator gives them; `frame_sources` that the strict policies let be framed.
    {server}, {shop} and {desktop} in them become origins.
    """

    server: Adapter | None = None
    command: tuple[Line, ...] = ()
    script: Annotated[Line, StringConstraints(pattern=SCRIPT, max_length=500)] | None = None
    script_attributes: dict[Annotated[str, StringConstraints(pattern=ATTRIBUTE)], Line] = {}
    settings: dict[str, Setting] = {}
    frame_sources: tuple[Annotated[str, StringConstraints(pattern=SOURCE, max_length=500)], ...] = ()


class Manifest(_Part):
    """The whole of provider.toml."""

    publisher: Publisher
    solution: Solution
    provider: ProviderPart
    page: Page
    modes: Annotated[dict[EscalationMode, Mode], Field(min_length=1)]
    appsource: AppSource = AppSource()
    preview: Preview = Preview()

    @property
    def folder(self) -> str:
        """The common beginning of the web resources' names, such as "contoso_/assist"."""
        return f"{self.publisher.prefix}_/{self.solution.unique_name}"
