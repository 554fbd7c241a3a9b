"""The two sides of a session over a page of any kind: the customer's with the script, the agent's with the viewer."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Frame
from playwright.sync_api import Error as PlaywrightError

from customers import Customer, Stage, customer
from desks import Desk
from web.hands import AgentHand, Hand
from web.sites import Tag, WebSite
from web.traffic import Traffic, readings

SIZE = {"width": 1000, "height": 1000}
DESK = {"width": 1300, "height": 1200}  # so that the mirror is as large as the page
SETTLED = 0.5  # seconds that a change of the page is given
PATIENCE = 6.0  # seconds more, on a busy machine, until both sides must agree
IMPATIENCE = 1.0  # the same once they did not
TIMEOUT = 40_000  # milliseconds for what has to happen anyway
OWN_INPUT = 1.6  # seconds after the customer's own input in which an agent does not act
LANGUAGE = "en-US"
DESK_PAGE = "desk.html?plain=1"
MIRROR = "document.querySelector('#content iframe')?.contentDocument"

# A step of the page that never ends, such as an animation in a browser that draws no frames, is a failed one.
STEP = f"""async ([name, given]) => {{
  const late = new Promise((_, fail) => setTimeout(() => fail(new Error(`${{name}} has not ended`)), {TIMEOUT}));
  return JSON.stringify((await Promise.race([window[name](...given), late])) ?? null);
}}"""

# All that an agent's document says, shadow roots, frames and fields included.
READ = """(root) => {
  const read = (node) => {
    const parts = [node.documentElement?.outerHTML ?? node.innerHTML ?? ""];
    for (const sheet of node.adoptedStyleSheets ?? []) for (const rule of sheet.cssRules) parts.push(rule.cssText);
    for (const each of node.querySelectorAll("*")) {
      if (typeof each.value === "string") parts.push(each.value);
      for (const inner of [each.shadowRoot, each.contentDocument]) if (inner) parts.push(read(inner));
    }
    return parts.join("\\n");
  };
  return read(root);
}"""


class Sides:
    """One page, and one session over it. `join` may come at any time: early is live, after the last step is late."""

    def __init__(self, stage: Stage, site: WebSite, customers: BrowserContext, agents: BrowserContext) -> None:
        self.stage = stage
        self.site = site
        self.contexts = (customers, agents)
        self.traffic = Traffic(stage.relay)
        self.faults: list[str] = []
        self.patience = PATIENCE
        customers.on("page", lambda page: self.traffic.record(page, sends=True))

    def load(self, path: str, tag: Tag | None = None) -> None:
        """Open a page at the customer's."""
        self.site.tag = tag or Tag(allow="html")
        self.customer: Customer = customer(self.contexts[0], self.stage, f"/{path}")
        self.user = Hand(self.customer.page, self.customer.page)

    def join(self) -> None:
        """Open a session at the agent's desk, and let the customer enter it."""
        self.desk = Desk(self.contexts[1], self.stage, f"/{DESK_PAGE}")
        self.desk.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.traffic.record(self.desk.page, sends=False)
        invitation = self.desk.open(language=LANGUAGE)
        self.session: str = invitation["session"]
        self.agent = AgentHand(self.desk, self.user)
        page = self.customer.page
        page.evaluate("(pin) => { void window.tandem.join(pin); }", invitation["pin"])
        self.customer.button("Allow").click()
        self.desk.received("connected")
        self.until_shown()

    def rejoin(self) -> None:
        """Refresh the agent's tab: the session goes on with a fresh snapshot."""
        self.desk.page.reload()
        self.desk.embed()
        self.desk.open(session=self.session, language=LANGUAGE)
        self.desk.received("connected")
        self.until_shown()

    def until_shown(self) -> None:
        """Wait until the agent sees a page."""
        self.viewer.wait_for_function("() => !document.getElementById('picture').hidden")

    def allow_acting(self) -> None:
        """Let the agent act, and wait until the customer's own click lies far enough back."""
        self.desk.use("control")
        self.customer.button("Allow acting").click()
        self.desk.received("control", state="on")
        self.pause(OWN_INPUT)

    @property
    def viewer(self) -> Frame:
        """The viewer's own frame."""
        return next(frame for frame in self.desk.page.frames if frame.url.endswith("/viewer"))

    def pause(self, seconds: float) -> None:
        """Let time go by for both pages."""
        self.customer.page.wait_for_timeout(seconds * 1000)

    # --- the page's own functions ---

    def step(self, name: str, *arguments: object) -> Any:  # noqa: ANN401 - whatever it answers
        """Let the page do one of its steps, to its end, which comes in time or is an error."""
        return json.loads(self.customer.page.evaluate(STEP, [name, list(arguments)]))

    def call(self, expression: str) -> Any:  # noqa: ANN401 - whatever it answers
        """Evaluate an expression in the customer's page."""
        return self.customer.page.evaluate(f"() => ({expression})")

    @property
    def steps(self) -> list[str]:
        """The steps that the page has, in order."""
        found: list[str] = self.call(r"Object.keys(window).filter((name) => /^step\d+$/.test(name))")
        return sorted(found, key=lambda name: int(name[4:]))

    # --- what both see ---

    def seen(self, function: str) -> tuple[Any, Any]:
        """What a function of a document answers, in the customer's page and in its mirror."""
        source = self.call(f"{function}.toString()")
        mine = self.call(f"({source})(document)")
        return mine, self.mirrored(source)

    def mirrored(self, source: str) -> Any:  # noqa: ANN401 - whatever it answers
        """What a function answers of the document in the mirror; how it failed, if it did."""
        try:
            return self.viewer.evaluate(f"() => ({source})({MIRROR})")
        except PlaywrightError as error:
            return f"failed: {error.message.splitlines()[0]}"

    def difference(self, function: str = "probe", *, settled: float = SETTLED) -> str:
        """In what both sides differ once the change had its time; nothing, if they agree."""
        self.pause(settled)
        end = time.monotonic() + self.patience
        while True:
            mine, theirs = self.seen(function)
            if mine == theirs:
                return ""
            if time.monotonic() > end:
                self.patience = IMPATIENCE
                return compared(mine, theirs)
            self.pause(0.1)

    def verified(self, function: str = "verify") -> str:
        """Why the page's own check does not pass; nothing, if it does."""
        end = time.monotonic() + PATIENCE
        while True:
            found = self.call(f"{function}()")
            if found["pass"]:
                return ""
            if time.monotonic() > end:
                return f"verify: {found}"
            self.pause(0.1)

    @property
    def mirror_text(self) -> str:
        """All that the agent's document says, and what stands around it."""
        around = self.viewer.evaluate("() => document.body.innerText + document.querySelector('#address').value")
        told = self.desk.page.evaluate("() => JSON.stringify(window.received)")
        return readings(f"{self.mirrored(READ)}\n{around}\n{told}")


def compared(mine: Any, theirs: Any) -> str:  # noqa: ANN401 - JSON
    """Tell in what two answers of a probe differ, as short as possible."""
    if isinstance(mine, list) and isinstance(theirs, list) and len(mine) == len(theirs):
        mine, theirs = dict(enumerate(mine)), dict(enumerate(theirs))
    if not (isinstance(mine, dict) and isinstance(theirs, dict)):
        return f"{theirs!r} instead of {mine!r}"
    differ = [name for name in {**mine, **theirs} if mine.get(name) != theirs.get(name)]
    return "; ".join(f"{name}: {theirs.get(name)!r} instead of {mine.get(name)!r}" for name in differ)


@contextmanager
def opened(
    browser: Browser | tuple[Browser, Browser],
    stage: Stage,
    site: WebSite,
    *,
    customers: dict[str, Any] | None = None,
    agents: dict[str, Any] | None = None,
) -> Iterator[Sides]:
    """Two browser profiles, for a customer and an agent; what they emulate may differ, and so may the two browsers."""
    first, second = browser if isinstance(browser, tuple) else (browser, browser)
    mine = {"locale": LANGUAGE, "viewport": SIZE, **(customers or {})}
    theirs = {"locale": LANGUAGE, "viewport": DESK, **(agents or {})}
    with first.new_context(**mine) as apart, second.new_context(**theirs) as desks:
        for context in (apart, desks):
            context.set_default_timeout(TIMEOUT)
        for context in [apart, desks] if first is second else [desks]:  # Firefox knows no such permissions
            context.grant_permissions(["clipboard-read", "clipboard-write"])
        yield Sides(stage, site, apart, desks)
