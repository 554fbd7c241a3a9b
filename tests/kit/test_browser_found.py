"""Which browser the tests use: the order, what is installed if there is none, what is said if that fails."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from cotab_kit.errors import SetupError
from cotab_kit.progress import Steps
from cotab_kit.tools.browser import CHROMIUM, HEADLESS_SHELL, Browser, Machine, find_browser
from cotab_kit.tools.process import Finished

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

STEPS = Steps(Console(stderr=True), quiet=True)
PLAYWRIGHT = Path("/playwright/chrome")
EDGE = Path("/opt/microsoft/msedge/msedge")
CHROME = Path("/opt/google/chrome/chrome")
MINE = Path("/mine/chromium")
DEBIAN = HEADLESS_SHELL | CHROMIUM
SHELL, DEBIAN_CHROMIUM = DEBIAN.values()


@dataclass
class Log:
    """The programs that exist, and the commands that were run; some commands bring a program."""

    programs: set[Path] = field(default_factory=set)
    commands: list[str] = field(default_factory=list)
    brings: dict[str, Path] = field(default_factory=dict)

    def __call__(
        self,
        command: Sequence[str | Path],
        *,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        timeout: float | None = None,
    ) -> Finished:
        assert timeout
        assert cwd is None
        words = [str(word) for word in command]
        if words[1] == "-c":
            return Finished(0, f"Warning: Ignoring extra certs from `/nowhere`, load failed\n{PLAYWRIGHT}\n")
        name = " ".join(words[2:] if words[1] == "-m" else words)
        self.commands.append(name)
        assert (env is not None) == name.startswith("apt-get")
        if name in self.brings:
            self.programs.add(self.brings[name])
            return Finished(0, "")
        return Finished(1, f"{name} says no")


@dataclass(frozen=True)
class FakeMachine(Machine):
    """A Linux machine with the programs that a test gives it."""

    log: Log = field(default_factory=Log)

    def has(self, path: Path) -> bool:
        return path in self.log.programs


def machine(
    *programs: Path, debian: bool = False, environment: Mapping[str, str] | None = None, system: str = "Linux"
) -> FakeMachine:
    log = Log(set(programs))
    return FakeMachine(environment or {}, system, is_root=debian, is_debian=debian, run=log, log=log)


def found(given: FakeMachine) -> Browser:
    browser = find_browser(STEPS, given)
    return Browser(browser.executable, browser.channel)


EVERYTHING = (MINE, PLAYWRIGHT, EDGE, CHROME, SHELL, DEBIAN_CHROMIUM)


@pytest.mark.parametrize(
    ("programs", "expected"),
    [
        (EVERYTHING[1:], Browser(PLAYWRIGHT)),
        (EVERYTHING[2:], Browser(channel="msedge")),
        (EVERYTHING[3:], Browser(channel="chrome")),
        (EVERYTHING[4:], Browser(SHELL)),
        (EVERYTHING[5:], Browser(DEBIAN_CHROMIUM)),
    ],
)
def test_the_first_in_the_order_is_taken_and_nothing_is_installed(
    programs: tuple[Path, ...], expected: Browser
) -> None:
    given = machine(*programs)
    assert found(given) == expected
    assert given.log.commands == []


def test_the_environment_variable_comes_before_everything() -> None:
    assert found(machine(*EVERYTHING, environment={"COTAB_BROWSER": str(MINE)})) == Browser(MINE)


def test_an_environment_variable_that_names_nothing_is_an_error_and_not_passed_over() -> None:
    with pytest.raises(SetupError, match=r"COTAB_BROWSER names .*gone") as failure:
        find_browser(STEPS, machine(*EVERYTHING, environment={"COTAB_BROWSER": "/gone"}))
    assert "unset it" in failure.value.hint


def test_a_whole_browser_is_none_without_windows() -> None:
    given = machine(SHELL, debian=True)
    given.log.brings = {"apt-get install -y chromium": DEBIAN_CHROMIUM}
    assert find_browser(STEPS, given, whole=True).executable == DEBIAN_CHROMIUM
    assert find_browser(STEPS, machine(SHELL, DEBIAN_CHROMIUM), whole=True).executable == DEBIAN_CHROMIUM


def test_windows_is_searched_where_its_installers_put_programs() -> None:
    chrome = Path("C:/Program Files", "Google/Chrome/Application/chrome.exe")
    given = machine(chrome, system="Windows", environment={"PROGRAMFILES": "C:/Program Files"})
    assert found(given) == Browser(channel="chrome")


def test_a_mac_is_searched_in_its_applications() -> None:
    edge = Path("/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge")
    assert found(machine(edge, system="Darwin")) == Browser(channel="msedge")


def test_without_a_browser_playwright_installs_its_own() -> None:
    given = machine()
    given.log.brings = {"playwright install chromium": PLAYWRIGHT}
    assert found(given) == Browser(PLAYWRIGHT)
    assert given.log.commands == ["playwright install chromium"]


def test_on_debian_its_libraries_are_installed_too() -> None:
    given = machine(debian=True)
    given.log.brings = {"playwright install chromium": PLAYWRIGHT}
    assert found(given) == Browser(PLAYWRIGHT)
    assert given.log.commands[1:] == ["playwright install-deps chromium"]


@pytest.mark.parametrize("package", DEBIAN)
def test_where_playwright_cannot_debian_installs_what_it_has(package: str) -> None:
    given = machine(debian=True)
    given.log.brings = {f"apt-get install -y {package}": DEBIAN[package]}
    assert found(given) == Browser(DEBIAN[package])
    assert given.log.commands[1] == "apt-get update"
    assert given.log.commands[-1] == f"apt-get install -y {package}"


@pytest.mark.parametrize("debian", [True, False])
def test_if_nothing_helps_the_three_ways_out_are_named(*, debian: bool) -> None:
    with pytest.raises(SetupError, match="says no") as failure:
        find_browser(STEPS, machine(debian=debian))
    for way in ("Google Chrome or Microsoft Edge", "playwright install chromium", "COTAB_BROWSER"):
        assert way in failure.value.hint


def test_only_what_the_machine_needs_is_switched_off() -> None:
    root = find_browser(STEPS, machine(DEBIAN_CHROMIUM, debian=True)).launch_options()
    user = find_browser(STEPS, machine(EDGE)).launch_options()
    mac = find_browser(STEPS, machine(PLAYWRIGHT, system="Darwin")).launch_options()
    assert root["executable_path"] == str(DEBIAN_CHROMIUM)
    assert "--no-sandbox" in root["args"]
    assert user == {"channel": "msedge", "args": mac["args"] + ["--disable-dev-shm-usage"]}
    assert mac["args"] == ["--disable-background-networking"]


def test_a_machine_without_playwright_is_searched_all_the_same() -> None:
    def fail(command: Sequence[str | Path], **_: object) -> Finished:
        return Finished(1, f"No module named playwright: {command[0]}")

    given = FakeMachine({}, "Linux", is_root=False, is_debian=False, run=fail, log=Log({CHROME}))
    assert found(given) == Browser(channel="chrome")
