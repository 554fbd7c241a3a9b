"""What Dataverse accepts as a web resource: names, types, sizes. Called by build.py on everything it is about to write.

The rules: facts, dataverse.md, section 4.
"""

from __future__ import annotations

import re

from cotab_kit.errors import BuildError

# File name extension -> Dataverse's web resource type.
TYPES = {
    ".htm": 1, ".html": 1, ".css": 2, ".js": 3, ".xml": 4, ".png": 5, ".jpg": 6, ".gif": 7,
    ".xsl": 9, ".xslt": 9, ".ico": 10, ".svg": 11, ".resx": 12,
}  # fmt: skip

NAME = re.compile(r"^[A-Za-z0-9_.]+(?:/[A-Za-z0-9_.]+)*$")
MAX_NAME = 256


def web_resource_type(name: str) -> int | None:
    """Dataverse's number for the type, None if there is none for such a file."""
    return TYPES.get(f".{name.rpartition('.')[2].lower()}")


def check_resources(resources: dict[str, bytes], limit: int) -> None:
    """Raise BuildError naming everything that Dataverse would refuse. `limit` is in bytes for each file."""
    findings = [finding for name, content in resources.items() for finding in _findings(name, len(content), limit)]
    if findings:
        raise BuildError("\n".join(findings), hint="Rename, convert or shrink these files and build again.")


def _findings(name: str, size: int, limit: int) -> list[str]:
    findings = []
    if not NAME.fullmatch(name) or len(name) > MAX_NAME:
        findings.append(f"{name}: a web resource's name has letters, digits, '_', '.', and single '/' only (no '-')")
    if web_resource_type(name) is None:
        findings.append(f"{name}: Dataverse has no web resource type for it; it knows {', '.join(TYPES)}")
    if size > limit:
        findings.append(f"{name}: {size:,} bytes are more than the limit of {limit:,} (page.max_web_resource_bytes)")
    return findings
