"""Fixtures for the tests of the built tab: projects built with other settings, the customer's side, Python in the page.

They open a build of examples/minimal, whose customer is played by a script. A test that wants another build says so:
`@pytest.mark.variant(boot="pyodide")`, or `@pytest.mark.variant(project="faults")` for one of tests/projects.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cotab_kit.emulator import LocalOrg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from cotab_kit.testing import ServedBuild, Tab
    from variants import Variants


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "variant(project=None, **page): the build to open instead of examples/minimal")


@pytest.fixture
def cotab_server(request: pytest.FixtureRequest, variant: Variants) -> ServedBuild:
    """What `tab` opens: examples/minimal, or the test's variant."""
    marker = request.node.get_closest_marker("variant")
    return variant(*marker.args, **marker.kwargs) if marker else variant()


@pytest.fixture
def built(cotab_server: ServedBuild) -> Path:
    """What is installed: examples/minimal, or the test's variant."""
    return cotab_server.dist


@pytest.fixture
def org(cotab_server: ServedBuild) -> Iterator[LocalOrg]:
    """An org of one's own with the solution in it."""
    cotab_server.reset()
    with LocalOrg.open() as org:
        cotab_server.org.store.sql.backup(org.store.sql)
        yield org


@pytest.fixture
def simulate(tab: Tab) -> Callable[..., None]:
    """Let the customer or the network do something: `simulate("joined", {"name": "Casey"})` (fake_sdk.js)."""

    def run(event: str, *values: object) -> None:
        tab.frame.evaluate("(args) => FakeSdk.current.simulate(...args)", [event, *values])

    return run


@pytest.fixture
def join(simulate: Callable[..., None], tab: Tab) -> Callable[[], None]:
    """Let the customer join, and wait until the agent sees it."""

    def run() -> None:
        tab.expect_state("inviting")
        simulate("joined", {"name": "Casey Customer"})
        tab.expect_state("connected")

    return run


@pytest.fixture
def python(tab: Tab) -> Callable[[str], Any]:
    """Run Python in the page of the project `faults`."""

    def run(code: str) -> Any:  # noqa: ANN401 - what the code says
        return tab.frame.evaluate("(code) => python.runPythonAsync(code)", code)

    return run
