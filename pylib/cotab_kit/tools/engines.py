"""Find the other engines of cotab's own tests, Firefox and WebKit, and get those that are missing where apt has them.

Without them the tests that need them are skipped, and say how they can be had.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cotab_kit.tools.browser import Machine, install_by_apt

if TYPE_CHECKING:
    from cotab_kit.progress import Steps


@dataclass(frozen=True)
class Engine:
    """An engine: Debian's packages of it, and what they bring. A program may lie in one of several places."""

    name: str
    packages: tuple[str, ...]
    programs: tuple[tuple[str, ...], ...]

    @property
    def hint(self) -> str:
        """Say that it is missing, and how it can be had."""
        return f"there is no {self.name} for the tests; Debian has it: apt-get install {' '.join(self.packages)}"

    def found(self, machine: Machine | None = None) -> tuple[Path, ...]:
        """Return its programs, in their order; none if one is missing."""
        machine = machine or Machine()
        places = [[Path(place) for place in each] for each in self.programs]
        found = [next((place for place in each if machine.has(place)), None) for each in places]
        return tuple(place for place in found if place) if all(found) else ()


_WEBKIT_FOLDERS = tuple(
    f"/usr/lib/{machine}-linux-gnu/webkit2gtk-{version}/MiniBrowser"
    for machine in ("x86_64", "aarch64")
    for version in ("4.1", "4.0", "6.0")
)
XVFB = (("/usr/bin/Xvfb",),)
FIREFOX = Engine("Firefox", ("firefox-esr", "xvfb"), (("/usr/bin/firefox-esr", "/usr/bin/firefox"), *XVFB))
WEBKIT = Engine("WebKit", ("webkit2gtk-driver", "xvfb"), (("/usr/bin/WebKitWebDriver",), _WEBKIT_FOLDERS, *XVFB))
ENGINES = (FIREFOX, WEBKIT)


def ensure_engines(steps: Steps, machine: Machine | None = None) -> None:
    """Install the engines that are missing, which is said before; note those that cannot be had."""
    machine = machine or Machine()
    for engine in ENGINES:
        if not engine.found(machine) and machine.is_root and machine.is_debian:
            with steps.step(f"Installing {engine.name} for the tests: apt-get install {' '.join(engine.packages)}"):
                install_by_apt(machine, *engine.packages)
        if not engine.found(machine):
            steps.note(f"Tests are skipped: {engine.hint}")
