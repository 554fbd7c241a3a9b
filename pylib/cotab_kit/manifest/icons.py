"""Check that a file is a picture of the kind that Dynamics and AppSource want.

Nothing in a file is trusted: an SVG runs in the org's origin when it is opened by itself, so it may hold no script.
"""

from __future__ import annotations

import struct
from pathlib import Path
from xml.etree import ElementTree as ET

SVG = "{http://www.w3.org/2000/svg}"
LARGEST_SVG = 100_000
PNG_HEAD = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
LOGO_SIZE = (32, 32)


def svg_problem(path: Path) -> str:
    """Say why the file cannot be an icon; nothing if it can."""
    if path.suffix.lower() != ".svg":
        return "an icon is an SVG file"
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_SVG + 1)
    except OSError:
        return "there is no such file"
    if len(content) > LARGEST_SVG:
        return f"an icon has at most {LARGEST_SVG:,} bytes"
    # Entities can grow without bound, and UTF-16 would hide them.
    if b"<!" in content.replace(b"<!--", b"") or b"\0" in content:
        return "an icon has no document type, no entities, and is UTF-8"
    try:
        root = ET.fromstring(content)  # noqa: S314 - without entities there is nothing to expand
    except (ET.ParseError, LookupError, ValueError) as error:  # the latter two for encodings that it names
        return f"it is no XML ({error})"
    if root.tag != f"{SVG}svg":
        return "its outermost element is not <svg> with SVG's namespace"
    return "an icon holds no script" if any(_is_active(element) for element in root.iter()) else ""


def _is_active(element: ET.Element) -> bool:
    handlers = any(name.lower().startswith("on") for name in element.attrib)
    links = any(value.strip().lower().startswith("javascript:") for value in element.attrib.values())
    return handlers or links or element.tag in (f"{SVG}script", f"{SVG}foreignObject")


def png_problem(path: Path) -> str:
    """Say why the file cannot be the logo; nothing if it can."""
    try:
        with path.open("rb") as file:
            head = file.read(len(PNG_HEAD) + 8)
    except OSError:
        return "there is no such file"
    if not head.startswith(PNG_HEAD) or len(head) < len(PNG_HEAD) + 8:
        return "it is no PNG"
    size = struct.unpack(">II", head[len(PNG_HEAD) :])
    return "" if size == LOGO_SIZE else f"it has {size[0]} by {size[1]} pixels"
