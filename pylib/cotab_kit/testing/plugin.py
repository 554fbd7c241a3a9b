"""A pytest plugin: the built tab and the whole desktop in a real browser. pytest finds it where cotab is installed.

Fixtures: `tab`, `desktop`, and what they stand on, `cotab_dist`, `cotab_server`, `cotab_browser`. A test fails on any
console error that it did not announce with `expect_console_error(pattern)`.

It is loaded into every test run of whoever has installed cotab, so everything but pytest is imported by fixtures only.
"""

# ruff: noqa: PLC0415 - as said above

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Playwright

    from cotab_kit.testing import ConsoleWatch, Desktop, ServedBuild, Tab

CONSOLE: pytest.StashKey[ConsoleWatch] = pytest.StashKey()
FAILED: pytest.StashKey[bool] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--cotab-dist`; `--dist` belongs to pytest-xdist."""
    parser.addoption("--cotab-dist", metavar="FOLDER", help="the built project that browser tests open (default: dist)")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show the browser's console of a test that failed."""
    report = yield
    watch = item.stash.get(CONSOLE, None)
    if report.failed and watch is not None:
        report.sections.append(("Browser console", watch.text))
        item.stash[FAILED] = True
    return report


@contextmanager
def watched(item: pytest.Item, context: BrowserContext) -> Iterator[ConsoleWatch]:
    """Watch the console of a test; in the end it must be as expected, unless the test has failed anyway."""
    from cotab_kit.testing.console import ConsoleWatch

    watch = item.stash[CONSOLE] = ConsoleWatch(context)
    yield watch
    if FAILED not in item.stash:  # one failure is enough; the console is shown with it
        watch.settle()
        watch.check()


@pytest.fixture(scope="session")
def cotab_dist(pytestconfig: pytest.Config) -> Path:
    """Return the folder of the built project. Raises UsageError if nothing is built there."""
    folder = pytestconfig.rootpath / cast("str", pytestconfig.getoption("--cotab-dist") or "dist")
    if not (folder / "build.json").is_file():
        raise pytest.UsageError(
            f"{folder} holds no build. Build it first: `python build.py` in the kit's repository, or "
            "`cotab build` in a project of your own. --cotab-dist=FOLDER names another."
        )
    return folder


@pytest.fixture(scope="session")
def cotab_launch_options() -> dict[str, Any]:
    """Return what Playwright launches: a headless Chromium, Chrome or Edge."""
    from cotab_kit.progress import Steps
    from cotab_kit.tools.browser import find_browser

    return find_browser(Steps.for_this_terminal()).launch_options()


@pytest.fixture(scope="module")
def cotab_browser(request: pytest.FixtureRequest, cotab_launch_options: dict[str, Any]) -> Iterator[Browser]:
    """Launch a browser for the tests of one module.

    Playwright occupies the thread with an event loop as long as it runs. It ends with the module, so that tests of
    other modules can have loops of their own.
    """
    with _playwright(request) as playwright:
        browser = playwright.chromium.launch(**cotab_launch_options)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def cotab_permissions() -> list[str] | None:
    """Name what a page may do unasked, in Playwright's words; other engines than Chromium know none of them."""
    return ["clipboard-read", "clipboard-write"]


@contextmanager
def _playwright(request: pytest.FixtureRequest) -> Iterator[Playwright]:
    """Start Playwright, or take that of pytest-playwright: there can be but one at a time."""
    from playwright.sync_api import sync_playwright

    try:
        shared = cast("Playwright", request.getfixturevalue("playwright"))
    except pytest.FixtureLookupError:
        with sync_playwright() as own:
            yield own
    else:
        yield shared


@pytest.fixture(scope="session")
def cotab_servers() -> Iterator[Callable[[Path], ServedBuild]]:
    """Serve each build once: a folder of tests may have a `cotab_dist` of its own."""
    from contextlib import ExitStack
    from functools import cache

    from cotab_kit.testing.served import ServedBuild

    with ExitStack() as stack:
        yield cache(lambda dist: stack.enter_context(ServedBuild(dist)))


@pytest.fixture
def cotab_server(cotab_dist: Path, cotab_servers: Callable[[Path], ServedBuild]) -> ServedBuild:
    """Serve the built solution, installed in a local org."""
    return cotab_servers(cotab_dist)


@pytest.fixture
def tab(
    request: pytest.FixtureRequest,
    cotab_browser: Browser,
    cotab_server: ServedBuild,
    cotab_permissions: list[str] | None,
) -> Iterator[Tab]:
    """Make the tab, not opened yet, in a browser profile of its own."""
    from cotab_kit.testing.tab import Tab

    cotab_server.reset()
    with (
        cotab_browser.new_context(permissions=cotab_permissions) as context,
        watched(request.node, context) as watch,
    ):
        yield Tab(context, cotab_server, watch)


@pytest.fixture(scope="session")
def cotab_orgs(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Path]:
    """Make an org for each build once, as above."""
    from functools import cache

    from cotab_kit.testing.trial import install

    def make(dist: Path) -> Path:
        path = tmp_path_factory.mktemp("org") / "org.db"
        install(path, sorted(dist.glob("*_managed.zip")) + sorted(dist.glob("*_data.zip")))
        return path

    return cache(make)


@pytest.fixture
def cotab_org(cotab_dist: Path, cotab_orgs: Callable[[Path], Path]) -> Path:
    """Make the file of an org in which the built solution is installed, and chosen in every chat widget."""
    return cotab_orgs(cotab_dist)


@pytest.fixture
def desktop(
    request: pytest.FixtureRequest,
    cotab_browser: Browser,
    cotab_org: Path,
    tmp_path: Path,
    cotab_permissions: list[str] | None,
) -> Iterator[Desktop]:
    """Run a local Omnichannel for the test alone, with the built solution and what [preview] names."""
    from cotab_kit.desktop.bundle import pages
    from cotab_kit.manifest.model import MANIFEST
    from cotab_kit.project.project import Project
    from cotab_kit.testing.desktop import Desktop
    from cotab_kit.testing.trial import trial

    project = Project.at(request.config.rootpath)
    surrounded = project if (project.root / MANIFEST).is_file() else None
    with (
        trial(cotab_org, tmp_path / "org.db", pages(project.workspace), surrounded) as server,
        cotab_browser.new_context(permissions=cotab_permissions) as context,
        watched(request.node, context) as watch,
    ):
        yield Desktop(context, server, watch)
