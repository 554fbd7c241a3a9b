"""How Tandem mirrors a page, beside bare rrweb over a plain WebSocket and OpenReplay, with real pages of a browser.

`python build.py bench tandem-mirror` runs it. Both sides are pages of one Chromium, in contexts of their own. What
counts is the ratio to bare rrweb, which masks, cleans and asks nothing; milliseconds differ from machine to machine. Of
OpenReplay there is no viewer (tandem_peer.py): its times end where the agent's page has got a change, not drawn.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median, quantiles

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from rich.console import Console
from rich.table import Table

from chart import Bar, write_bars
from cotab_kit.build.tandem import build_tandem
from cotab_kit.layout import Workspace, kit_files, source_root
from cotab_kit.progress import Steps
from cotab_kit.tools.browser import find_browser
from cotab_kit.tools.node import ensure_node
from tandem_aims import Aim, aims_json, aims_table
from tandem_pages import PAGES
from tandem_peer import peer_script
from tandem_processes import Node, node
from tandem_work import Side, Work, grown, spent, usual

CASES = (("shop", 1_800), ("shop", 12_000), ("shop", 48_000), ("mixed", 12_000))
LARGEST = ("shop", 48_000)
MOST_OF_PEER = 12_000  # nodes: of the largest page no change of OpenReplay's came within half a minute
CHANGES = 60
ROUNDS = 2

# Playwright cannot look into a closed shadow root: here, that of the script is an open one. Of the click of the consent
# no listener that comes later would hear.
OPEN_SHADOW = """
addEventListener("click", () => (window.begun = performance.timeOrigin + performance.now()), true);
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

# When the last node of the page, and of each of its frames, is in the mirror, and a frame has been painted with it.
VISIBLE = """
(frames) => new Promise((resolve) => {
  const isEnded = (page) => page?.querySelector("#end");
  const look = () => {
    const page = document.querySelector("#content iframe")?.contentDocument;
    const inner = [...(page?.querySelectorAll("iframe") ?? [])].filter((each) => isEnded(each.contentDocument));
    if (!isEnded(page) || inner.length < frames) return requestAnimationFrame(look);
    requestAnimationFrame(() => resolve(performance.timeOrigin + performance.now()));
  };
  look();
})
"""

# The same where nothing is drawn: when it has come.
ARRIVED = """
(frames) => new Promise((resolve) => {
  const look = () => (window.ends > frames ? resolve(window.ended) : requestAnimationFrame(look));
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

WATCH_ARRIVALS = "() => { window.ages = []; }"

# A page in use: a price, a few classes, and a row that goes and comes, 15 times a second; and what a page does itself.
CHANGE = """
async (changes) => {
  const rows = document.getElementById("rows");
  for (let n = 0; n < changes; n++) {
    for (let k = 0; k < 5; k++) rows.children[(n * 7 + k) % rows.children.length].classList.toggle("hot");
    rows.append(rows.children[0].cloneNode(true));
    rows.children[0].remove();
    window.step?.(n);
    document.getElementById("probe").textContent = String(performance.timeOrigin + performance.now());
    await new Promise((resolve) => setTimeout(resolve, 1000 / 15));
  }
}
"""


@dataclass
class Case:
    """What was measured of one way to mirror one page: milliseconds and bytes."""

    ages: list[float] = field(default_factory=list)
    joins: list[float] = field(default_factory=list)
    join_bytes: list[int] = field(default_factory=list)
    change_bytes: list[int] = field(default_factory=list)
    work: dict[str, list[Work]] = field(default_factory=dict)

    def note(self, name: str, work: Work) -> None:
        """Keep what a page has done: "customer" and "viewer" for changes, the same with "joining"."""
        self.work.setdefault(name, []).append(work)

    def usual(self, name: str) -> Work:
        """Its medians."""
        return usual(self.work[name])

    def summary(self) -> Summary:
        """Medians."""
        p95 = quantiles(self.ages, n=20)[-1]
        joins, join_bytes, change_bytes = (
            float(median(each)) for each in (self.joins, self.join_bytes, self.change_bytes)
        )
        cpu = (self.usual(name)["cpu"] for name in ("customer", "viewer"))
        return Summary(median(self.ages), p95, joins, join_bytes, change_bytes, *cpu)


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


@dataclass(frozen=True)
class Way:
    """A way to mirror a page: how to join, and what notes in the agent's page when something is there."""

    label: str
    join: Callable[[BrowserContext, BrowserContext, str], tuple[Side, Side]]
    visible: str = VISIBLE
    watch: str = WATCH
    most: int = LARGEST[1]  # nodes


class Bench:
    """One browser and one relay, with the pages beside it."""

    def __init__(self, browser: Browser, where: Node) -> None:
        self.browser, self.where = browser, where
        self.ways = {
            "bare": Way("bare rrweb", self.bare),
            "tandem": Way("tandem", self.tandem),
            "peer": Way("OpenReplay*", self.peer, ARRIVED, WATCH_ARRIVALS, MOST_OF_PEER),
        }
        self.cases: dict[tuple[str, str, int], Case] = {}
        self.alone: dict[tuple[str, int], list[Work]] = {}

    def measure(self, rounds: int) -> None:
        """Every case, interleaved, so that a slow moment of the machine hits all alike."""
        for _ in range(rounds):
            for page, size in CASES:
                with self.context() as context:
                    side = Side.of(self.open(context, f"/alone/{page}/{size}"))
                    self.alone.setdefault((page, size), []).append(changed(side))
                for kind, way in self.ways.items():
                    if size <= way.most:
                        self.mirrored(kind, page, size)

    def mirrored(self, kind: str, page: str, size: int) -> None:
        """Join, wait for the picture, let the page change."""
        way, case = self.ways[kind], self.cases.setdefault((kind, page, size), Case())
        with self.context() as ours, self.context() as theirs:
            before = self.where.cost().received
            customer, viewer = way.join(ours, theirs, f"{page}/{size}")
            busy = customer.work(), viewer.work()
            visible = viewer.frame.evaluate(way.visible, PAGES[page].frames)
            case.joins.append(visible - customer.page.evaluate("window.begun"))
            case.note("customer joining", spent(busy[0], customer.work()))
            case.note("viewer joining", spent(busy[1], viewer.work()))
            joined = self.where.cost().received
            case.join_bytes.append(joined - before)
            viewer.frame.evaluate(way.watch)
            idle = viewer.work()
            case.note("customer", changed(customer))
            viewer.frame.wait_for_function("changes => window.ages.length >= changes", arg=CHANGES)
            case.note("viewer", spent(idle, viewer.work()))
            case.ages += viewer.frame.evaluate("window.ages")
            case.change_bytes.append(self.where.cost().received - joined)

    def bare(self, ours: BrowserContext, theirs: BrowserContext, page: str) -> tuple[Side, Side]:
        """Recorded by rrweb as it is, sent event by event, replayed as they come."""
        viewer = Side.of(self.open(ours, "/replay"))
        viewer.page.wait_for_function("window.ready")
        customer = Side.of(self.open(theirs, f"/bare/{page}"))
        customer.page.evaluate(RECORD_BARE)
        return customer, viewer

    def tandem(self, ours: BrowserContext, theirs: BrowserContext, page: str) -> tuple[Side, Side]:
        """The viewer in an agent's page, the customer script on the site; from the customer's consent on."""
        agent = self.open(ours, "/agent")
        agent.wait_for_function("window.pin")
        frame = next(frame for frame in agent.frames if frame.url.startswith(self.where.relay))
        customer = self.open(theirs, f"/tandem/{page}")
        customer.wait_for_function("window.tandem")
        customer.evaluate("pin => window.tandem.join(pin)", agent.evaluate("window.pin"))
        allow = customer.locator("[data-tandem-ui]").get_by_role("button", name="Allow", exact=True)
        allow.wait_for()
        allow.click()
        return Side.of(customer), Side.of(agent, frame)

    def peer(self, ours: BrowserContext, theirs: BrowserContext, page: str) -> tuple[Side, Side]:
        """OpenReplay's tracker, connected and waiting; from when an agent comes, whom nobody has to allow."""
        agent = Side.of(self.open(ours, "/peer"))
        customer = Side.of(self.open(theirs, f"/peer/{page}"))
        customer.page.wait_for_function("window.peer?.then(({ success }) => success)")
        customer.page.wait_for_function("fetch('/present').then((answer) => answer.json())")
        customer.page.evaluate("() => { window.begun = performance.timeOrigin + performance.now(); }")
        agent.page.evaluate("window.watch()")
        return customer, agent

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


def changed(side: Side) -> Work:
    """Let a page change; what its main thread did for it."""
    before = side.work()
    side.page.evaluate(CHANGE, CHANGES)
    return spent(before, side.work())


def table(bench: Bench) -> Table:
    """Each case, and below it what Tandem's is of bare rrweb."""
    shown = Table(
        "mirror", "page", "nodes", "p50 ms", "p95 ms", "join ms", "join KiB", "change KiB", "customer ms", "viewer ms"
    )
    for page, size in CASES:
        named = (page, str(size))
        shown.add_row("page alone", *named, "", "", "", "", "", f"{usual(bench.alone[page, size])['cpu']:.0f}", "")
        for kind, way in bench.ways.items():
            if size > way.most:
                continue
            each = bench.cases[kind, page, size].summary()
            times = [f"{time:.0f}" for time in (each.p50, each.p95, each.join)]
            sizes = [f"{count / 1024:.1f}" for count in (each.join_bytes, each.change_bytes)]
            drawn = f"{each.viewer:.0f}" if way.visible is VISIBLE else ""
            shown.add_row(way.label, *named, *times, *sizes, f"{each.customer:.0f}", drawn)
        ratio = (f"{each:.2f}" for each in ratios(bench, page, size).values())
        shown.add_row("ratio", *named, *ratio, end_section=True)
    return shown


def ratios(bench: Bench, page: str, size: int) -> dict[str, float]:
    """What Tandem's figures are of those of bare rrweb."""
    bare, ours = (asdict(bench.cases[kind, page, size].summary()) for kind in ("bare", "tandem"))
    return {name: ours[name] / plain for name, plain in bare.items()}


def aims(bench: Bench) -> list[Aim]:
    """What is to be reached."""
    found = []
    for page, size in CASES:
        ratio = ratios(bench, page, size)
        where = f"{page}, {size} nodes"
        changing = more_work(bench, page, size, "")
        found += [Aim(f"{name}: {where}", ratio[name], at_most=1.0, comes_from=changing) for name in ("p50", "p95")]
        found.append(Aim(f"customer's CPU: {where}", ratio["customer"], at_most=1.1, comes_from=changing))
    joining, largest = more_work(bench, *LARGEST, " joining"), ratios(bench, *LARGEST)["join"]
    return [*found, Aim(f"joining: {LARGEST[1]} nodes", largest, at_most=1.0, comes_from=joining)]


def more_work(bench: Bench, page: str, size: int, when: str) -> str:
    """What the pages do more with Tandem than with bare rrweb, for all changes or while joining."""
    bare, ours = (bench.cases[kind, page, size] for kind in ("bare", "tandem"))
    return grown({side: (bare.usual(side + when), ours.usual(side + when)) for side in ("customer", "viewer")})


def tools(steps: Steps) -> tuple[str | Path, ...]:
    """What the node serves: rrweb's own files, Tandem as it is now, OpenReplay's script."""
    workspace = Workspace(source_root() or Path())
    installed = ensure_node(workspace, kit_files(), steps, dev=True)
    assets = workspace.dist / "tandem"
    build_tandem(installed, kit_files(), workspace, assets, steps)
    peer = peer_script(workspace, installed, steps)
    return "--site", installed.modules, "--assets", assets, "--peer", peer


def main() -> None:
    """Measure, print the table, write the chart and the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--chart", type=Path)
    parser.add_argument("--samples", type=int, default=ROUNDS)
    options = parser.parse_args()
    steps = Steps.for_this_terminal()
    served = tools(steps)
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(**find_browser(steps, whole=True).launch_options()) as browser,
        node(*served) as where,
        steps.step("Mirroring"),
    ):
        bench = Bench(browser, where)
        bench.measure(options.samples)
    console = Console(width=140)
    console.print(table(bench))
    console.print("* come to the agent's page, and not drawn: OpenReplay's player and server are not on npm")
    judged = aims(bench)
    console.print(aims_table(judged))
    summaries = {
        f"{bench.ways[kind].label}, {page} of {size} nodes": case.summary()
        for (kind, page, size), case in bench.cases.items()
    }
    if options.json:
        figures = {"aims": aims_json(judged), **{name: asdict(summary) for name, summary in summaries.items()}}
        options.json.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    if options.chart:
        bars = [
            Bar(name, each.p50, f"{each.p50:.0f} ms", name.startswith("tandem")) for name, each in summaries.items()
        ]
        write_bars(options.chart, "From a change of the page to its mirror, median", bars)


if __name__ == "__main__":
    main()
