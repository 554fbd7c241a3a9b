"""Find the Chromium of the browser tests, and get one where there is none.

Nothing is launched here. Whatever is asked of the machine stands in `Machine`, so that the order can be tested
without a browser.
"""

from __future__ import annotations

import os
import platform
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cotab_kit.errors import SetupError
from cotab_kit.tools.process import run_process

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cotab_kit.progress import Steps
    from cotab_kit.tools.process import Runner

# Debian's packages, and where they put the program.
CHROMIUM = {"chromium": Path("/usr/bin/chromium")}
# Chromium without its windows, twice as quick: for tests before the whole, for measurements not at all.
HEADLESS_SHELL = {"chromium-headless-shell": Path("/usr/bin/chromium-headless-shell")}
_INSTALL_LIMIT = 600.0  # seconds; a blocked network must not hold up a test run for ever
_ASK_PLAYWRIGHT = (
    "from playwright.sync_api import sync_playwright as start\n"
    "with start() as playwright: print(playwright.chromium.executable_path)"
)
_THREE_WAYS_OUT = (
    "One of these helps: install Google Chrome or Microsoft Edge; or, where the network allows it, run "
    "`python -m playwright install chromium`; or name a Chromium in the environment variable COTAB_BROWSER."
)
# Where the installers put them; the same places as Playwright's own channels.
_CHANNELS = {
    "msedge": {
        "Linux": "/opt/microsoft/msedge/msedge",
        "Darwin": "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
        "Windows": "Microsoft/Edge/Application/msedge.exe",
    },
    "chrome": {
        "Linux": "/opt/google/chrome/chrome",
        "Darwin": "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "Windows": "Google/Chrome/Application/chrome.exe",
    },
}
_WINDOWS_FOLDERS = ("LOCALAPPDATA", "PROGRAMFILES", "PROGRAMFILES(X86)")


@dataclass(frozen=True)
class Browser:
    """A Chromium to be launched by Playwright: by its path, or as one of Playwright's channels."""

    executable: Path | None = None
    channel: str | None = None
    args: tuple[str, ...] = ()

    def launch_options(self) -> dict[str, Any]:
        """Return what Playwright's `chromium.launch(...)` is given."""
        options: dict[str, Any] = {"args": list(self.args)}
        if self.channel:
            options["channel"] = self.channel
        if self.executable:
            options["executable_path"] = str(self.executable)
        return options


def _is_debian() -> bool:
    """Return whether this is Debian. Ubuntu is not meant: its chromium is a snap, which containers cannot run."""
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        return False
    return release.get("ID") == "debian" and shutil.which("apt-get") is not None


@dataclass(frozen=True)
class Machine:
    """The machine as the search sees it, and the one way in which it changes it: `run`."""

    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    system: str = field(default_factory=platform.system)
    is_root: bool = field(default_factory=lambda: hasattr(os, "geteuid") and os.geteuid() == 0)
    is_debian: bool = field(default_factory=_is_debian)
    run: Runner = run_process

    def has(self, path: Path) -> bool:
        """Return whether a program lies there."""
        return path.is_file()

    def playwright_chromium(self) -> Path | None:
        """Ask for Playwright's own Chromium, in another process: this one may already run an event loop."""
        finished = self.run([sys.executable, "-c", _ASK_PLAYWRIGHT], timeout=60)
        path = Path(finished.last_lines(1)) if finished.ok else None  # what Node has to say stands before it
        return path if path and self.has(path) else None


def find_browser(steps: Steps, machine: Machine | None = None, *, whole: bool = False) -> Browser:
    """Find the browser for the tests, or a `whole` one, as agents have it; if there is none, install one."""
    machine = machine or Machine()
    debian = CHROMIUM if whole else HEADLESS_SHELL | CHROMIUM
    browser = _present(machine, debian) or _install(steps, machine, debian)
    return Browser(browser.executable, browser.channel, _arguments(machine))


def _present(machine: Machine, debian: Mapping[str, Path]) -> Browser | None:
    if named := machine.environment.get("COTAB_BROWSER"):
        if machine.has(Path(named)):
            return Browser(Path(named))
        text = f"COTAB_BROWSER names {named}, and there is no such program."
        raise SetupError(text, hint="Correct it, or unset it to have a browser looked for.")
    if own := machine.playwright_chromium():
        return Browser(own)
    for channel in _CHANNELS:
        if any(machine.has(path) for path in _places(channel, machine)):
            return Browser(channel=channel)
    return _of_debian(machine, debian)


def _of_debian(machine: Machine, debian: Mapping[str, Path]) -> Browser | None:
    return next((Browser(path) for path in debian.values() if machine.has(path)), None)


def _places(channel: str, machine: Machine) -> list[Path]:
    place = _CHANNELS[channel].get(machine.system)
    if place is None:
        return []
    if machine.system != "Windows":
        return [Path(place)]
    folders = [machine.environment.get(name) for name in _WINDOWS_FOLDERS]
    return [Path(folder, place) for folder in folders if folder]


def _arguments(machine: Machine) -> tuple[str, ...]:
    args = ["--disable-background-networking"]
    if machine.system == "Linux":
        args.append("--disable-dev-shm-usage")  # in containers /dev/shm is too small for Chromium
        if machine.is_root:
            args.append("--no-sandbox")  # Chromium refuses to start as root with it
    return tuple(args)


def _install(steps: Steps, machine: Machine, debian: Mapping[str, Path]) -> Browser:
    with steps.step("Installing a browser for the tests: playwright install chromium"):
        failure = _install_by_playwright(machine)
        own = machine.playwright_chromium() if not failure else None
    if own:
        return Browser(own)
    if machine.is_root and machine.is_debian:
        with steps.step("Installing a browser for the tests: apt-get install"):
            failure = _first_of_apt(machine, debian) or failure
        if browser := _of_debian(machine, debian):
            return browser
    text = "There is no browser for the tests, and none could be installed."
    raise SetupError(f"{text}\n{failure}".strip(), hint=_THREE_WAYS_OUT)


def _install_by_playwright(machine: Machine) -> str:
    """Install it; return why that failed, or nothing."""
    playwright = [sys.executable, "-m", "playwright"]
    finished = machine.run([*playwright, "install", "chromium"], timeout=_INSTALL_LIMIT)
    if finished.ok and machine.is_root and machine.is_debian:
        # The libraries that Chromium needs, missing in slim containers.
        machine.run([*playwright, "install-deps", "chromium"], timeout=_INSTALL_LIMIT)
    return "" if finished.ok else finished.last_lines(5) or "playwright install took too long"


def _first_of_apt(machine: Machine, debian: Mapping[str, Path]) -> str:
    failure = ""
    for package in debian:
        failure = install_by_apt(machine, package)
        if not failure:
            break
    return failure


def install_by_apt(machine: Machine, *packages: str) -> str:
    """Install Debian's packages; return why that failed, or nothing."""
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    machine.run(["apt-get", "update"], env=quiet, timeout=_INSTALL_LIMIT)
    finished = machine.run(["apt-get", "install", "-y", *packages], env=quiet, timeout=_INSTALL_LIMIT)
    return "" if finished.ok else finished.last_lines(5) or "apt-get took too long"
