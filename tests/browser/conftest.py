"""Fixtures for the tests of the built tab: projects built with other settings, the customer's side, Python in the page.

They open a build of examples/minimal, whose customer is played by a script. A test that wants another build says so:
`@pytest.mark.variant(boot="pyodide")`, or `@pytest.mark.variant(project="faults")` for one of tests/projects.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from browser.orgs import Orgs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from cotab_kit.emulator import Org
    from cotab_kit.preview.server import Preview
    from cotab_kit.testing.tab import Tab
    from variants import Variants


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "variant(project=None, **page): the build to open instead of examples/minimal")


@pytest.fixture
def server(request: pytest.FixtureRequest, variant: Variants) -> Preview:
    """The preview that `tab` opens: of examples/minimal, or of the test's variant."""
    marker = request.node.get_closest_marker("variant")
    return variant(*marker.args, **marker.kwargs) if marker else variant()


@pytest.fixture(scope="session")
def orgs(tmp_path_factory: pytest.TempPathFactory) -> Orgs:
    return Orgs(tmp_path_factory.mktemp("orgs"))


@pytest.fixture
def built(server: Preview) -> Path:
    """What is installed: examples/minimal, or the test's variant."""
    return server.dist


@pytest.fixture
def org(orgs: Orgs, built: Path, tmp_path: Path) -> Iterator[Org]:
    """An org with the solution in it."""
    with orgs.copy(built, tmp_path / "org.db") as org:
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
