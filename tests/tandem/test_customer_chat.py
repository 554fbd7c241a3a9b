"""A page with a chat: what the chat brings along, the question of its agent, and what is left of it all afterwards."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, Page, expect

from customers import TIMEOUT, Agent, Customer, Stage, built_assets, customer, staged

TOKEN = r"\d{1,10}(-\d{1,10}){3}"  # noqa: S105 - what one looks like
LOOK = """() => ({
  html: document.documentElement.outerHTML,
  stored: localStorage.length + sessionStorage.length + document.cookie.length,
  globals: Object.getOwnPropertyNames(window).length,
})"""


@pytest.fixture(scope="module")
def stage(pytestconfig: pytest.Config) -> Iterator[Stage]:
    with staged(built_assets(pytestconfig.rootpath), local_agent="Ada") as served:
        yield served


@pytest.fixture
def agent(stage: Stage) -> Iterator[Agent]:
    made = stage.agent(path="/chat.html")
    yield made
    made.away()


HOLD = "() => { const at = performance.now(); performance.now = () => at; }"
GO_ON = "() => delete performance.now"
# A page that will not have its question read, but answered: something is above it until `uncover` is called.
COVER = """() => {
  const keep = (event) => event.stopImmediatePropagation();
  for (const type of ["beforetoggle", "toggle"]) addEventListener(type, keep, true);
  const cover = Object.assign(document.createElement("div"), { popover: "manual", textContent: "You have won!" });
  cover.style.cssText = "position: fixed; inset: 0; inline-size: 100vw; block-size: 100vh; background: white;";
  document.body.append(cover);
  const show = () => { if (cover.matches(":popover-open")) cover.hidePopover(); cover.showPopover(); };
  show();
  const timer = setInterval(show, 20);
  window.uncover = () => { clearInterval(timer); cover.remove(); };
}"""
FOCUSED = "() => document.querySelector('[data-tandem-ui]').shadowRoot.activeElement?.textContent"
MAX_TABS = 20


def start(page: Page) -> dict[str, Any]:
    """Start a chat; what it brings along."""
    brought: dict[str, Any] = page.evaluate("() => window.sdk.startChat()")
    return brought


@contextmanager
def signed_in(stage: Stage) -> Iterator[httpx.Client]:
    """An agent's way to the relay."""
    with httpx.Client(base_url=stage.relay, trust_env=False) as http:
        token = http.post("/api/sign-in", headers={"origin": stage.relay}).json()["token"]
        http.headers["authorization"] = f"Bearer {token}"
        yield http


def ask(stage: Stage, agent: Agent, token: str) -> httpx.Response:
    """Ask as the agent does, once the page is known to the relay."""
    with signed_in(stage) as http:
        return http.post(f"/api/sessions/{agent.session}/ask", json={"token": token})


def chatting(context: BrowserContext, stage: Stage, path: str = "/chat.html") -> tuple[Customer, str]:
    """A customer whose chat has begun, and its token."""
    shopper = customer(context, stage, path)
    shopper.page.wait_for_function("() => window.sdk.setContextProvider !== window.original")
    token = start(shopper.page)["tandem"]["value"]
    known(stage, shopper.page, token)
    return shopper, token


def known(stage: Stage, page: Page, token: str) -> None:
    """Wait until the relay knows the page by its token; not every driver tells of sockets."""
    with signed_in(stage) as http:
        for _ in range(TIMEOUT * 10):
            if http.post("/api/visitors", json={"token": token}).json() == {"here": True}:
                return
            page.wait_for_timeout(100)
    raise AssertionError("the page has not registered its token")


def heard(page: Page) -> None:
    """Wait until the question takes answers: for its first second it takes none."""
    page.wait_for_function("since => performance.now() - since > 1000", arg=page.evaluate("() => performance.now()"))


def asked(stage: Stage, agent: Agent, shopper: Customer, token: str, what: str = "page") -> None:
    """Ask, and wait until the question has been there for a second."""
    assert ask(stage, agent, token).status_code == 200
    expect(shopper.banner).to_contain_text(re.compile(f"May Ada see (this|your) {what}"))
    assert agent.until("asked")["state"] == "asking"
    heard(shopper.page)


def test_one_click_of_the_agent_asks_the_customer_on_their_page(
    context: BrowserContext, stage: Stage, agent: Agent, axe: Callable[[Frame], list[str]]
) -> None:
    shopper, token = chatting(context, stage)
    field = shopper.page.get_by_label("Name")
    field.click()
    shopper.page.evaluate(HOLD)  # the first second lasts
    assert ask(stage, agent, token).json() == {"here": True}
    expect(shopper.banner).to_contain_text("May Ada see this page?")
    expect(shopper.banner).to_contain_text("your chat on 127.0.0.1")
    expect(shopper.banner).to_contain_text("Hidden from Ada")
    expect(field).to_be_focused()
    assert axe(shopper.page.main_frame) == []
    shopper.button("Allow").click()
    buttons = "document.querySelector('[data-tandem-ui]').shadowRoot.querySelectorAll('button')"
    press = f"() => {{ for (const each of {buttons}) each.click() }}"
    shopper.page.evaluate(press)
    shopper.page.evaluate(GO_ON)
    heard(shopper.page)
    shopper.page.evaluate(press)  # no script answers
    field.press("Enter")
    assert shopper.page.evaluate("() => window.tandem.state") == "none"
    assert agent.until("asked")["state"] == "asking"
    shopper.button("Allow").click()
    shopper.state("live")
    agent.until("consent")
    agent.wait(lambda: agent.inbox.snapshots)
    expect(shopper.banner).to_contain_text("Ada sees this page")
    shopper.button("Stop").click()
    assert agent.until("ended")["reason"] == "customer"
    assert ask(stage, stage.agent(), token).json()["error"] == "used"


def test_before_a_chat_there_is_a_wrapper_and_nothing_else(context: BrowserContext, stage: Stage) -> None:
    page = context.new_page()
    page.goto(f"{stage.site}/chat.html?late")
    page.wait_for_function("() => window.tandem && !document.querySelector('link[rel=modulepreload]')")
    before = page.evaluate(LOOK)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    page.evaluate("() => window.appear()")
    page.evaluate("() => window.sdk.setContextProvider(() => ({ mine: 1 }))")
    after = page.evaluate(LOOK)
    assert after == {**before, "globals": before["globals"] + 3}  # those of the stand-in
    assert asked == []
    page.evaluate("() => window.sdk.startChat()")
    page.wait_for_event("websocket")
    assert page.evaluate("() => sessionStorage.length") == 0
    assert page.evaluate("() => document.documentElement.outerHTML") == before["html"]


@pytest.mark.parametrize("path", ["/chat.html", "/chat.html?late"])
def test_the_sites_own_provider_is_called_as_before(context: BrowserContext, stage: Stage, path: str) -> None:
    page = customer(context, stage, path).page
    found = page.evaluate(
        """async () => {
          if (!window.sdk) window.appear();
          const { sdk } = window;
          const found = { none: await sdk.startChat() };
          sdk.setContextProvider(() => ({ mine: 1 }));
          found.own = await sdk.startChat();
          sdk.setContextProvider(async () => ({ mine: 2 }));
          found.later = await sdk.startChat();
          const before = sdk.getContextProvider();
          sdk.setContextProvider(async () => ({ ...await before(), more: 3 }));
          found.around = await sdk.startChat();
          sdk.setContextProvider(() => Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`v${at}`, at])));
          found.full = Object.keys(await sdk.startChat()).length;
          sdk.setContextProvider(() => { throw new Error("mine") });
          found.thrown = await sdk.startChat().catch(String);
          try { sdk.setContextProvider(7) } catch (error) { found.wrong = String(error) }
          return found;
        }"""
    )
    assert found["none"].keys() == {"tandem"}
    assert found["none"]["tandem"]["isDisplayable"] is False
    assert (found["own"]["mine"], found["later"]["mine"], found["around"]["mine"]) == (1, 2, 2)
    assert found["around"]["more"] == 3
    tokens = {found[each]["tandem"]["value"] for each in ("none", "own", "later", "around")}
    assert len(tokens) == 4
    assert found["full"] == 100
    assert found["thrown"] == "Error: mine"
    assert found["wrong"] == "Error: The context provider is no function."


def test_stop_gives_the_provider_back(context: BrowserContext, stage: Stage, agent: Agent) -> None:
    shopper, token = chatting(context, stage)
    shopper.page.evaluate("() => { window.mine = () => ({ mine: 1 }); window.sdk.setContextProvider(window.mine); }")
    asked(stage, agent, shopper, token)
    shopper.button("Allow").click()
    shopper.state("live")
    shopper.button("Stop").click()
    shopper.state("none")
    back = "() => [window.sdk.getContextProvider() === window.mine, window.sdk.setContextProvider === window.original]"
    assert shopper.page.evaluate(back) == [True, True]
    assert start(shopper.page) == {"mine": 1}


def test_the_question_goes_along_in_the_tab_and_nowhere_else(
    context: BrowserContext, stage: Stage, agent: Agent
) -> None:
    shopper, token = chatting(context, stage)
    assert ask(stage, agent, token).status_code == 200
    expect(shopper.banner).to_be_visible()
    with context.expect_page() as window:
        shopper.page.locator("#window").click()
    window.value.wait_for_function("() => window.tandem")
    assert window.value.evaluate("() => sessionStorage.length") == 0
    shopper.page.locator("#next").click()
    shopper.page.wait_for_url("**?next")
    expect(shopper.banner).to_contain_text("May Ada see this page?")
    assert shopper.page.evaluate("() => sessionStorage.length") == 0
    shopper.page.go_back()
    expect(shopper.banner).to_contain_text("May Ada see this page?")
    expect(window.value.locator("section.banner")).to_have_count(0)


def test_a_customer_refuses_twice_and_is_left_alone(context: BrowserContext, stage: Stage, agent: Agent) -> None:
    shopper, token = chatting(context, stage)
    for again in (True, False):
        asked(stage, agent, shopper, token)
        shopper.button("Do not allow").click()
        assert agent.until("asked") == {"t": "asked", "state": "declined", "again": again}
        expect(shopper.ui).to_have_count(0)
    assert ask(stage, agent, token).json()["error"] == "used"
    assert shopper.page.evaluate("() => window.tandem.state") == "none"


def test_the_end_of_the_chat_takes_the_question_away(context: BrowserContext, stage: Stage, agent: Agent) -> None:
    shopper, token = chatting(context, stage)
    asked(stage, agent, shopper, token)
    shopper.page.evaluate("() => window.sdk.closeChat()")
    expect(shopper.ui).to_have_count(0)
    assert agent.until("asked", state="declined")["again"] is False


ENDS_WITH_THE_ANSWER = """() => {
  const { send } = WebSocket.prototype;
  WebSocket.prototype.send = function (text) {
    send.call(this, text);
    if (String(text).includes('"answer"')) window.sdk.closeChat();
  };
}"""


@pytest.mark.full
def test_a_chat_that_ends_with_the_yes_does_not_take_it_back(
    context: BrowserContext, stage: Stage, agent: Agent
) -> None:
    shopper, token = chatting(context, stage)
    asked(stage, agent, shopper, token)
    shopper.page.evaluate(ENDS_WITH_THE_ANSWER)
    shopper.button("Allow").click()
    shopper.state("live")


WITHOUT = """
new MutationObserver(() => document.querySelector("[data-chat]")?.removeAttribute("data-chat"))
  .observe(document, { childList: true, subtree: true });
"""


@pytest.mark.full
def test_a_site_that_does_not_want_it_has_no_wrapper(context: BrowserContext, stage: Stage) -> None:
    page = context.new_page()
    page.add_init_script(WITHOUT)
    page.goto(f"{stage.site}/chat.html")
    page.wait_for_function("() => window.tandem")
    assert page.evaluate("() => window.sdk.setContextProvider === window.original")
    assert page.evaluate("() => window.sdk.startChat()") is None
    assert page.evaluate("() => window.sdk.getContextProvider() ?? null") is None


@pytest.mark.full
def test_who_is_in_a_session_is_not_asked(context: BrowserContext, stage: Stage, agent: Agent) -> None:
    shopper, token = chatting(context, stage)
    other = stage.agent()
    shopper.join(other)
    assert ask(stage, agent, token).status_code == 200
    assert agent.until("asked") == {"t": "asked", "state": "declined", "again": True}
    expect(shopper.banner).to_contain_text("Ada sees this page")
    shopper.button("Stop").click()
    other.until("ended")
    expect(shopper.banner).to_contain_text("Nothing is visible any more")
    asked(stage, agent, shopper, token)  # in the place of the last word
    other.away()


@pytest.mark.full
def test_a_chat_of_another_make_asks_for_a_token_itself(context: BrowserContext, stage: Stage, agent: Agent) -> None:
    shopper = customer(context, stage, "/chat.html?late")
    token = shopper.page.evaluate("() => window.tandem.chat()")
    known(stage, shopper.page, token)
    asked(stage, agent, shopper, token)
    shopper.page.evaluate("() => window.dispatchEvent(new Event('tandem:chat-ended'))")
    expect(shopper.ui).to_have_count(0)


def test_a_relay_that_is_away_holds_no_chat_up(browser: Browser, stage: Stage) -> None:
    with browser.new_context() as context:
        page = customer(context, stage, "/chat.html").page
        page.route("**/tandem-chat.js", lambda route: route.abort())
        page.evaluate("() => window.sdk.setContextProvider(() => ({ mine: 1 }))")
        with page.expect_console_message(lambda message: "tandem-chat.js cannot be loaded" in message.text):
            assert start(page)["mine"] == 1


@pytest.mark.full
def test_what_was_covered_takes_no_yes(context: BrowserContext, stage: Stage, agent: Agent) -> None:
    shopper, token = chatting(context, stage)
    asked(stage, agent, shopper, token)
    shopper.page.evaluate(COVER)
    heard(shopper.page)
    shopper.page.evaluate(f"() => {{ window.uncover(); ({HOLD})() }}")  # the customer is about to press what was there
    shopper.button("Allow").click()
    assert shopper.page.evaluate("() => window.tandem.state") == "none"
    shopper.page.evaluate(GO_ON)
    heard(shopper.page)
    shopper.page.evaluate("() => document.querySelector('[data-tandem-ui]').remove()")  # and it is put back
    expect(shopper.banner).to_be_visible()
    heard(shopper.page)
    shopper.button("Allow").click()
    shopper.state("live")


@pytest.mark.full
def test_a_keyboard_is_enough_and_colors_and_direction_are_the_customers(
    context: BrowserContext, stage: Stage, agent: Agent, axe: Callable[[Frame], list[str]]
) -> None:
    shopper, token = chatting(context, stage)
    page = shopper.page
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    page.evaluate("() => { document.documentElement.lang = 'ar' }")
    page.get_by_label("Name").focus()
    assert ask(stage, agent, token).status_code == 200
    expect(shopper.banner).to_contain_text("127.0.0.1")
    assert shopper.banner.evaluate("(banner) => getComputedStyle(banner).direction") == "rtl"
    assert shopper.banner.evaluate("(banner) => banner.getAnimations({ subtree: true }).length") == 0
    expect(shopper.banner.get_by_role("status")).to_contain_text("Ada")
    assert axe(page.main_frame) == []
    heard(page)
    refusal, _ = shopper.banner.get_by_role("button").all_inner_texts()
    for _ in range(MAX_TABS):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED) == refusal:
            break
    assert shopper.button(refusal).evaluate("(button) => getComputedStyle(button).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    assert agent.until("asked", state="declined")["again"] is True
    expect(shopper.ui).to_have_count(0)


PICKER = """
if (navigator.mediaDevices) navigator.mediaDevices.getDisplayMedia = async () => {
  window.picked = navigator.userActivation.isActive;
  return document.createElement("canvas").captureStream(1);
};
"""


@pytest.mark.full
def test_a_customer_who_agrees_to_share_a_screen_chooses_it_at_once(context: BrowserContext, stage: Stage) -> None:
    agent = stage.agent("screenshare", "/chat.html")
    context.add_init_script(PICKER)
    shopper, token = chatting(context, stage)
    asked(stage, agent, shopper, token, "screen")
    expect(shopper.banner).to_contain_text("Nothing is hidden in what you choose")
    shopper.button("Choose what to share").click()
    agent.until("consent")
    assert shopper.page.evaluate("() => window.picked") is True
    expect(shopper.banner).to_contain_text("Ada sees what you share")
    agent.away()


@pytest.mark.full
def test_nobody_is_asked_for_a_screen_that_the_browser_cannot_share(context: BrowserContext, stage: Stage) -> None:
    agent = stage.agent("screenshare", "/chat.html")
    context.add_init_script("globalThis.MediaDevices && delete MediaDevices.prototype.getDisplayMedia")
    shopper, token = chatting(context, stage)
    assert ask(stage, agent, token).status_code == 200
    assert agent.until("share")["unable"] is True
    expect(shopper.banner).to_contain_text("This browser cannot share a screen")
    agent.away()
