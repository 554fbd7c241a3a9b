"""The GUIDs of rows and web resources: computed from names, so that every build and every org has the same ones.

Labels, versions and order may change without a row becoming another one; publisher, solution and mode may not.
"""

from __future__ import annotations

from uuid import NAMESPACE_URL, UUID, uuid5

# Whatever is made of this must never change: rows that are installed are found by it again.
COTAB = uuid5(NAMESPACE_URL, "urn:cotab:rows")


def row_id(folder: str, table: str, *parts: object) -> UUID:
    """Compute the GUID of a row. `folder` is the common beginning of the solution's web resources, unique to it."""
    return uuid5(COTAB, "/".join([folder, table, *map(str, parts)]).lower())
