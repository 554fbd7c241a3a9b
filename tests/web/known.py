"""The pages that fail today, and why. One that passes fails its test until it is taken from here."""

from __future__ import annotations

from collections.abc import Iterator

# Of each cause, the tests that it fails: kind, page and way.
REASONS: dict[str, tuple[str, ...]] = {
    "what is selected in a list that has the focus is gray: the engine's own colors, which no style sheet changes": (
        "pixels phone",
    ),
}


def _known() -> Iterator[tuple[str, str]]:
    for reason, names in REASONS.items():
        for name in names:
            yield name, reason


KNOWN: dict[str, str] = dict(_known())
