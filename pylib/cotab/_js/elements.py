"""The page's elements: what they show as data, and the one that brings them there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

__all__ = ["Changes", "Document", "Elements"]

# What an element shows: `text` is its text, everything else an attribute; None and False remove it.
Changes = Mapping[str, str | bool | None]


class Document(Protocol):
    """The owner of the elements."""

    def update(self, changes: Mapping[str, Changes]) -> None:
        """See Browser."""


class Elements:
    """Keeps a document's elements as they are wanted, touching only what has changed."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._shown: dict[str, dict[str, str | bool | None]] = {}

    def show(self, wanted: Mapping[str, Changes]) -> None:
        """Make the page show this."""
        changes = {element_id: self._changed(element_id, each) for element_id, each in wanted.items()}
        self._document.update({element_id: each for element_id, each in changes.items() if each})
        for element_id, each in changes.items():
            self._shown.setdefault(element_id, {}).update(each)

    def _changed(self, element_id: str, wanted: Changes) -> Changes:
        shown = self._shown.get(element_id, {})
        return {name: value for name, value in wanted.items() if name not in shown or shown[name] != value}

    def forget(self, element_id: str) -> None:
        """Forget what an element shows that is no longer in the page."""
        self._shown.pop(element_id, None)
