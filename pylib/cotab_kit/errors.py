"""Every failure the kit foresees, as one tree, shown as message and hint and never as a traceback.

KitError             something on the author's machine stands in the way
├── SetupError       a part that the kit needs cannot be found, fetched or installed
├── ManifestError    provider.toml, or a file it names, is not what the kit can use
├── BuildError       the tab cannot be built from the project
│   └── ToolError    a JavaScript tool (esbuild, the maker of the snapshot, ...) failed
├── OrgError         an org refuses what was asked of it, or is not what it must be
│   └── SignInError  nobody could be signed in
└── DesktopError     the local desktop, or its org, cannot do what was asked of it

The message says what happened and where, `hint` what to do next, `raise ... from` keeps the cause.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Finding:
    """A thing that is wrong. `value` is what stands there now, as TOML has it; empty if nothing or a table does."""

    file: str
    key: str
    value: str
    problem: str
    fix: str

    def __str__(self) -> str:
        if not self.key:
            return f"{self.file}: {self.problem}; {self.fix}"
        subject = f"{self.file}: {self.key}"
        if self.value:
            return f"{subject} = {self.value}: {'; '.join(filter(None, [self.problem, self.fix]))}"
        return f"{subject} {self.problem}; {self.fix}" if self.problem else f"{subject}: {self.fix}"

    def as_json(self) -> dict[str, str]:
        """Return the finding for machines."""
        return asdict(self)


class KitError(Exception):
    """Something on the author's machine stands in the way."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint
        if hint:
            self.add_note(hint)  # so that a test that fails with it shows the hint too


class SetupError(KitError):
    """A part that the kit needs cannot be found, fetched or installed."""


class ManifestError(KitError):
    """provider.toml, or a file it names, is not what the kit can use. `findings` has each thing that is wrong."""

    def __init__(self, message: str, *, hint: str = "", findings: Sequence[Finding] = ()) -> None:
        super().__init__(message, hint=hint)
        self.findings = list(findings)


class BuildError(KitError):
    """The tab cannot be built from the project."""


class ToolError(BuildError):
    """A JavaScript tool (esbuild, the maker of the snapshot, ...) failed."""


class OrgError(KitError):
    """An org refuses what was asked of it, or is not what it must be."""


class SignInError(OrgError):
    """Nobody could be signed in."""


class DesktopError(KitError):
    """The local desktop, or its org, cannot do what was asked of it."""


def not_utf8(error: UnicodeDecodeError) -> str:
    """Say what is wrong with a text file that should be UTF-8, and in which line."""
    line = error.object.count(b"\n", 0, error.start) + 1
    return f"line {line} is not UTF-8"
