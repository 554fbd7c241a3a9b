"""What a tab shows before Python is up, what a resident saves, and what both hold. Used by starts.py.

A tab is opened in a window like that of Dynamics (tests/browser/agent_window.js). Times go from creating its frame to
the frame in which what is looked for has been painted, and so does that of the plain page beside them. The processor
time of the main thread until then says the same on a machine that does something else meanwhile.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from playwright.sync_api import Browser, BrowserContext
from rich.table import Table

HERE = Path(__file__).parent
WINDOW = HERE.parent / "browser" / "agent_window.js"
PAINTING = HERE / "pages" / "painting.js"
PLAIN = "/pages/painted.html"
CONVERSATIONS, RETURNS = 5, 3

# What tabs ask the org for, and what is written there once panes were seen to keep their pages (page/settings.js).
BEHAVIOR = "api/data/v9.2/environmentvariabledefinitions"
OBEYED = {"value": [{"environmentvariabledefinition_environmentvariablevalue": [{"value": '{"resident": "auto"}'}]}]}
ANSWERS = {BEHAVIOR: json.dumps(OBEYED).encode()}

# What the window lacks of Dynamics.
DYNAMICS = """
() => {
  const context = { userSettings: {}, getClientUrl: () => location.origin };
  Object.assign(window, { Microsoft: {}, Xrm: { Utility: { getGlobalContext: () => context } } });
}
"""

# From here until an event of the top window; what is done is a method of the desk.
UNTIL = """
([event, method, ...values]) => new Promise((resolve) => {
  const begin = performance.now();
  addEventListener(event, () => resolve(performance.now() - begin), { once: true });
  window.opened = desk[method](...values) ?? window.opened;
})
"""
NAME = "() => window.opened"
CONNECTED, PAINTED, ATTACHED = "CobrowseConnectedEvent", "bench:state", "bench:stage"

# Whether a page has kept its parts for later starts.
KEPT = "() => window[Symbol.for('cotab.kept')]?.length > 0"
MEMORIES = """
() => Array.from(window, ({ memories }) => memories ?? []).flat().reduce(
  (sum, memory) => sum + (memory.deref()?.buffer.byteLength ?? 0), 0)
"""


class Taken(NamedTuple):
    """How long something took, in milliseconds: on the clock, and of the main thread's processor time."""

    clock: float
    processor: float


class AgentWindow:
    """A window of Dynamics with tabs of a provider; `page` is the address of one."""

    def __init__(self, context: BrowserContext, url: str, page: str) -> None:
        self.page, self.address = context.new_page(), page
        self.page.goto(url)
        self.page.evaluate(DYNAMICS)
        self.devtools = context.new_cdp_session(self.page)
        self.devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
        self.count = 0

    def open(self, until: str) -> Taken:
        """Open a tab in a conversation of its own, and return what it took until an event."""
        self.count += 1
        data = quote(f'{{"conversationId": "{self.count:08}-2222-3333-4444-555555555555"}}')
        return self._do(until, "open", f"session-{self.count}", f"{self.address}?data={data}")

    def come_back(self) -> Taken:
        """Leave the last tab and come back to it; return what it took until its session is shown again."""
        place = [f"session-{self.count}", str(self.page.evaluate(NAME))]
        self.page.evaluate("(place) => desk.leave(...place)", place)
        return self._do(ATTACHED, "show", *place)

    def settle(self) -> None:
        """Wait until the first tab, or the resident, has kept what later starts use."""
        self.page.wait_for_function(KEPT)

    def _do(self, until: str, method: str, *values: str) -> Taken:
        before = self._processor()
        return Taken(self.page.evaluate(UNTIL, [until, method, *values]), self._processor() - before)

    def _processor(self) -> float:
        metrics = self.devtools.send("Performance.getMetrics")["metrics"]
        return next(1000 * float(metric["value"]) for metric in metrics if metric["name"] == "TaskDuration")


class Residents:
    """One browser, all windows. `alone` is the address of a tab that has no resident, `served` of one that has."""

    def __init__(self, browser: Browser, url: str, alone: str, served: str) -> None:
        self.browser, self.url, self.alone, self.served = browser, url, alone, served
        self.times: dict[str, list[Taken]] = {}
        self.memories: dict[str, tuple[int, int]] = {}

    def measure(self, samples: int) -> None:
        """Measure the times, interleaved, so that a slow moment of the machine hits all alike."""
        for _ in range(samples):
            self._plain()
            self._alone()
            self._served()

    def weigh(self, count_memories: str) -> None:
        """Measure the memories, with a script that counts those of WebAssembly and costs time."""
        for conversations in (1, CONVERSATIONS):
            for name, address in (("tabs", self.alone), ("resident", self.served)):
                self.memories[f"{name}_{conversations}"] = self._weigh(address, conversations, count_memories)

    def summary(self) -> dict[str, dict[str, float]]:
        """Summarize them as `--json` writes it."""
        times = {
            name: {
                "median_ms": round(_median(taken).clock, 1),
                "min_ms": round(min(taken).clock, 1),
                "max_ms": round(max(taken).clock, 1),
                "processor_ms": round(_median(taken).processor, 1),
            }
            for name, taken in self.times.items()
        }
        sizes: dict[str, dict[str, float]] = {
            name: {"js_heap_bytes": heap, "wasm_memory_bytes": wasm} for name, (heap, wasm) in self.memories.items()
        }
        return times | sizes

    def table(self) -> Table:
        """Lay them out: beside the plain page, and for each conversation."""
        plain = _median(self.times["painted_plain_js"])
        shown = Table(
            "tab", "of plain", "median ms", "min to max", "of plain", "processor ms", "heap MB", "wasm MB", "each"
        )
        for name, taken in self.times.items():
            clock, processor = _median(taken)
            spread = f"{min(taken).clock:.0f} to {max(taken).clock:.0f}"
            own = f"{processor / plain.processor:.2f}", f"{processor:.0f}"
            shown.add_row(name, f"{clock / plain.clock:.2f}", f"{clock:.0f}", spread, *own)
        for name, (heap, wasm) in self.memories.items():
            each = (heap + wasm) / int(name.rpartition("_")[2])
            sizes = [f"{size / 1e6:.1f}" for size in (heap, wasm, each)]
            shown.add_row(name, "", "", "", "", "", *sizes)
        return shown

    def _plain(self) -> None:
        with self._context() as context:
            self._window(context, PLAIN).open(PAINTED)
            later = self._window(context, PLAIN)
            for _ in range(RETURNS):
                self._add("painted_plain_js", later.open(PAINTED))

    def _alone(self) -> None:
        """A later session, as that of the plain page, and a second tab in it."""
        with self._context() as context:
            first = self._window(context, self.alone)
            first.open(ATTACHED)
            first.settle()
            first.page.close()
            later = self._window(context, self.alone)
            self._add("painted_tab", later.open(PAINTED))
            later.settle()
            self._add("painted_tab_second", later.open(PAINTED))

    def _served(self) -> None:
        with self._context() as context:
            window = self._window(context, self.served)
            window.open(CONNECTED)
            window.settle()
            self._add("resident_other_conversation", window.open(CONNECTED))
            for _ in range(RETURNS):
                self._add("resident_attach", window.come_back())

    def _weigh(self, address: str, conversations: int, count_memories: str) -> tuple[int, int]:
        """Open so many tabs in one window; return the JS heap and the memories of WebAssembly, in bytes."""
        with self._context() as context:
            context.add_init_script(count_memories)
            window = self._window(context, address)
            for _ in range(conversations):
                window.open(CONNECTED)
                window.settle()
            devtools = context.new_cdp_session(window.page)
            devtools.send("HeapProfiler.collectGarbage")
            return int(devtools.send("Runtime.getHeapUsage")["usedSize"]), int(window.page.evaluate(MEMORIES))

    @contextmanager
    def _context(self) -> Iterator[BrowserContext]:
        """Make a browser with nothing cached."""
        with self.browser.new_context() as context:
            for script in (WINDOW, PAINTING):
                context.add_init_script(path=script)
            yield context

    def _window(self, context: BrowserContext, address: str) -> AgentWindow:
        return AgentWindow(context, self.url, address)

    def _add(self, name: str, taken: Taken) -> None:
        self.times.setdefault(name, []).append(taken)


def _median(taken: list[Taken]) -> Taken:
    return Taken(*(statistics.median(values) for values in zip(*taken, strict=True)))
