"""What cannot be frozen is named with file, line and reason, and left out; the rest is in the snapshot."""

from __future__ import annotations

import ast
import io
from pathlib import Path

import pytest

from cotab_kit.build.build import build
from cotab_kit.build.compose import gather
from cotab_kit.build.fast_start.snapshot import Snapshot, SnapshotInputs, make_snapshot
from cotab_kit.build.report import Report
from cotab_kit.errors import BuildError
from cotab_kit.layout import Workspace, kit_files, source_root
from cotab_kit.progress import Steps
from cotab_kit.project.project import Project
from cotab_kit.tools.node import ensure_node
from cotab_kit.tools.wheels import ensure_wheels
from sizes import in_full

ROOT = source_root() or Path()

TOUCHES_THE_PAGE = """
import helper
from js import window


class Minimal: ...
"""


def built(provider: Path, steps: Steps) -> Report:
    return build(Project(provider, provider / "dist", Workspace(ROOT), {"boot": "pyodide"}), steps)


def frozen(provider: Path, steps: Steps) -> tuple[SnapshotInputs, Snapshot]:
    """What goes into the snapshot of a page with PyScript, and the snapshot."""
    project, files = Project(provider, provider / "dist", Workspace(ROOT), {"boot": "pyscript"}), kit_files()
    node = ensure_node(project.workspace, files, steps, dev=True)
    wheels = ensure_wheels(files.wheels_lock, project.workspace, steps)
    _, inputs = gather(project, files, node.modules, wheels)
    return inputs, make_snapshot(node, inputs, project.workspace.cache)


def code(source: str) -> str:
    """All that a source does, and in which line and column."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        for block in ("body", "orelse", "finalbody"):
            statements = getattr(node, block, None)
            if isinstance(statements, list):
                setattr(node, block, [item for item in statements if not is_constant(item)])
        for end in {"end_lineno", "end_col_offset"} & set(getattr(node, "_attributes", ())):
            setattr(node, end, 0)
    return ast.dump(tree, include_attributes=True)


def is_constant(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


@pytest.mark.full
def test_an_image_tells_nothing_of_the_machine_that_made_it(provider: Path, steps: Steps) -> None:
    (provider / "main.py").write_text("import sys\n\n\nclass Minimal: ...\n", "utf-8")
    _, snapshot = frozen(provider, steps)
    for place in (ROOT, provider):
        assert str(place).encode() not in snapshot.content
        assert place.as_posix().encode() not in snapshot.content


def test_an_image_has_nothing_of_what_sets_an_org_up(provider: Path, steps: Steps) -> None:
    inputs, snapshot = frozen(provider, steps)
    paths = [*inputs.installed, *snapshot.late]
    assert not [path for path in paths if "/cotab_setup/" in path]
    for name in (
        b"cotab_setup.configuration_page",
        b"cotab_setup.provisioning",
        b"msdyn_channelcapabilit",
        b"WebApiError",
    ):
        assert name not in snapshot.content
    assert b"cotab._tab.session" in snapshot.content


def test_what_is_imported_late_lacks_docstrings_and_comments_only(provider: Path, steps: Steps) -> None:
    inputs, snapshot = frozen(provider, steps)
    originals = inputs.standard | inputs.installed
    # _pyrepl is written in a newer Python than the oldest the tests run on
    late = {path: str(text) for path, text in snapshot.late.items() if path.endswith(".py") and "/_pyrepl/" not in path}
    assert "/lib/python3.14/statistics.py" in late
    assert not any("/pyscript/" in path for path in late), "their code is in the snapshot"
    for path in [*sorted(late)[::16], "/lib/python3.14/statistics.py", "/lib/python3.14/argparse.py"]:
        assert code(late[path]) == code(str(originals[path])), path
    assert "#" not in late["/lib/python3.14/statistics.py"]
    assert '"""' not in late["/lib/python3.14/statistics.py"]


@pytest.mark.full
def test_a_module_that_touches_the_page_is_named_and_left_out(provider: Path, steps: Steps, said: io.StringIO) -> None:
    (provider / "main.py").write_text(TOUCHES_THE_PAGE, "utf-8")
    (provider / "helper.py").write_text("print('frozen')\n", "utf-8")
    (provider / "broken.py").write_text("\n\n1 / 0\n", "utf-8")
    report = built(provider, steps)
    notes = [line for line in said.getvalue().splitlines() if "not in the snapshot" in line]
    assert len(notes) == 2
    assert notes[0].startswith("broken.py:3:")
    assert "ZeroDivisionError" in notes[0]
    assert notes[1].startswith("main.py:3:")
    assert "js belongs to the page; import it inside a function" in notes[1]
    assert any("snapshot_bin" in file["name"] for file in report["files"])


@pytest.mark.full
def test_a_proxy_made_while_importing_does_not_fail_the_build(provider: Path, steps: Steps, said: io.StringIO) -> None:
    made = "from pyodide.ffi import create_proxy\n\nkept = create_proxy(print)\n\n\nclass Minimal: ...\n"
    (provider / "main.py").write_text(made, "utf-8")
    report = built(provider, steps)
    assert "main.py:1: not in the snapshot" in said.getvalue()
    assert any("snapshot_bin" in file["name"] for file in report["files"])


@pytest.mark.parametrize("name", ["no_such_package", in_full("cotab.no_such_module"), in_full("asyncio.no_such")])
def test_a_module_that_is_nowhere_stops_the_build(provider: Path, steps: Steps, name: str) -> None:
    (provider / "main.py").write_text(f"import json\nimport {name}\n\n\nclass Minimal: ...\n", "utf-8")
    for _ in range(2):  # made and kept
        with pytest.raises(BuildError, match=rf"main\.py:2: ModuleNotFoundError: No module named '{name}'") as refusal:
            built(provider, steps)
        assert "packages" in refusal.value.hint


@pytest.mark.full
def test_a_module_that_python_cannot_read_stops_the_build(provider: Path, steps: Steps) -> None:
    (provider / "helper.py").write_text("x = 1\n\ndef f():\n    await g()\n", "utf-8")
    (provider / "main.py").write_text("import helper\n\n\nclass Minimal: ...\n", "utf-8")
    with pytest.raises(BuildError, match=r"^helper\.py:4: SyntaxError: 'await' outside async function\n"):
        built(provider, steps)


@pytest.mark.full
def test_a_module_may_be_missing_where_the_author_says_so(provider: Path, steps: Steps) -> None:
    code = "try:\n    import no_such_package\nexcept ImportError:\n    pass\n\n\nclass Minimal: ...\n"
    (provider / "main.py").write_text(code, "utf-8")
    assert built(provider, steps)


@pytest.mark.full
def test_a_name_that_a_module_does_not_have_stops_the_build_with_a_suggestion(provider: Path, steps: Steps) -> None:
    (provider / "main.py").write_text("from cotab import ProviderErorr\n\n\nclass Minimal: ...\n", "utf-8")
    with pytest.raises(BuildError, match=r"main\.py:1: ImportError: cannot import .*Did you mean: 'ProviderError'"):
        built(provider, steps)


TYPED = """from pydantic import BaseModel, HttpUrl


class Minimal:
    class Settings(BaseModel):
        service: HttpUrl
        seats: int = 5
"""


@pytest.mark.full
@pytest.mark.parametrize("runtime", ["solution", "cdn"])
def test_settings_that_the_adapter_does_not_take_stop_the_build(provider: Path, steps: Steps, runtime: str) -> None:
    (provider / "main.py").write_text(TYPED, "utf-8")
    manifest = provider / "provider.toml"
    given = manifest.read_text("utf-8").replace("[page]", f'[page]\nruntime = "{runtime}"')
    manifest.write_text(f'{given}\n[page.settings]\nservice = "nowhere"\nseats = "many"\n', "utf-8")
    with pytest.raises(BuildError, match=r"\[page\.settings\].*: service: .*valid URL.*; seats: .*integer") as refusal:
        built(provider, steps)
    assert "class Settings of main:Minimal" in refusal.value.hint
    manifest.write_text(f'{given}\n[page.settings]\nservice = "https://service.example"\n', "utf-8")
    assert built(provider, steps)


@pytest.mark.full
def test_what_was_freed_is_not_carried(provider: Path, steps: Steps) -> None:
    freed = "freed = bytes([7, 11, 13, 17]) * 100_000\ndel freed\n\n\nclass Minimal: ...\n"
    (provider / "main.py").write_text(freed, "utf-8")
    _, snapshot = frozen(provider, steps)
    assert bytes([7, 11, 13, 17]) * 16 not in snapshot.content
