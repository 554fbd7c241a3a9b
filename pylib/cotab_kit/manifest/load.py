"""Read provider.toml: the manifest, and everything that is wrong with it at once.

Where single keys are wrong, the rules still look at all the others, as if the wrong ones had been left out.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from cotab_kit.errors import Finding, ManifestError, not_utf8
from cotab_kit.manifest.findings import from_pydantic
from cotab_kit.manifest.keys import example
from cotab_kit.manifest.model import MANIFEST, Manifest
from cotab_kit.manifest.rules import broken_rules

Document = dict[str, Any]

# In place of what is missing or wrong, so that the rest can be looked at. It breaks no rule itself.
PLACEHOLDER: Document = example(required=True)


def load_manifest(path: Path, overrides: Document | None = None) -> Manifest:
    """Read a provider.toml; `overrides` replace keys of its [page]. Raises ManifestError."""
    manifest, findings = read_manifest(path, overrides or {})
    if findings:
        raise ManifestError("\n".join(map(str, findings)), hint="docs/manifest.md lists every key.", findings=findings)
    return manifest


def read_manifest(path: Path, overrides: Document) -> tuple[Manifest, list[Finding]]:
    """Read the manifest and what is wrong with it; `overrides` replace keys of its [page].

    Raises ManifestError if there is no file, or none that is TOML.
    """
    content = _content(path)
    if overrides and isinstance(content.get("page"), dict):
        content["page"] |= overrides
    manifest, findings = _validated(path, content)
    wrong = [finding.key for finding in findings]
    return manifest, findings + broken_rules(manifest, path, wrong)


def _content(path: Path) -> Document:
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))  # some editors of Windows write a BOM
    except (FileNotFoundError, NotADirectoryError) as error:
        raise ManifestError(
            f"{path.parent} has no {MANIFEST}",
            hint="Run the command in a provider project, name one with --project, or make one with `new NAME`.",
        ) from error
    except UnicodeDecodeError as error:
        raise ManifestError(f"{path}: {not_utf8(error)}", hint="Save the file as UTF-8.") from error
    except OSError as error:
        raise ManifestError(f"{path} cannot be read: {error.strerror}", hint="It must be a file of yours.") from error
    except (ValueError, RecursionError) as error:  # not only TOMLDecodeError: a number of 5000 digits, say
        raise ManifestError(f"{path} is not TOML: {error}", hint="Correct the file at that place.") from error


def _validated(path: Path, content: Document) -> tuple[Manifest, list[Finding]]:
    try:
        return Manifest.model_validate(content), []
    except ValidationError as error:
        return _mended(content, error.errors()), from_pydantic(path, error.errors())


def _mended(content: Document, details: list[ErrorDetails]) -> Manifest:
    """Read the manifest without all that pydantic refuses."""
    for _ in range(3):  # a key, then the table that needs it, then the modes
        for detail in details:
            loc = [str(part) for part in detail["loc"] if part != "[key]"]
            content = _without(content, loc, PLACEHOLDER, needed=detail["type"] == "missing")
        try:
            return Manifest.model_validate(content)
        except ValidationError as error:
            details = error.errors()
    return Manifest.model_validate(PLACEHOLDER)


def _without(table: Document, loc: list[str], placeholder: object, *, needed: bool) -> Document:
    """Drop the key at `loc`, or put its placeholder there; drop the whole inner table if it needs the key."""
    key, *rest = loc
    instead = placeholder.get(key) if isinstance(placeholder, dict) else None
    inner = table.get(key)
    others = {name: value for name, value in table.items() if name != key}
    if rest and isinstance(inner, dict) and not (needed and len(rest) == 1 and instead is None):
        return {**others, key: _without(inner, rest, instead, needed=needed)}
    return others if instead is None else {**others, key: instead}
