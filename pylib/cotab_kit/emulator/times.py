"""Times as columns hold them: UTC, to the second, within the range that Dataverse has."""

from __future__ import annotations

import re
from datetime import UTC, datetime

# DateTimeAttributeMetadata.MinSupportedValue and MaxSupportedValue
EARLIEST = datetime(1753, 1, 1, tzinfo=UTC)
LATEST = datetime(9999, 12, 30, 23, 59, 59, tzinfo=UTC)
_FORM = re.compile(r"\d{4}-\d\d-\d\d(T.*)?")


def moment(text: str) -> datetime:
    """Read a time. Raises ValueError for what is none, and for one that no column can hold."""
    if not _FORM.fullmatch(text):
        raise ValueError(text)
    found = datetime.fromisoformat(text)
    try:
        found = found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except OverflowError as error:
        raise ValueError(text) from error
    if not EARLIEST <= found <= LATEST:
        raise ValueError(text)
    return found


def written(when: datetime) -> str:
    """Return a time as a column holds it."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
