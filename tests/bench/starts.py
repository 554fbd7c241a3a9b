"""How long a tab takes to start, in one run and in one browser: beside plain JavaScript, the floor, and stock Python.

`python build.py bench` runs it. A start is the time from creating the tab's frame to the Connected event on the top
window, when Python has parsed `data`. Ratios count; milliseconds differ from machine to machine.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from rich.console import Console
from rich.table import Table

from chart import write_chart
from cotab_kit.build.build import build
from cotab_kit.build.packages import collect
from cotab_kit.layout import kit_files
from cotab_kit.progress import Steps
from cotab_kit.project.project import Project
from cotab_kit.tools.browser import find_browser
from cotab_kit.tools.node import ensure_node
from cotab_kit.tools.wheels import ensure_wheels
from residents import ANSWERS, Residents
from served import Served, made_files

HERE = Path(__file__).parent
DATA = quote('{"conversationId": "11111111-2222-3333-4444-555555555555"}')
PLAIN = ("plain_js", "floor", "stock_pyodide", "stock_pyscript")
OURS = ("pyodide", "pyscript")
RESIDENT, TAB = "resident", "bench_/instant/cobrowse.html"
LINE = {"offline": False, "latency": 40, "downloadThroughput": 20e6 / 8, "uploadThroughput": 20e6 / 8}

START = """
(url) => new Promise((resolve) => {
  const begin = performance.now();
  addEventListener("CobrowseConnectedEvent", () => resolve(performance.now() - begin), { once: true });
  window.tab?.remove();
  window.tab = Object.assign(document.createElement("iframe"), { src: url, width: 900, height: 700 });
  document.body.append(window.tab);
})
"""

# Until the page has kept its parts for later starts, where it does so.
SETTLED = """
async () => {
  for (let frame = 0; frame < 600; frame++) {
    const [name] = await caches.keys();
    if (name && (await (await caches.open(name)).keys()).length >= 6) return;
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
}
"""

# Only where memory is measured, not time. What is garbage by then, like the memory of the page's zstd, does not count.
COUNT_MEMORIES = """
const known = new WeakSet();
window.memories = [];
const add = (memory) => {
  if (known.has(memory)) return;
  known.add(memory);
  memories.push(new WeakRef(memory));
};
const note = (found) => {
  for (const item of Object.values((found.instance ?? found).exports)) {
    if (item instanceof WebAssembly.Memory) add(item);
  }
  return found;
};
for (const name of ["instantiate", "instantiateStreaming"]) {
  const original = WebAssembly[name];
  WebAssembly[name] = async (...values) => note(await original(...values));
}
WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
  construct: (...values) => note(Reflect.construct(...values)),
});
WebAssembly.Memory = new Proxy(WebAssembly.Memory, {
  construct(...values) {
    const memory = Reflect.construct(...values);
    add(memory);
    return memory;
  },
});
"""

MEMORIES = """
() => window.tab.contentWindow.memories.reduce((sum, memory) => sum + (memory.deref()?.buffer.byteLength ?? 0), 0)
"""


@dataclass
class Case:
    """The starts of one kind."""

    times: list[float]
    wire_bytes: int = 0
    heap_bytes: int = 0
    wasm_bytes: int = 0

    def summary(self) -> dict[str, float]:
        """As `--json` writes it."""
        return {
            "median_ms": round(statistics.median(self.times), 1),
            "min_ms": round(min(self.times), 1),
            "max_ms": round(max(self.times), 1),
            "wire_bytes": self.wire_bytes,
            "js_heap_bytes": self.heap_bytes,
            "wasm_memory_bytes": self.wasm_bytes,
        }


class Bench:
    """One browser, one server, all cases."""

    def __init__(self, browser: Browser, url: str, served: Served, samples: int) -> None:
        self.browser, self.url, self.served, self.samples = browser, url, served, samples
        self.cases: dict[str, Case] = {}

    def measure(self) -> None:
        """Every case, interleaved, so that a slow moment of the machine hits all alike."""
        for _ in range(self.samples):
            for name in PLAIN:
                self.first_and_warm(name, f"/pages/{name}.html?data={DATA}")
            for name in OURS:
                self.three_starts(name, f"/{name}/cobrowse.html?data={DATA}")
        for _ in range(self.samples):
            for name, path in (("stock_pyodide", "/pages/stock_pyodide.html"), ("pyodide", "/pyodide/cobrowse.html")):
                with self.window(line=True) as page:
                    self.add(f"{name}_line", page.evaluate(START, f"{path}?data={DATA}"))

    def first_and_warm(self, name: str, path: str) -> None:
        """With nothing cached, and with a warm HTTP cache."""
        with self.browser.new_context() as context:
            self.served.count = 0
            self.add(f"{name}_cold", self.start(self.open(context), path), self.served.count)
            wire = self.served.count
            page = self.open(context)
            self.add(name, self.start(page, path), wire)

    def three_starts(self, name: str, path: str) -> None:
        """The first ever, the second in the same agent session, the first of a later agent session."""
        with self.browser.new_context() as context:
            self.served.count = 0
            page = self.open(context)
            first = self.start(page, path)
            page.evaluate(SETTLED)
            self.add(f"{name}_first_cold", first, self.served.count)
            self.add(f"{name}_second", self.start(page, path))
            page.close()
            self.add(f"{name}_first_warm", self.start(self.open(context), path))

    def start(self, page: Page, path: str) -> float:
        """One start, in milliseconds."""
        milliseconds: float = page.evaluate(START, path)
        return milliseconds

    def open(self, context: BrowserContext) -> Page:
        """A top window."""
        page = context.new_page()
        page.goto(self.url)
        return page

    @contextmanager
    def window(self, *, line: bool) -> Iterator[Page]:
        """A top window with nothing cached, behind a simulated line of 20 Mbit/s and 40 ms."""
        with self.browser.new_context() as context:
            page = self.open(context)
            if line:
                devtools = context.new_cdp_session(page)
                devtools.send("Network.enable")
                devtools.send("Network.emulateNetworkConditions", LINE)
            yield page

    def add(self, name: str, milliseconds: float, wire: int = 0) -> None:
        """Note one start."""
        case = self.cases.setdefault(name, Case([]))
        case.times.append(milliseconds)
        case.wire_bytes = wire or case.wire_bytes

    def weigh(self) -> None:
        """What a window with an open tab holds: the JS heap, and the memories of WebAssembly."""
        paths = {name: f"/pages/{name}.html" for name in PLAIN}
        paths |= {f"{name}_first_cold": f"/{name}/cobrowse.html" for name in OURS}
        for name, path in paths.items():
            with self.browser.new_context() as context:
                context.add_init_script(COUNT_MEMORIES)
                page = self.open(context)
                self.start(page, f"{path}?data={DATA}")
                devtools = context.new_cdp_session(page)
                devtools.send("HeapProfiler.collectGarbage")
                self.cases[name].heap_bytes = int(devtools.send("Runtime.getHeapUsage")["usedSize"])
                self.cases[name].wasm_bytes = page.evaluate(MEMORIES)


@contextmanager
def running(served: Served) -> Iterator[str]:
    """The server's address, while it runs."""
    server = uvicorn.Server(uvicorn.Config(served.app(), host="127.0.0.1", port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.should_exit = True
        thread.join()


def prepare(folder: Path, steps: Steps) -> Served:
    """Build the tab both ways, and with a resident, and lay out everything the pages load."""
    projects = {boot: Project.at(HERE / "project", folder / boot, boot=boot) for boot in OURS}
    resident = Project.at(HERE / "project", folder / RESIDENT, boot="pyodide", resident="auto")
    for project in (*projects.values(), resident):
        build(project, steps)
    files, workspace = kit_files(), projects["pyodide"].workspace
    node = ensure_node(workspace, files, steps, dev=True)
    wheels = ensure_wheels(files.wheels_lock, workspace, steps)
    (library,) = collect(wheels, files.library).libraries.values()
    built = {boot: project.dist / "webresources" / project.manifest.folder for boot, project in projects.items()}
    built[RESIDENT] = resident.dist / "web"
    built[RESIDENT].mkdir()
    (resident.dist / "webresources").rename(built[RESIDENT] / "WebResources")
    return Served({"node": node.modules, "pages": HERE / "pages", **built}, made_files(wheels, library) | ANSWERS)


def table(cases: dict[str, Case]) -> Table:
    """Ratios first, milliseconds beside."""
    stock, floor = (statistics.median(cases[name].times) for name in ("stock_pyodide", "floor"))
    shown = Table("start", "of stock", "of floor", "median ms", "min to max", "wire MB", "heap MB", "wasm MB")
    for name, case in cases.items():
        median = statistics.median(case.times)
        spread = f"{min(case.times):.0f} to {max(case.times):.0f}"
        sizes = [f"{size / 1e6:.1f}" if size else "" for size in (case.wire_bytes, case.heap_bytes, case.wasm_bytes)]
        shown.add_row(name, f"{median / stock:.2f}", f"{median / floor:.2f}", f"{median:.0f}", spread, *sizes)
    return shown


def main() -> None:
    """Measure, print the table, write the chart and the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=7)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--chart", type=Path)
    options = parser.parse_args()
    steps = Steps.for_this_terminal()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        served = prepare(Path(folder), steps)
        browser = playwright.chromium.launch(**find_browser(steps, whole=True).launch_options())
        with running(served) as url, steps.step("Measuring starts"):
            bench = Bench(browser, url, served, options.samples)
            bench.measure()
            bench.weigh()
            residents = Residents(browser, url, "/pyodide/cobrowse.html", f"/{RESIDENT}/WebResources/{TAB}")
            residents.measure(options.samples)
            residents.weigh(COUNT_MEMORIES)
        browser.close()
    Console(width=120).print(table(bench.cases), residents.table())
    figures = {name: case.summary() for name, case in bench.cases.items()} | residents.summary()
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    if options.chart:
        write_chart(options.chart, {name: figure["median_ms"] for name, figure in figures.items()})


if __name__ == "__main__":
    main()
