"""The pages that fail today, and why. One that passes fails its test until it is taken from here."""

from __future__ import annotations

from collections.abc import Iterator

# Of each cause, the tests that it fails: kind, page and way.
REASONS: dict[str, tuple[str, ...]] = {}


def _known() -> Iterator[tuple[str, str]]:
    for reason, names in REASONS.items():
        for name in names:
            yield name, reason


KNOWN: dict[str, str] = dict(_known())
