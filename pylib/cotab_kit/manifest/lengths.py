"""Lengths of texts as Dataverse counts them: in UTF-16 code units, of which an emoji takes two.

docs/internals/dataverse.md#the-columns
"""

from __future__ import annotations

UNIT = 2  # bytes


def units(text: str) -> int:
    """Count the UTF-16 code units of a text."""
    return len(_encoded(text)) // UNIT


def shortened(text: str, most: int) -> str:
    """Cut a text so that it has at most `most` code units, between characters."""
    return _encoded(text)[: max(most, 0) * UNIT].decode("utf-16-le", "ignore")


def _encoded(text: str) -> bytes:
    return text.encode("utf-16-le", "surrogatepass")
