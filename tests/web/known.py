"""The pages that fail today, and why. One that passes fails its test until it is taken from here."""

from __future__ import annotations

from collections.abc import Iterator

# Of each cause, the tests that it fails: kind, page and way.
REASONS: dict[str, tuple[str, ...]] = {
    "fonts of scripts are not shown": (
        "mirror 33-mirror-assets-blob-base-font-canvas live",
        "mirror 33-mirror-assets-blob-base-font-canvas late",
    ),
    "symbols of another file are not shown": ("mirror d2-pictures live", "mirror d2-pictures late"),
}


def _known() -> Iterator[tuple[str, str]]:
    for reason, names in REASONS.items():
        for name in names:
            yield name, reason


KNOWN: dict[str, str] = dict(_known())
