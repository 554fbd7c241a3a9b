"""A pytest plugin: the built tab in a real browser, inside a stand-in for the Dynamics window.

    # conftest.py
    pytest_plugins = ["cotab_kit.testing"]

    # test_tab.py
    def test_connecting_is_reported(tab):
        tab.open(mode="cobrowse")
        tab.expect_events("CobrowseConnectedEvent")

Every test fails on a console error that it did not announce with `tab.expect_console_error(pattern)`.
What a `tab` can do stands in cotab_kit/testing/tab.py; `desktop`, a whole local Omnichannel with the built solution
in it, in cotab_kit/testing/desktop.py. Playwright is imported only when a browser is
asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from cotab_kit.manifest.model import MANIFEST
from cotab_kit.preview.server import Preview, serve
from cotab_kit.progress import Steps
from cotab_kit.project.project import Project

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

    from cotab_kit.testing.console import ConsoleWatch
    from cotab_kit.testing.desktop import Desktop
    from cotab_kit.testing.tab import Tab

CONSOLE: pytest.StashKey[ConsoleWatch] = pytest.StashKey()
FAILED: pytest.StashKey[bool] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--dist` belongs to pytest-xdist."""
    parser.addoption("--cotab-dist", metavar="FOLDER", help="the built project that browser tests open (default: dist)")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests last: they are slow, and Playwright leaves its event loop in the way of async tests."""
    modules = {item.path for item in items if "browser" in getattr(item, "fixturenames", ())}
    items.sort(key=lambda item: item.path in modules)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failed browser test shows the browser's console."""
    report = yield
    watch = item.stash.get(CONSOLE, None)
    if report.failed and watch is not None:
        report.sections.append(("Browser console", watch.text))
        item.stash[FAILED] = True
    return report


@pytest.fixture(scope="session")
def dist(pytestconfig: pytest.Config) -> Path:
    """The project's built folder."""
    folder = pytestconfig.rootpath / cast("str", pytestconfig.getoption("--cotab-dist") or "dist")
    if not (folder / "build.json").is_file():
        raise pytest.UsageError(
            f"{folder} holds no build. Build it first: `python build.py` in the kit's repository, or "
            "`cotab build` in a project of your own. --cotab-dist=FOLDER names another."
        )
    return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium, Chrome or Edge."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only where a browser is asked for

    from cotab_kit.tools.browser import find_browser  # noqa: PLC0415 - as above

    found = find_browser(Steps.for_this_terminal())
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(**found.launch_options())
        yield running
        running.close()


@pytest.fixture(scope="session")
def server(dist: Path) -> Iterator[Preview]:
    """The preview of the built project."""
    with serve(dist) as preview:
        yield preview


@pytest.fixture(scope="session")
def another_origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    """A server of another origin, whose page /embed?src= embeds any other."""
    with serve(tmp_path_factory.mktemp("another-origin")) as preview:
        yield preview


@pytest.fixture
def tab(request: pytest.FixtureRequest, browser: Browser, server: Preview) -> Iterator[Tab]:
    """The tab, not opened yet, in a browser profile of its own."""
    from cotab_kit.testing.console import ConsoleWatch  # noqa: PLC0415 - only where a browser is asked for
    from cotab_kit.testing.tab import Tab  # noqa: PLC0415 - as above

    server.org.reset()
    with browser.new_context(permissions=["clipboard-read", "clipboard-write"]) as context:
        watch = request.node.stash[CONSOLE] = ConsoleWatch(context)
        tab = Tab(context, server, lambda: cast("Preview", request.getfixturevalue("another_origin")), watch)
        yield tab
        if FAILED not in request.node.stash:  # one failure is enough; the console is shown with it
            tab.settle()
            watch.check()


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory, dist: Path) -> Path:
    """The file of an org in which the built solution is installed, and chosen in every chat widget."""
    from cotab_kit.testing.trial import install  # noqa: PLC0415 - only where a desktop is asked for

    path = tmp_path_factory.mktemp("org") / "org.db"
    install(path, sorted(dist.glob("*_managed.zip")) + sorted(dist.glob("*_data.zip")))
    return path


@pytest.fixture
def desktop(request: pytest.FixtureRequest, browser: Browser, installed: Path, tmp_path: Path) -> Iterator[Desktop]:
    """A local Omnichannel of one's own, with the built solution and what [preview] names, in a profile of its own."""
    from cotab_kit.desktop.bundle import pages  # noqa: PLC0415 - only where a desktop is asked for
    from cotab_kit.testing.console import ConsoleWatch  # noqa: PLC0415 - as above
    from cotab_kit.testing.desktop import Desktop  # noqa: PLC0415 - as above
    from cotab_kit.testing.trial import trial  # noqa: PLC0415 - as above

    project = Project.at(request.config.rootpath)
    surrounded = project if (project.root / MANIFEST).is_file() else None
    with (
        trial(installed, tmp_path / "org.db", pages(project.workspace), surrounded) as server,
        browser.new_context(permissions=["clipboard-read", "clipboard-write"]) as context,
    ):
        watch = request.node.stash[CONSOLE] = ConsoleWatch(context)
        desktop = Desktop(context, server, watch)
        yield desktop
        if FAILED not in request.node.stash:
            desktop.settle()
            watch.check()
