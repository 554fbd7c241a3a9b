"""Browser tests use the fixtures of provider authors (`tab`, `desktop`, `cotab_...`), and `axe`."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from playwright.sync_api import expect

from cotab_kit.layout import Workspace
from sizes import one_of_each  # with Hypothesis's profiles
from variants import Variants

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Frame

    from sizes import Choose

pytest_plugins = ["cotab_kit.testing.plugin", "stages"]  # a checkout has no entry point by which pytest finds the first
settings.load_profile("core")

_RUN = """
async () => (await axe.run({ iframes: false })).violations.flatMap(
  (rule) => rule.nodes.map((node) => `${rule.id}: ${rule.help}: ${node.html}`))
"""


def pytest_configure() -> None:
    """Let a page on a busy machine have its time."""
    expect.set_options(timeout=30_000)


@pytest.hookimpl(tryfirst=True)  # before pytest selects by marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that need a browser: they run in a process of their own."""
    for item in items:
        if "cotab_browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")


@pytest.fixture(scope="session")
def seed(pytestconfig: pytest.Config) -> int:
    """What a choice by chance begins with, so that it can be made again."""
    return int(pytestconfig.getoption("--hypothesis-seed") or 0)


@pytest.fixture
def choose(every: bool, seed: int) -> Choose:  # noqa: FBT001 - pytest's
    """Which calls of a matrix are to fail: every one, or one of each kind."""
    return lambda calls: list(range(len(calls))) if every else one_of_each(calls, seed)


@pytest.fixture(scope="module")
def browser(cotab_browser: Browser) -> Browser:
    """The same under a short name."""
    return cotab_browser


@pytest.fixture(scope="session")
def axe(pytestconfig: pytest.Config) -> Callable[[Frame], list[str]]:
    """What axe-core finds fault with in a frame."""
    script = Workspace(pytestconfig.rootpath).node / "node_modules" / "axe-core" / "axe.min.js"
    if not script.is_file():
        raise pytest.UsageError(f"{script} is missing. `python build.py test` installs it.")
    source = script.read_text("utf-8")

    def run(frame: Frame) -> list[str]:
        frame.evaluate(f"() => {{ {source} }}")
        violations: list[str] = frame.evaluate(_RUN)
        return violations

    return run


@pytest.fixture(scope="session")
def variant(pytestconfig: pytest.Config) -> Iterator[Variants]:
    """Builds of other projects, or with other settings, served."""
    with ExitStack() as stack:
        yield Variants(Workspace(pytestconfig.rootpath).caches / "variants", stack)
