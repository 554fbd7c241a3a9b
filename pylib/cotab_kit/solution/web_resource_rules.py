"""Dataverse's rules for web resources: names, types, sizes.

Source: docs/internals/dataverse.md#web-resources.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import PurePosixPath

from cotab_kit.errors import BuildError

# File name extension -> Dataverse's web resource type.
TYPES = {
    ".htm": 1, ".html": 1, ".css": 2, ".js": 3, ".xml": 4, ".png": 5, ".jpg": 6, ".gif": 7,
    ".xsl": 9, ".xslt": 9, ".ico": 10, ".svg": 11, ".resx": 12,
}  # fmt: skip

NAME = re.compile(r"^[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)*$")
MAX_NAME = 256


def web_resource_type(name: str) -> int | None:
    """Return Dataverse's number for the type, None if there is none for such a file."""
    return TYPES.get(PurePosixPath(name).suffix.lower())


def check_resources(resources: dict[str, bytes], folder: str, limit: int) -> None:
    """Raise BuildError naming everything that Dataverse would refuse.

    `folder` stands before every name, `limit` is in bytes for each file.
    """
    findings = [f"{name}: {problem}" for name, problem in resource_findings(resources, folder, limit)]
    if findings:
        raise BuildError("\n".join(findings), hint="Rename, convert or shrink these files.")


def resource_findings(resources: dict[str, bytes], folder: str, limit: int) -> list[tuple[str, str]]:
    """List everything that Dataverse would refuse: the name, and what is wrong with it."""
    findings = [(name, "another file differs from it in capital letters only") for name in _same_names(resources)]
    for name, content in resources.items():
        findings += [(name, problem) for problem in _problems(name, f"{folder}/{name}", len(content), limit)]
    return findings


def _same_names(names: Iterable[str]) -> list[str]:
    """List names that differ in case alone: Dataverse, and not only it, takes them for the same."""
    ordered = sorted(names)
    count = Counter(name.lower() for name in ordered)
    return [name for name in ordered if count[name.lower()] > 1]


def _problems(name: str, full_name: str, size: int, limit: int) -> list[str]:
    problems = []
    if not NAME.fullmatch(name):
        problems.append("a web resource's name has letters, digits, '_', '-', '.', and single '/' only")
    if len(full_name) > MAX_NAME:
        problems.append(f"{full_name} is longer than {MAX_NAME} characters")
    if web_resource_type(name) is None:
        problems.append(f"Dataverse has no web resource type for it; it knows {', '.join(TYPES)}")
    if size > limit:
        problems.append(f"{size:,} bytes are more than the limit of {limit:,} (page.max_web_resource_bytes)")
    return problems
