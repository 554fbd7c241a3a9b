"""Fixtures for the tests of the built tab: projects built with other settings, the customer's side, Python in the page.

A test that wants another build than dist/ says so: `@pytest.mark.variant(boot="pyodide")`, or
`@pytest.mark.variant(project="faults")` for one of tests/projects.
"""

from __future__ import annotations

import json
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from filelock import FileLock
from rich.console import Console

from browser.orgs import Orgs
from cotab_kit.layout import Workspace
from cotab_kit.page.build import build
from cotab_kit.preview.server import Preview, serve
from cotab_kit.progress import Steps
from cotab_kit.project import Project

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cotab_kit.desktop.org import Org
    from cotab_kit.preview.driver import Tab

PROJECTS = Path(__file__).parents[1] / "projects"


class Variants:
    """Builds projects with other settings, once for all test processes, and serves them until the tests are over."""

    def __init__(self, cache: Path, open_until_the_end: ExitStack) -> None:
        self._cache = cache
        self._stack = open_until_the_end
        self._served: dict[Path, Preview] = {}

    def __call__(self, project: str | Path | None = None, **page: Any) -> Preview:  # noqa: ANN401 - values of [page]
        """`project` is one of tests/projects, a folder, or the default project; `page` replaces keys of its [page]."""
        root = PROJECTS / project if isinstance(project, str) else project
        options = json.dumps([str(root), page], sort_keys=True)
        dist = self._cache / sha256(options.encode()).hexdigest()[:16]
        if dist not in self._served:
            self._cache.mkdir(parents=True, exist_ok=True)
            with FileLock(self._cache / "build.lock"):
                build(Project.at(root, dist, **page), Steps(Console(quiet=True), quiet=True))
            self._served[dist] = self._stack.enter_context(serve(dist))
        return self._served[dist]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "variant(project=None, **page): the build to open instead of dist/")


@pytest.fixture(scope="session")
def variant(pytestconfig: pytest.Config) -> Iterator[Variants]:
    with ExitStack() as stack:
        yield Variants(Workspace(pytestconfig.rootpath).caches / "variants", stack)


@pytest.fixture
def server(request: pytest.FixtureRequest, server: Preview, variant: Variants) -> Preview:
    """The preview that `tab` opens: of dist/, or of the test's variant."""
    marker = request.node.get_closest_marker("variant")
    return variant(*marker.args, **marker.kwargs) if marker else server


@pytest.fixture(scope="session")
def orgs(tmp_path_factory: pytest.TempPathFactory) -> Orgs:
    return Orgs(tmp_path_factory.mktemp("orgs"))


@pytest.fixture
def built(request: pytest.FixtureRequest, dist: Path, variant: Variants) -> Path:
    """What is installed: dist/, or the test's variant."""
    marker = request.node.get_closest_marker("variant")
    return variant(*marker.args, **marker.kwargs).dist if marker else dist


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
