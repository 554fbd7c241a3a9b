"""The report of a build on its files: how large each is over the wire, and when a page asks for it.

The entries are those of dist/build.json.
"""

from __future__ import annotations

import gzip
import re
from collections import Counter
from pathlib import PurePosixPath
from typing import Any

from cotab_kit.solution.web_resource_rules import web_resource_type

Report = dict[str, Any]

# When a page asks for a file, and how the summary says it.
NEEDED = {
    "start": "for the first start",
    "later": "once the tab is up, or when asked for",
    "fallback": "only where the snapshot cannot be used",
    "configuration": "only for the configuration page and its trial",
}
LATER = re.compile(r"late_json|\w+_rest(_\d+)?\.xml|notices\.html|sbom\.xml|assets/|icons/|npm/")
FALLBACK = re.compile(r"python_stdlib_zip|packages_json")
CONFIGURATION = re.compile(r"(configuration|trial)[._]")

# Parts of one binary are told as one.
PART = re.compile(r"(_\d+)?\.xml$")
SHOWN = 4
WORTH_NAMING = 50_000


def file_entry(folder: str, name: str, content: bytes, *, with_snapshot: bool) -> dict[str, Any]:
    """Describe one file for the report; `gzip_bytes` is about what it costs over the wire."""
    fallback = with_snapshot and FALLBACK.match(name)
    needed = "fallback" if fallback else "later" if LATER.match(name) else "start"
    return {
        "name": f"{folder}/{name}",
        "type": web_resource_type(name),
        "bytes": len(content),
        "gzip_bytes": len(gzip.compress(content, compresslevel=6, mtime=0)),
        "needed": "configuration" if CONFIGURATION.match(name) else needed,
    }


def summary(report: Report) -> list[str]:
    """Say where the bytes are, a line for each time at which a page asks for them."""
    return [line for needed, when in NEEDED.items() if (line := _line(report, needed, when))]


def _line(report: Report, needed: str, when: str) -> str:
    sizes: Counter[str] = Counter()
    for file in report["files"]:
        if file["needed"] == needed:
            sizes[PART.sub("", PurePosixPath(file["name"]).name)] += file["gzip_bytes"]
    largest = ", ".join(f"{name} {size / 1e6:.1f}" for name, size in sizes.most_common(SHOWN) if size >= WORTH_NAMING)
    return f"{sizes.total() / 1e6:.1f} MB {when}" + (f": {largest}" if largest else "") if sizes else ""
