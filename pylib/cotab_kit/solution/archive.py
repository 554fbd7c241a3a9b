"""Zip files that are byte for byte the same whenever and wherever they are made, and the list of types in each."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from xml.sax.saxutils import quoteattr

CONTENT_TYPES = "[Content_Types].xml"
OCTETS = "application/octet-stream"
EPOCH = (1980, 1, 1, 0, 0, 0)
FROM_UNIX = 3
PLAIN_FILE = 0o100644 << 16


def zip_bytes(files: Mapping[str, bytes]) -> bytes:
    """Zip the files in the order of their names, without the time, the system and the owner."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.create_system, entry.external_attr = FROM_UNIX, PLAIN_FILE
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content, compresslevel=6)
    return buffer.getvalue()


def content_types(names: Iterable[str], always: Iterable[str] = ("xml",)) -> bytes:
    """Make [Content_Types].xml for files of these names: by extension, and by name for those that have none."""
    ordered = sorted(names)
    extensions = dict.fromkeys([*always, *sorted(PurePosixPath(name).suffix[1:] for name in ordered)])
    parts = [f'<Default Extension="{extension}" ContentType="{OCTETS}" />' for extension in extensions if extension]
    bare = [quoteattr(f"/{name}") for name in ordered if not PurePosixPath(name).suffix]
    parts += [f'<Override PartName={name} ContentType="{OCTETS}" />' for name in bare]
    head = '<?xml version="1.0" encoding="utf-8"?>'
    types = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    return f"{head}{types}{''.join(parts)}</Types>".encode("utf-8-sig")  # Dataverse writes the mark, on one line
