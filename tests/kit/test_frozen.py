"""What cannot be frozen is named with file, line and reason, and left out; the rest is in the image."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from cotab_kit.errors import BuildError
from cotab_kit.layout import Workspace, source_root
from cotab_kit.page.build import Report, build
from cotab_kit.progress import Steps
from cotab_kit.project import Project

ROOT = source_root() or Path()

TOUCHES_THE_PAGE = """
import helper
from js import window


class Minimal: ...
"""


def built(provider: Path, steps: Steps) -> Report:
    return build(Project(provider, provider / "dist", Workspace(ROOT), {"boot": "pyodide"}), steps)


def test_a_module_that_touches_the_page_is_named_and_left_out(provider: Path, steps: Steps, said: io.StringIO) -> None:
    (provider / "main.py").write_text(TOUCHES_THE_PAGE, "utf-8")
    (provider / "helper.py").write_text("print('frozen')\n", "utf-8")
    (provider / "broken.py").write_text("\n\n1 / 0\n", "utf-8")
    report = built(provider, steps)
    notes = [line for line in said.getvalue().splitlines() if "not in the memory image" in line]
    assert len(notes) == 2
    assert notes[0].startswith("broken.py:3:")
    assert "ZeroDivisionError" in notes[0]
    assert notes[1].startswith("main.py:3:")
    assert "js belongs to the page; import it inside a function" in notes[1]
    assert any("image_bin" in file["name"] for file in report["files"])


def test_a_proxy_made_while_importing_does_not_fail_the_build(provider: Path, steps: Steps, said: io.StringIO) -> None:
    made = "from pyodide.ffi import create_proxy\n\nkept = create_proxy(print)\n\n\nclass Minimal: ...\n"
    (provider / "main.py").write_text(made, "utf-8")
    report = built(provider, steps)
    assert "main.py:1: not in the memory image" in said.getvalue()
    assert any("image_bin" in file["name"] for file in report["files"])


@pytest.mark.parametrize("name", ["no_such_package", "cotab.no_such_module", "asyncio.no_such"])
def test_a_module_that_is_nowhere_stops_the_build(provider: Path, steps: Steps, name: str) -> None:
    (provider / "main.py").write_text(f"import json\nimport {name}\n\n\nclass Minimal: ...\n", "utf-8")
    for _ in range(2):  # made and kept
        with pytest.raises(BuildError, match=rf"main\.py:2: ModuleNotFoundError: No module named '{name}'") as refusal:
            built(provider, steps)
        assert "packages" in refusal.value.hint


def test_a_module_may_be_missing_where_the_author_says_so(provider: Path, steps: Steps) -> None:
    code = "try:\n    import no_such_package\nexcept ImportError:\n    pass\n\n\nclass Minimal: ...\n"
    (provider / "main.py").write_text(code, "utf-8")
    assert built(provider, steps)
