"""A solution's zip, opened without trusting it: no paths out of it, no bombs, no surprises."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from cotab_kit.emulator.errors import RefusedError, invalid, not_here

MAX_FILES = 10_000
MAX_SIZE = 256 * 1024 * 1024  # of all files together, unpacked
MAX_NAME = 512

_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
_ENCRYPTED = 0x1
_DEFLATE64 = 9  # which .NET can read, and Python cannot
_READABLE = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # all that .NET reads beside that


def read_archive(content: bytes) -> dict[str, bytes]:
    """Return the files by name. Raises RefusedError for what is no zip, or no honest one."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            _check(entries)
            return {entry.filename: archive.read(entry) for entry in entries}
    except _BROKEN as error:
        raise bad_archive(f"{type(error).__name__}: {error}") from error


def bad_archive(reason: str) -> RefusedError:
    """Return Dataverse's error for a file that is no solution, with the reason."""
    return invalid(
        "0x80048060",
        "The solution file is invalid. The compressed file must contain the following files at its root: solution.xml, "
        "customizations.xml, and [Content_Types].xml. Customization files exported from previous versions of Microsoft "
        f"Dynamics 365 are not supported. ({reason})",
    )


def _check(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MAX_FILES:
        raise bad_archive(f"it has {len(entries)} files, {MAX_FILES} are allowed")
    if sum(entry.file_size for entry in entries) > MAX_SIZE:
        raise bad_archive(f"unpacked it is larger than {MAX_SIZE} bytes")
    names = [entry.filename for entry in entries]
    if len({name.lower() for name in names}) < len(names):
        raise invalid("0x80048484", "Two or more files have the same name. File names must be unique.")
    for entry in entries:
        if not _honest(entry.filename):
            raise bad_archive(f"{entry.filename[:100]!r} is not the name of a file in it")
        if entry.flag_bits & _ENCRYPTED:
            raise bad_archive(f"{entry.filename} is encrypted")
        if entry.compress_type == _DEFLATE64:
            raise not_here(f"a package compressed by Deflate64: {entry.filename}")
        if entry.compress_type not in _READABLE:
            raise bad_archive(f"{entry.filename} is compressed in a way that .NET does not read")


def _honest(name: str) -> bool:
    parts = name.split("/")
    return (
        len(name) <= MAX_NAME
        and not any(letter in name for letter in "\\:\0")
        and all(part not in ("", ".", "..") for part in parts)
    )
