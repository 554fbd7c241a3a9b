"""Agents who look elsewhere, in orgs that differ: what Omnichannel and the customers notice of it."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from secrets import token_hex
from typing import TYPE_CHECKING, NamedTuple, cast

import pytest
from playwright.sync_api import expect

from cotab_kit.project.project import Project
from cotab_kit.testing import ConsoleWatch, Desktop
from desktop.meetings import OPEN_SHADOW, PATIENCE, WEBRESOURCE, previewing
from sizes import pairwise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, FrameLocator, Locator, Page

    from cotab_kit.desktop.server import Running
    from variants import Variants

    Previews = Callable[[str, str], Running]

EVENTS = ("CobrowseConnectedEvent", "CobrowseEndedEvent"), ("ScreenShareConnectedEvent", "ScreenShareEndedEvent")
YES = "Allow", "Choose what to share"
NAMES = "Ada Fox", "Kim Park"
SWITCHES_AWAY = 10


class Org(NamedTuple):
    """What tells orgs apart."""

    resident: str
    """What the org does with side panes; "off": the provider has no resident."""

    boot: str
    refresh: int
    close: str
    chat: str

    @property
    def goes_on(self) -> bool:
        """Whether a session outlives that the agent looks elsewhere."""
        return self.resident == "keep" or not self.refresh

    @property
    def asks(self) -> bool:
        """Whether the agent can ask the customer."""
        return self.chat not in ("never", "plain")

    @property
    def switches(self) -> dict[str, str | int]:
        """How the desktop is told."""
        chat = {"chat": "plain"} if self.chat == "plain" else {"context": self.chat}
        panes = "keep" if self.resident == "off" else self.resident
        return {"panes": panes, "refresh": self.refresh, "close": self.close, **chat}


FACTORS = {
    "resident": ("keep", "off", "unmount", "forbidden", "absent"),
    "boot": ("pyscript", "pyodide"),
    "refresh": (1, 0),
    "close": ("remove", "navigate"),
    "chat": ("elastic", "standard", "late", "never", "plain"),
}
CASES = pairwise(FACTORS, apart=[frozenset({"resident", "chat"})])

WATCH = """() => {
  const root = document.querySelector("[data-tandem-ui]").shadowRoot;
  const look = () => { window.wasAway ||= /is away/.test(root.textContent) };
  new MutationObserver(look).observe(root, { childList: true, characterData: true, subtree: true });
  window.wasAway = false;
}"""
# A picture in the place of the browser's picker.
PICKER = """
if (navigator.mediaDevices) navigator.mediaDevices.getDisplayMedia = async () =>
  document.createElement("canvas").captureStream(1);
"""
IS_THERE = "() => Object.keys(window[Symbol.for('cotab.residents')].doors).length"


@pytest.fixture(scope="module")
def previews(variant: Variants) -> Iterator[Previews]:
    """The preview of Tandem, with or without a resident, and with either boot; each is started once."""
    with ExitStack() as stack:
        stack.enter_context(pytest.MonkeyPatch.context()).setenv("TANDEM_LINGER_SECONDS", "60")  # on a busy machine
        started: dict[tuple[str, str], Running] = {}

        def preview(resident: str, boot: str) -> Running:
            if (resident, boot) not in started:
                project = Project.at(WEBRESOURCE)
                options = {"resident": resident} if resident != "off" else {}
                options |= {"boot": boot} if boot != "pyscript" else {}
                if options:
                    project = Project.at(WEBRESOURCE, variant(WEBRESOURCE, **options).dist, **options)
                started[resident, boot] = stack.enter_context(previewing(project))
            return started[resident, boot]

        yield preview


class Chat:
    """A customer in a chat, and the agent's tab for it."""

    def __init__(self, agent: Desktop, customer: Page, mode: int) -> None:
        self.agent, self.customer, self.mode = agent, customer, mode
        self.name = f"{NAMES[mode]} {token_hex(2)}"  # the org keeps conversations of other tests
        self.ui = customer.locator("[data-tandem-ui]")

    def begin(self, *, asks: bool) -> None:
        """The customer starts a chat, and lets the agent see; asked there, or by PIN."""
        self.customer.get_by_label("Your name").fill(self.name)
        self.customer.get_by_role("button", name="Start a chat").click()
        expect(self.customer.get_by_role("textbox", name="Message")).to_be_visible(timeout=PATIENCE)
        self.agent.switch_conversation(self.name)
        self.agent.press(self.agent.buttons[self.mode])
        self.agent.expect_state("inviting")
        if asks:
            self.tool("Ask the customer").click()
            expect(self.ui.locator("section.banner")).to_be_visible(timeout=PATIENCE)
            now = self.customer.evaluate("() => Date.now()")
            self.customer.wait_for_function(
                "since => Date.now() - since > 1500", arg=now
            )  # it takes no answer at first
        else:
            expect(self.tool("Ask the customer")).to_be_hidden()
            self.customer.evaluate("() => window.tandem.open()")
            self.ui.get_by_label("PIN").fill(self.agent.tab().locator("#pin").inner_text())
            self.button("Continue").click()
        self.button(YES[self.mode]).click()
        self.agent.expect_state("connected")
        self.agent.expect_event(EVENTS[self.mode][0])
        self.customer.wait_for_function("() => window.tandem.state === 'live'")
        self.customer.evaluate(WATCH)

    def tool(self, name: str) -> Locator:
        return self.agent.tab().get_by_role("button", name=name, exact=True)

    def button(self, name: str) -> Locator:
        return self.ui.get_by_role("button", name=name, exact=True)

    @property
    def was_away(self) -> bool:
        """Whether the customer has read that the agent is away."""
        return bool(self.customer.evaluate("() => window.wasAway"))

    def events(self) -> list[str]:
        """What Omnichannel has heard of it, once all that is owed has come: as often Ended as Connected."""
        connected, ended = EVENTS[self.mode]
        self.agent.switch_conversation(self.name)
        self.agent.page.wait_for_function(BALANCED, arg=[connected, ended], timeout=PATIENCE)
        return self.agent.happened("event")


BALANCED = """([connected, ended]) => {
  const found = [...document.querySelectorAll("#timeline li[data-kind=event] .text")].map((each) => each.textContent);
  const count = (name) => found.filter((each) => each === name).length;
  return count(connected) > 0 && count(connected) === count(ended);
}"""


@contextmanager
def gathered(browser: Browser, running: Running, **switches: str | int) -> Iterator[list[Chat]]:
    """An agent, and two customers, each in a browser profile of their own; nobody has said anything yet."""
    with ExitStack() as stack:
        desk, *homes = (stack.enter_context(browser.new_context()) for _ in range(3))
        consoles = [ConsoleWatch(each) for each in (desk, *homes)]
        consoles[0].expect("Blocked script execution", optional=True)  # of Playwright's own listeners in the mirror
        consoles[0].expect("410.*/api/visitors", optional=True)  # a tab that starts again asks of a token that was used
        agent = Desktop(desk, running, consoles[0])
        agent.open(**switches)
        chats = []
        for mode, home in enumerate(homes):
            home.add_init_script(OPEN_SHADOW + PICKER)
            home.set_default_timeout(PATIENCE)
            customer = home.new_page()
            customer.goto(running.desktop.shop)
            customer.wait_for_function("() => window.tandem && document.documentElement.dataset.ready")
            chats.append(Chat(agent, customer, mode))
        yield chats
        agent.settle()
        for console in consoles:
            console.check()


def warm(agent: Desktop) -> None:
    """Have the resident there: a busy machine takes longer than a tab waits for it."""
    agent.open_conversation("Somebody")
    agent.press(agent.buttons[0])
    agent.page.locator("iframe[name^=side-pane]").wait_for(state="attached")
    agent.page.wait_for_function(IS_THERE, timeout=PATIENCE)
    agent.expect_state("inviting")
    agent.close_tab(agent.tabs[-1])


def look_elsewhere(chats: list[Chat]) -> None:
    """Leave a tab for another of its conversation, or for the other conversation, and come back, ten times in all."""
    agent = chats[0].agent
    summary, title = agent.tabs
    for number in range(SWITCHES_AWAY // 2):
        agent.switch_tab(summary)
        agent.switch_tab(title)
        agent.expect_state("connected")
        agent.switch_conversation(chats[number % 2].name)
        agent.expect_state("connected")
        summary, title = agent.tabs


def backstage(agent: Desktop) -> FrameLocator:
    """The viewer of co-browsing in the side pane."""
    return agent.page.frame_locator("iframe[name^=side-pane]").frame_locator("iframe").first


@pytest.mark.full
@pytest.mark.parametrize("case", CASES, ids=lambda case: "-".join(map(str, case)))
def test_two_conversations_are_one_session_each_however_often_the_agent_looks_elsewhere(
    browser: Browser, previews: Previews, case: tuple[object, ...]
) -> None:
    org = Org(*cast("tuple[str, str, int, str, str]", case))
    outlives = org.resident == "keep"
    running = previews("off" if org.resident == "off" else "auto", org.boot)
    with gathered(browser, running, **org.switches) as chats:
        cobrowse, screenshare = chats
        agent = cobrowse.agent
        if outlives:
            warm(agent)
        for each in chats:
            each.begin(asks=org.asks)
        look_elsewhere(chats)
        assert not (org.goes_on and any(each.was_away for each in chats))

        agent.switch_conversation(cobrowse.name)
        if outlives:
            agent.tab().evaluate("() => location.replace('about:blank')")  # as Dynamics takes a page away
            expect(backstage(agent).locator("#allowed").first).to_have_text("You see the page", timeout=PATIENCE)
        cobrowse.button("Stop").click()
        heard = [cobrowse.events()]
        agent.switch_conversation(screenshare.name)
        agent.expect_state("connected")
        agent.close_tab(agent.tabs[-1])
        heard.append(screenshare.events())
        assert heard == [
            [*names] * (1 if org.goes_on else len(found) // 2) for found, names in zip(heard, EVENTS, strict=True)
        ]
        if outlives:
            expect(screenshare.button("Stop")).to_have_count(0, timeout=PATIENCE)  # it was ended for the customer, too
        agent.expect_no_violation()
