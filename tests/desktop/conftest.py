"""An agent on a desktop of the tests' own making, one for each module: starting a browser's page is what takes time."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from cotab_kit.testing import ConsoleWatch, Desktop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from playwright.sync_api import Browser

    from cotab_kit.desktop.server import Running
    from variants import Variants

    At = Callable[[Running], AbstractContextManager[Desktop]]


@pytest.fixture(scope="session")
def cotab_dist(variant: Variants) -> Path:
    """What is installed in the org of `desktop`: examples/minimal, whose customer is played by a script."""
    return variant().dist


@pytest.fixture(scope="module")
def agent_at(browser: Browser) -> At:
    """An agent in front of a desktop; in the end nothing unexpected may be on the console."""

    @contextmanager
    def sit_down(server: Running) -> Iterator[Desktop]:
        with browser.new_context() as context:
            watch = ConsoleWatch(context)
            desktop = Desktop(context, server, watch)
            yield desktop
            watch.settle()
            watch.check()

    return sit_down
