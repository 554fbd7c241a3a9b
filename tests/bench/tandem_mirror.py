"""How Tandem mirrors a page, beside bare rrweb over a plain WebSocket, in one run, with real pages of a browser.

`python build.py bench tandem-mirror` runs it. Both sides are pages of one Chromium, in contexts of their own. What
counts is the ratio to bare rrweb, which masks, cleans and asks nothing; milliseconds differ from machine to machine.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median, quantiles

from playwright.sync_api import Browser, BrowserContext, CDPSession, Frame, Page, sync_playwright
from rich.console import Console
from rich.table import Table

from chart import Bar, write_bars
from cotab_kit.build.tandem import build_tandem
from cotab_kit.layout import Workspace, kit_files, source_root
from cotab_kit.progress import Steps
from cotab_kit.tools.browser import find_browser
from cotab_kit.tools.node import Node as Tools
from cotab_kit.tools.node import ensure_node
from tandem_processes import Node, node

SIZES = (1_800, 12_000, 48_000)
CHANGES = 60
ROUNDS = 2

# Playwright cannot look into a closed shadow root: here, that of the script is an open one.
OPEN_SHADOW = """
const original = Element.prototype.attachShadow;
Element.prototype.attachShadow = function (options) {
  return original.call(this, this.hasAttribute("data-tandem-ui") ? { ...options, mode: "open" } : options);
};
"""

RECORD_BARE = """
() => new Promise((resolve) => {
  const socket = new WebSocket(`ws://${location.host}/echo`);
  socket.onopen = () => {
    window.begun = performance.timeOrigin + performance.now();
    rrwebRecord.record({ emit: (event) => socket.send(JSON.stringify(event)) });
    resolve();
  };
})
"""

NOTE_CONSENT = """
() => document.addEventListener("click", () => (window.begun = performance.timeOrigin + performance.now()),
  { capture: true, once: true })
"""

# When the last node of the page is in the mirror, and a frame has been painted with it.
VISIBLE = """
() => new Promise((resolve) => {
  const look = () => {
    const page = document.querySelector("#content iframe")?.contentDocument;
    if (!page?.querySelector("#end")) return requestAnimationFrame(look);
    requestAnimationFrame(() => resolve(performance.timeOrigin + performance.now()));
  };
  look();
})
"""

# The probe's text is the time of the change; the mirror notes how old it is when it arrives.
WATCH = """
() => {
  const page = document.querySelector("#content iframe").contentDocument;
  window.ages = [];
  new MutationObserver((records) => {
    const now = performance.timeOrigin + performance.now();
    for (const { addedNodes } of records) for (const text of addedNodes) window.ages.push(now - Number(text.data));
  }).observe(page.querySelector("#probe"), { childList: true });
}
"""

# A page in use: a price, a few classes, and a row that goes and comes, 15 times a second.
CHANGE = """
async (changes) => {
  const rows = document.getElementById("rows");
  for (let n = 0; n < changes; n++) {
    for (let k = 0; k < 5; k++) rows.children[(n * 7 + k) % rows.children.length].classList.toggle("hot");
    rows.append(rows.children[0].cloneNode(true));
    rows.children[0].remove();
    document.getElementById("probe").textContent = String(performance.timeOrigin + performance.now());
    await new Promise((resolve) => setTimeout(resolve, 1000 / 15));
  }
}
"""


@dataclass
class Side:
    """A page, and what its main thread costs."""

    page: Page
    frame: Frame
    devtools: CDPSession

    @classmethod
    def of(cls, page: Page, frame: Frame | None = None) -> Side:
        """Begin to measure a page; `frame` is where the mirror is."""
        devtools = page.context.new_cdp_session(page)
        devtools.send("Performance.enable")
        return cls(page, frame or page.main_frame, devtools)

    def busy(self) -> float:
        """Milliseconds of CPU of its main thread, since the page began."""
        metrics = self.devtools.send("Performance.getMetrics")["metrics"]
        return next(1000 * float(each["value"]) for each in metrics if each["name"] == "ThreadTime")


@dataclass
class Case:
    """What was measured of one way to mirror one page: milliseconds and bytes."""

    ages: list[float] = field(default_factory=list)
    joins: list[float] = field(default_factory=list)
    join_bytes: list[int] = field(default_factory=list)
    change_bytes: list[int] = field(default_factory=list)
    customer: list[float] = field(default_factory=list)
    viewer: list[float] = field(default_factory=list)

    def summary(self) -> Summary:
        """Medians."""
        p95 = quantiles(self.ages, n=20)[-1]
        lists = (self.joins, self.join_bytes, self.change_bytes, self.customer, self.viewer)
        return Summary(median(self.ages), p95, *(float(median(each)) for each in lists))


@dataclass(frozen=True)
class Summary:
    """The figures of a case: milliseconds from change to mirror, from consent to mirror; bytes; CPU in milliseconds."""

    p50: float
    p95: float
    join: float
    join_bytes: float
    change_bytes: float
    customer: float
    viewer: float


class Bench:
    """One browser and one relay, with the pages beside it."""

    def __init__(self, browser: Browser, where: Node) -> None:
        self.browser, self.where = browser, where
        self.cases: dict[tuple[str, int], Case] = {}
        self.alone: dict[int, list[float]] = {}

    def measure(self) -> None:
        """Every case, interleaved, so that a slow moment of the machine hits all alike."""
        for _ in range(ROUNDS):
            for size in SIZES:
                with self.context() as context:
                    side = Side.of(self.open(context, f"/alone/{size}"))
                    self.alone.setdefault(size, []).append(changed(side))
                self.mirrored("bare", size, self.bare)
                self.mirrored("tandem", size, self.tandem)

    def mirrored(
        self, kind: str, size: int, join: Callable[[BrowserContext, BrowserContext, int], tuple[Side, Side]]
    ) -> None:
        """Join, wait for the picture, let the page change."""
        case = self.cases.setdefault((kind, size), Case())
        with self.context() as ours, self.context() as theirs:
            before = self.where.cost().received
            customer, viewer = join(ours, theirs, size)
            visible = viewer.frame.evaluate(VISIBLE)
            case.joins.append(visible - customer.page.evaluate("window.begun"))
            joined = self.where.cost().received
            case.join_bytes.append(joined - before)
            viewer.frame.evaluate(WATCH)
            busy = viewer.busy()
            case.customer.append(changed(customer))
            viewer.frame.wait_for_function("changes => window.ages.length >= changes", arg=CHANGES)
            case.viewer.append(viewer.busy() - busy)
            case.ages += viewer.frame.evaluate("window.ages")
            case.change_bytes.append(self.where.cost().received - joined)

    def bare(self, ours: BrowserContext, theirs: BrowserContext, size: int) -> tuple[Side, Side]:
        """Recorded by rrweb as it is, sent event by event, replayed as they come."""
        viewer = Side.of(self.open(ours, "/replay"))
        viewer.page.wait_for_function("window.ready")
        customer = Side.of(self.open(theirs, f"/bare/{size}"))
        customer.page.evaluate(RECORD_BARE)
        return customer, viewer

    def tandem(self, ours: BrowserContext, theirs: BrowserContext, size: int) -> tuple[Side, Side]:
        """The viewer in an agent's page, the customer script on the site; from the customer's consent on."""
        agent = self.open(ours, "/agent")
        agent.wait_for_function("window.pin")
        frame = next(frame for frame in agent.frames if frame.url.startswith(self.where.relay))
        page = self.open(theirs, f"/tandem/{size}")
        page.wait_for_function("window.tandem")
        page.evaluate("pin => window.tandem.join(pin)", agent.evaluate("window.pin"))
        allow = page.locator("[data-tandem-ui]").get_by_role("button", name="Allow", exact=True)
        allow.wait_for()
        page.evaluate(NOTE_CONSENT)
        allow.click()
        return Side.of(page), Side.of(agent, frame)

    def open(self, context: BrowserContext, path: str) -> Page:
        """A page of the site."""
        page = context.new_page()
        page.goto(f"{self.where.site}{path}")
        return page

    @contextmanager
    def context(self) -> Iterator[BrowserContext]:
        """A browser of somebody's own."""
        with self.browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 800}) as made:
            made.add_init_script(OPEN_SHADOW)
            yield made


def changed(side: Side) -> float:
    """Let a page change; what its main thread took for it, in milliseconds of CPU."""
    before = side.busy()
    side.page.evaluate(CHANGE, CHANGES)
    return side.busy() - before


def table(bench: Bench) -> Table:
    """Each case, and below Tandem's what it is of bare rrweb."""
    shown = Table(
        "mirror", "nodes", "p50 ms", "p95 ms", "join ms", "join KiB", "change KiB", "customer ms", "viewer ms"
    )
    for size in SIZES:
        alone = median(bench.alone[size])
        shown.add_row("page alone", str(size), "", "", "", "", "", f"{alone:.0f}", "")
        bare, ours = (bench.cases[kind, size].summary() for kind in ("bare", "tandem"))
        for label, each in (("bare rrweb", bare), ("tandem", ours)):
            times = [f"{time:.0f}" for time in (each.p50, each.p95, each.join)]
            sizes = [f"{count / 1024:.1f}" for count in (each.join_bytes, each.change_bytes)]
            shown.add_row(label, str(size), *times, *sizes, f"{each.customer:.0f}", f"{each.viewer:.0f}")
        ratios = [
            f"{mine / plain:.2f}" for mine, plain in zip(asdict(ours).values(), asdict(bare).values(), strict=True)
        ]
        shown.add_row("ratio", str(size), *ratios, end_section=True)
    return shown


def tools(steps: Steps) -> tuple[Tools, Path]:
    """rrweb's own files, and Tandem as it is now, built."""
    workspace = Workspace(source_root() or Path())
    installed = ensure_node(workspace, kit_files(), steps, dev=True)
    assets = workspace.dist / "tandem"
    build_tandem(installed, kit_files(), workspace, assets, steps)
    return installed, assets


def main() -> None:
    """Measure, print the table, write the chart and the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--chart", type=Path)
    options = parser.parse_args()
    steps = Steps.for_this_terminal()
    installed, assets = tools(steps)
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(**find_browser(steps, whole=True).launch_options()) as browser,
        node("--site", installed.modules, "--assets", assets) as where,
        steps.step("Mirroring"),
    ):
        bench = Bench(browser, where)
        bench.measure()
    Console(width=120).print(table(bench))
    summaries = {f"{kind}, {size} nodes": case.summary() for (kind, size), case in bench.cases.items()}
    if options.json:
        figures = {name: asdict(summary) for name, summary in summaries.items()}
        options.json.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    if options.chart:
        bars = [
            Bar(name, each.p50, f"{each.p50:.0f} ms", name.startswith("tandem")) for name, each in summaries.items()
        ]
        write_bars(options.chart, "From a change of the page to its mirror, median", bars)


if __name__ == "__main__":
    main()
