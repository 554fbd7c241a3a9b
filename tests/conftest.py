"""Browser tests use the fixtures of provider authors (`dist`, `browser`, `server`, `tab`), and `axe`."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from cotab_kit.layout import Workspace
from variants import Variants

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Frame

pytest_plugins = ["cotab_kit.testing"]

_RUN = """
async () => (await axe.run({ iframes: false })).violations.flatMap(
  (rule) => rule.nodes.map((node) => `${rule.id}: ${rule.help}: ${node.html}`))
"""


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
