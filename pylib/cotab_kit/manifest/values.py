"""The values of provider.toml: each type with its limits, and with the words for them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PureWindowsPath
from typing import Annotated, Any
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from cotab_kit.manifest.languages import lcid
from cotab_kit.manifest.lengths import units


@dataclass(frozen=True)
class Form:
    """The form of a value of a type, in words that can follow "write"."""

    text: str


def _not_microsofts(prefix: str) -> str:
    if prefix.startswith("mscrm"):
        raise ValueError("Dataverse keeps mscrm for Microsoft")
    return prefix


def _not_empty(guid: UUID) -> UUID:
    if not guid.int:
        raise ValueError("Dataverse takes it for none")
    return guid


def _at_most(most: int) -> Callable[[str], str]:
    """Make what refuses a text that a column of Dataverse has no room for."""

    def check(text: str) -> str:
        length = units(text)
        if length > most:
            counted = "" if length == len(text) else ", as Dataverse counts: an emoji is two"
            raise ValueError(f"is {length} characters long{counted}")
        return text

    return check


def _on_every_machine(path: str) -> str:
    """Refuse what is a path on one machine, or on Windows alone: a colleague or a build server has another."""
    if "\\" in path:
        raise ValueError("has a backslash, where a slash does on every system")
    if PureWindowsPath(path).anchor:
        raise ValueError("is a place of this machine alone")
    return path


def _for_a_policy(address: str) -> str:
    """Refuse an address whose host no policy can have: headers are ASCII."""
    try:
        host = urlsplit(address).netloc
    except ValueError as error:
        raise ValueError("is no address") from error
    if not host.isascii():
        raise ValueError("has a host with other letters than ASCII; write it as xn--...")
    return address


def _for_the_browser(value: object) -> object:
    """Refuse what JSON in UTF-8 does not know, dates, infinity and half a character: settings travel as JSON."""
    try:
        json.dumps(value, allow_nan=False, ensure_ascii=False).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise ValueError from error  # what to write says it all
    return value


def _one_key_each(languages: object) -> object:
    """Refuse a language that is written in two ways at once; either of them will do."""
    if isinstance(languages, dict):
        known = [lcid(key) for key in languages if _is_language(key)]
        if len(known) != len(set(known)):
            raise ValueError("has a language twice, as text and as a number; keep one")
    return languages


def _is_language(key: object) -> bool:
    try:
        return bool(lcid(key))
    except ValueError:
        return False


# XML, in which texts travel, has neither control characters nor the last two of the first plane.
Label = Annotated[
    str,
    StringConstraints(strip_whitespace=True, pattern=r"^[^\p{Cc}\u{FFFE}\u{FFFF}]+$"),
    AfterValidator(_at_most(100)),
    Form("1 to 100 characters on one line"),
]
Line = Annotated[str, StringConstraints(pattern=r"^\P{Cc}+$"), Form("a text on one line")]
Path = Annotated[str, StringConstraints(pattern=r"^\P{Cc}+$", max_length=200), AfterValidator(_on_every_machine)]
Svg = Annotated[Path, Form("the path of an SVG file, seen from provider.toml")]
Png = Annotated[Path, Form("the path of a PNG file of 32 by 32 pixels, seen from provider.toml")]
Html = Annotated[Path, Form("the path of an HTML file, seen from provider.toml")]
Folder = Annotated[Path, Form("the path of a folder, seen from provider.toml")]
HttpsUrl = Annotated[
    str,
    StringConstraints(pattern=r"""^https://[\w\[][^\s"'<>\p{Cc}\u{FFFE}\u{FFFF}]*$"""),
    AfterValidator(_at_most(500)),
    Form("an address that begins with https://, without blanks and quotes"),
]
PublishersUrl = Annotated[  # as long as its column (powerapps-docs, table publisher: SupportingWebsiteUrl)
    HttpsUrl,
    AfterValidator(_at_most(200)),
    Form("an address that begins with https://, without blanks and quotes: 200 characters in all"),
]
Guid = Annotated[UUID, AfterValidator(_not_empty), Form("a GUID")]
Prefix = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9]{2,7}$"),
    AfterValidator(_not_microsofts),
    Form("3 to 8 lower-case letters and digits, beginning with a letter, but not with mscrm"),
]
UniqueName = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,63}$"),
    Form("up to 64 letters, digits and underscores, beginning with a letter"),
]
Version = Annotated[
    str, StringConstraints(pattern=r"^[0-9]{1,9}(\.[0-9]{1,9}){3}$"), Form("four numbers with dots between them")
]
Template = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9]+_[A-Za-z0-9_]+$", max_length=100),
    Form("the publisher's prefix, an underscore, letters, digits and underscores: 100 in all"),
]
Reference = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][\w.]*:[A-Za-z_]\w*$", max_length=200)]
Class = Annotated[Reference, Form("a module, a colon, and a class in it")]
Factory = Annotated[Reference, Form("a module, a colon, and a function in it")]
OptionValuePrefix = Annotated[
    int, Field(strict=True, ge=10_000, le=99_999), Form("a whole number from 10_000 to 99_999")
]
Bytes = Annotated[
    int, Field(strict=True, ge=100_000, le=100_000_000), Form("a whole number from 100_000 to 100_000_000")
]
Seconds = Annotated[float, Field(strict=True, gt=0, le=600), Form("a number above 0, at most 600")]
Order = Annotated[int, Field(strict=True, ge=-(2**31), lt=2**31), Form("a whole number")]
Packages = Annotated[tuple[Line, ...], Form("a list of requirements, each with version and hash")]
NpmPackage = Annotated[
    str,
    StringConstraints(pattern=r"^(@[a-z0-9][a-z0-9._-]*/)?[a-z0-9][a-z0-9._-]*$", max_length=120),
    Form("the name of a package on npm, such as livekit-client or @contoso/sdk"),
]
NpmVersion = Annotated[
    str,
    StringConstraints(pattern=r"^\d+\.\d+\.\d+([-+][0-9A-Za-z.+-]+)?$", max_length=100),
    Form("one version, and no range"),
]
Program = Annotated[tuple[Line, ...], Form("a list: the program and its arguments")]
Setting = Annotated[
    Any, AfterValidator(_for_the_browser), Form("text, a number, true, false, a list or a table; a date as text")
]
SlashCommand = Annotated[
    str,
    StringConstraints(pattern=r"^/[^\s\p{Cc}\u{FFFE}\u{FFFF}/,;]+$"),
    AfterValidator(_at_most(100)),
    Form("a slash and up to 99 characters without blanks"),
]
Language = Annotated[
    int,
    BeforeValidator(lcid),
    Form('a language of Omnichannel, such as "en-US" or its number "1033"; docs/manifest.md lists them'),
]
OneKeyEach = BeforeValidator(_one_key_each)
Countries = Annotated[
    tuple[Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")], ...],
    Field(min_length=1),
    Form("a list of two capital letters each"),
]
# Of [preview]: an address of one's own or a path on the provider's server; an attribute that neither loads nor runs
# anything; sources of a Content-Security-Policy.
Script = Annotated[
    str,
    StringConstraints(
        pattern=r"^(/[^/\s\"'<>\p{Cc}][^\s\"'<>\p{Cc}]*|(https?://|\{server\}/)[^\s\"'<>\p{Cc}]+)$", max_length=500
    ),
    AfterValidator(_for_a_policy),
    Form("a path on your service, or an address"),
]
Attribute = Annotated[
    str,
    StringConstraints(pattern=r"^(data-[a-z0-9-]{1,60}|async|defer|type|crossorigin|integrity|id)$"),
    Form("data-..., async, defer, type, id, crossorigin or integrity"),
]
Source = Annotated[
    str,
    StringConstraints(pattern=r"^(\{(server|shop|desktop)\}|https?://[^\s\"'<>,;\p{Cc}]+)$", max_length=500),
    AfterValidator(_for_a_policy),
]
Sources = Annotated[tuple[Source, ...], Form("a list of origins")]
