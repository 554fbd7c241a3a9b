"""Records which functions of the wasm modules a start of the tab runs: pylib/cotab_kit/build/fast_start/profile.json.

Run it after a new Pyodide or pydantic, as CONTRIBUTING.md says. The projects are built with modules in which every
function notes that it was called; what their starts note, both ways to boot, is what the first half of a split module
gets (cotab_kit/build/fast_start/split.py).
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from unittest.mock import patch

from playwright.sync_api import Browser, Page, sync_playwright

from cotab_kit.build import compose
from cotab_kit.build.build import build
from cotab_kit.build.fast_start.exports import unrelocated
from cotab_kit.build.fast_start.split import PROFILE, code_digest, runs
from cotab_kit.build.fast_start.wasm import (
    Kind,
    Module,
    Reader,
    Section,
    block,
    extended,
    number,
    signed,
    vector,
    written,
)
from cotab_kit.progress import Steps
from cotab_kit.project.project import Project
from cotab_kit.tools.browser import find_browser
from served import Served
from starts import DATA, HERE, OURS, START, running

PROJECTS = ("project", "everyday")
MARKS = b"cotab:marks"

# Keeps the tables that the modules note their calls in, by the number of their functions.
KEEP_MARKS = """
if (window !== top) {
  const instantiate = WebAssembly.instantiate;
  WebAssembly.instantiate = async (...values) => {
    const found = await instantiate(...values);
    const table = (found.instance ?? found).exports["cotab:marks"];
    if (table) (top.marks ??= {})[table.length] = table;
    return found;
  };
}
"""
CALLED = """
() => Object.fromEntries(Object.entries(marks).map(([functions, table]) =>
  [functions, Array.from({ length: table.length }, (_, index) => index).filter((index) => table.get(index))]))
"""

QUIET = """
() => {
  const before = window.called;
  window.called = Object.values(marks).reduce((count, table) => {
    for (let index = 0; index < table.length; index++) if (table.get(index)) count += 1;
    return count;
  }, 0);
  return window.called === before;
}
"""
LOOK = 1000  # milliseconds between two looks: the stage is attached after the start

FUNCREF, I32_CONST, REF_FUNC, TABLE_SET = b"\x70", b"\x41", b"\xd2", b"\x26"


def noting(binary: bytes) -> bytes:
    """The module with a table in which every function, when it is called, puts something at its own number."""
    module = Module(unrelocated(binary))
    table = module.imported(Kind.TABLE) + len(module.own(Kind.TABLE))
    something = REF_FUNC + number(module.imported(Kind.FUNCTION))
    sections = {
        Section.TABLE: extended(module, Section.TABLE, [FUNCREF + b"\0" + number(len(module.functions))]),
        Section.EXPORT: extended(module, Section.EXPORT, [block(MARKS) + bytes([Kind.TABLE]) + number(table)]),
        # A function that instructions name must stand in a list.
        Section.ELEMENT: extended(module, Section.ELEMENT, [b"\3\0" + vector([something[1:]])]),
        Section.CODE: vector(
            block(_prefixed(body, I32_CONST + signed(index) + something + TABLE_SET + number(table)))
            for index, body in enumerate(module.bodies)
        ),
    }
    return written(module.sections | sections, module.custom)


def _prefixed(body: bytes, instructions: bytes) -> bytes:
    """A function's body with more instructions at its beginning, which is after its variables."""
    reader = Reader(body)
    for _ in range(reader.number()):
        reader.number()
        reader.byte()
    return body[: reader.at] + instructions + body[reader.at :]


def record(browser: Browser, folder: Path, steps: Steps) -> dict[str, set[int]]:
    """The functions called in starts of all projects, by their module's digest."""
    modules: dict[int, str] = {}

    def whole(name: str, module: bytes) -> dict[str, bytes]:
        parsed = Module(module)
        modules[len(parsed.functions)] = code_digest(parsed)
        return {name: noting(module)}

    called: dict[str, set[int]] = {}
    for name in PROJECTS:
        for boot in OURS:
            project = Project.at(HERE / name, folder / name / boot, boot=boot)
            with patch.object(compose, "halves", whole):
                build(project, steps)
            for functions, indexes in _started(browser, project).items():
                called.setdefault(modules[int(functions)], set()).update(indexes)
    return called


def _started(browser: Browser, project: Project) -> dict[str, list[int]]:
    """What the second start in a window notes, and leaving it: the parts are compiled then, and restored once more."""
    served = Served({"tab": project.dist / "webresources" / project.manifest.folder})
    with running(served) as url, browser.new_context() as context:
        page: Page = context.new_page()
        page.add_init_script(KEEP_MARKS)
        page.goto(url)
        for _ in range(2):
            page.evaluate(START, f"/tab/cobrowse.html?data={DATA}")
        page.wait_for_function("window.tab.contentDocument.documentElement.dataset.up")
        page.wait_for_function(QUIET, polling=LOOK)  # until nothing else is called
        page.evaluate("() => window.tab.remove()")  # a tab may be closed before the rest is there
        found: dict[str, list[int]] = page.evaluate(CALLED)
        return found


def main() -> None:
    """Record, and write the profile."""
    steps = Steps.for_this_terminal()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**find_browser(steps).launch_options())
        called = record(browser, Path(folder), steps)
        browser.close()
    profile = {digest: [list(run) for run in runs(indexes)] for digest, indexes in sorted(called.items())}
    PROFILE.write_text(json.dumps(profile, separators=(",", ":")) + "\n", "utf-8")
    steps.note(", ".join(f"{digest[:12]}: {len(indexes)} functions" for digest, indexes in called.items()))


if __name__ == "__main__":
    main()
