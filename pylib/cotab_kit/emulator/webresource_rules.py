"""Rules for web resources: name, type, size.

Hyphens are taken although the text of 0x8004f117 leaves them out, and so is another publisher's prefix in a package:
real exports have both (docs/internals/dataverse.md#names). What somebody makes by hand needs a prefix of the org's.
Whether Dataverse measures the file or its base64 is not known, so the longer counts: docs/internals/dataverse.md#size.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable

from cotab_kit.emulator.errors import invalid
from cotab_kit.emulator.schema import Row
from cotab_kit.emulator.store import Store
from cotab_kit.emulator.tables.platform import ORGANIZATION
from cotab_kit.emulator.tables.solutions import PUBLISHER

DEFAULT_PREFIX = "new"

_NAME = re.compile(r"[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)*")
_REFUSED = (".aspx", ".ascx", ".asmx", ".ashx")


def check(store: Store, rows: Iterable[Row], *, imported: bool = False) -> None:
    """Raise RefusedError for what Dataverse would not take."""
    limit = upload_limit(store)
    for row in rows:
        if "name" in row:
            _check_name(str(row["name"] or ""))
            if not imported and str(row["name"]).partition("_")[0].lower() not in prefixes(store):
                raise invalid("0x8004f118", f"Webresource name does not contain a valid prefix. ({row['name']})")
        _check_size(row, limit)
        if not imported:  # a package brings files, not base64
            decoded(str(row.get("content") or ""))


def _check_size(row: Row, limit: int) -> None:
    content = str(row.get("content") or "")
    if len(content) > limit:
        raise invalid(
            "0x8004f114", f"Webresource content size is too big. ({row.get('name', '')}: {len(content)} > {limit})"
        )


def _check_name(name: str) -> None:
    if not name:
        raise invalid("0x8004f116", "Webresource name cannot be null or empty.")
    if not _NAME.fullmatch(name):
        raise invalid(
            "0x8004f117",
            "Web resource names may only include letters, numbers, periods, and nonconsecutive forward slash "
            f"characters. ({name[:300]})",
        )
    if name.lower().endswith(_REFUSED):
        raise invalid(
            "0x8004f119", "A Web resource cannot have the following file extensions: .aspx, .ascx, .asmx or .ashx."
        )


def prefixes(store: Store) -> set[str]:
    """Return the prefixes of the org's publishers, the default publisher among them, which has no row here."""
    return {str(row["customizationprefix"]).lower() for row in store.select(PUBLISHER)} | {DEFAULT_PREFIX}


def upload_limit(store: Store) -> int:
    """Return how many bytes a file may have."""
    return int(store.select(ORGANIZATION, columns=["maxuploadfilesize"])[0]["maxuploadfilesize"] or 0)


def decoded(content: str) -> bytes:
    """Decode base64. Raises RefusedError."""
    try:
        return base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError):
        raise invalid("0x80040203", "Invalid length or character for a Base-64 char array or string.") from None
