"""The pytest plugin as everybody gets it who has cotab installed, whether they test a provider or not."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import cotab_kit.testing
from cotab_kit.layout import source_root
from cotab_kit.testing import plugin

ROOT = source_root() or Path()

WITHOUT_EXTRAS = """
import sys
sys.modules.update(dict.fromkeys(["playwright", "typer", "starlette", "uvicorn", "httpx", "pydantic", "rich"]))
import cotab_kit.testing.plugin
print(*sorted(name for name in sys.modules if name.startswith("cotab")))
"""

# What pytest-playwright, pytest-base-url, pytest-asyncio, pytest-xdist and anyio's plugin define.
OF_OTHERS = {
    *("browser", "context", "page", "playwright", "new_context", "browser_type", "browser_name", "base_url"),
    *("launch_browser", "connect_options", "device", "output_path", "server", "dist", "event_loop", "worker_id"),
}


def test_it_loads_without_the_extras_and_without_the_rest_of_the_kit() -> None:
    loaded = subprocess.run([sys.executable, "-c", WITHOUT_EXTRAS], capture_output=True, text=True, check=True)
    assert loaded.stdout.split() == ["cotab_kit", "cotab_kit.testing", "cotab_kit.testing.plugin"]


def test_pytest_finds_it_under_the_name_by_which_a_checkout_loads_it() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["entry-points"]["pytest11"] == {plugin.__name__: plugin.__name__}


def test_its_fixtures_are_nobody_else_s() -> None:
    own = {name for name, found in vars(plugin).items() if type(found).__name__ == "FixtureFunctionDefinition"}
    assert {"tab", "desktop"} <= own
    assert all(name.startswith("cotab_") for name in own - {"tab", "desktop"})
    assert not own & OF_OTHERS


@pytest.mark.parametrize("name", cotab_kit.testing.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(cotab_kit.testing, name).__name__ == name


def test_other_names_are_not() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Nothing'"):
        cotab_kit.testing.Nothing  # noqa: B018 - asking is enough
