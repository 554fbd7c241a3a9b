"""Headers of a request: what each means, and the refusal of those that mean something nowhere in here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from cotab_kit.emulator.errors import not_here

FORMATTED = "OData.Community.Display.V1.FormattedValue"
MAX_PAGE = 5000

# What the way to the server needs, or tells it about the caller; no answer depends on it.
_TRANSPORT = """
accept-charset accept-encoding accept-language authorization baggage cache-control connection content-encoding
content-length content-transfer-encoding cookie correlation-id dnt expect forwarded host keep-alive origin
pragma priority referer request-id traceparent tracestate transfer-encoding te upgrade-insecure-requests
user-agent via x-client-request-id x-correlation-id x-real-ip x-request-id x-requested-with
"""
TRANSPORT = frozenset(_TRANSPORT.split())
TRANSPORT_BEGINNINGS = ("sec-", "x-forwarded-", "x-ms-")
# What means the same here whatever is said: there are no plug-ins, flows or caches.
_INDIFFERENT = """
consistency mscrm.bypassbusinesslogicexecution mscrm.bypassbusinesslogicexecutionstepids
mscrm.bypasscustompluginexecution mscrm.suppresscallbackregistrationexpanderjob
"""
INDIFFERENT = frozenset(_INDIFFERENT.split())
_KNOWN = """
accept callerobjectid content-id content-type if-match if-none-match mscrm.mergelabels mscrm.solutionuniquename
mscrm.suppressduplicatedetection mscrmcallerid odata-maxversion odata-version prefer
"""
KNOWN = frozenset(_KNOWN.split())
ACCEPTED = ("application/json", "application/xml", "text/plain", "multipart/mixed", "/*")  # what answers are
PREFERENCES = frozenset(("odata.continue-on-error", "odata.include-annotations", "odata.maxpagesize", "return"))
_PREFERENCE = re.compile(r'\s*(?P<name>[\w.-]+)\s*(?:=\s*(?P<value>"[^"]*"|[^",;\s]*))?\s*(?:[,;]|$)')


@dataclass(frozen=True)
class Preferences:
    """What a client would like, as `Prefer` says it."""

    annotations: tuple[str, ...] = ()
    page: int | None = None
    representation: bool = False
    continue_on_error: bool = False

    def wants(self, annotation: str) -> bool:
        """Return whether the client asks for an annotation of this name."""
        return any(fnmatchcase(annotation, each) for each in self.annotations)

    @property
    def applied(self) -> str:
        """What the answer's Preference-Applied says."""
        found = ["return=representation"] if self.representation else []
        found += [f"odata.maxpagesize={self.page}"] if self.page else []
        found += [f'odata.include-annotations="{",".join(self.annotations)}"'] if self.annotations else []
        return ", ".join(found)


def check(headers: Mapping[str, str], method: str) -> None:
    """Raise RefusedError for a header that the emulator would have to obey and does not."""
    for name, value in headers.items():
        known = name in TRANSPORT or name in INDIFFERENT or name in KNOWN or name.startswith(TRANSPORT_BEGINNINGS)
        if not known or not _as_known(name, value.strip(), method):
            raise not_here(f"the header {name}: {value[:100]}")


def _as_known(name: str, value: str, method: str) -> bool:
    """Return whether a known header has a value that is obeyed."""
    match name:
        case "odata-version":
            return value == "4.0"
        case "odata-maxversion":
            return value in ("4.0", "4.01")
        case "if-match":
            return method in ("PATCH", "PUT", "DELETE")
        case "if-none-match":
            return value in ("", "null") or (value == "*" if method in ("PATCH", "PUT") else method == "GET")
        case "mscrm.mergelabels":  # labels have one language here
            return method == "PUT"
        case "mscrm.suppressduplicatedetection":
            return value.lower() != "false"
        case "accept":
            full_or_none = "odata.metadata=full" in value or "odata.metadata=none" in value
            return not full_or_none and (not value or any(kind in value.lower() for kind in ACCEPTED))
    return True


def preferences(text: str) -> Preferences:
    """Read `Prefer`. Raises RefusedError for a preference that nothing here follows."""
    found, at = {}, 0
    while at < len(text):
        match = _PREFERENCE.match(text, at)
        if not match or match.end() == at:
            raise not_here(f"Prefer: {text[at : at + 100]}")
        found[match["name"].lower()] = (match["value"] or "").strip('"')
        at = match.end()
    for name, value in found.items():
        if not _followed(name, value):
            raise not_here(f"Prefer: {name}{'=' if value else ''}{value}")
    names = (each.strip() for each in found.get("odata.include-annotations", "").split(","))
    return Preferences(
        tuple(each for each in names if each),
        min(int(found["odata.maxpagesize"]), MAX_PAGE) if "odata.maxpagesize" in found else None,
        found.get("return") == "representation",
        found.get("odata.continue-on-error", "false") in ("", "true"),
    )


def _followed(name: str, value: str) -> bool:
    match name:
        case "odata.maxpagesize":
            return value.isascii() and value.isdigit() and int(value[:9]) > 0
        case "return":
            return value in ("representation", "minimal")
        case "odata.continue-on-error":
            return value in ("", "true", "false")
    return name in PREFERENCES
