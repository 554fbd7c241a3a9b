"""Texts that a person has saved from somewhere, such as a log that an agent has copied."""

from __future__ import annotations

from codecs import BOM_UTF16_BE, BOM_UTF16_LE


def text_of(content: bytes) -> str:
    """Decode such a text: Windows' PowerShell saves what a command prints as UTF-16, its editors put a mark first."""
    is_utf16 = content.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    return content.decode("utf-16" if is_utf16 else "utf-8-sig", "replace")
