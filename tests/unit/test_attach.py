"""The stage, which comes and goes, and what the adapter puts beside it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from cotab import AdapterError, Invitation, JsObject, Provider, Tab, WindowBlockedError
from cotab.testing import FakeTab, until

if TYPE_CHECKING:
    from cotab._tab.runner import ProviderFactory

Act = Callable[["Staged"], object]


class Staged(Provider):
    """Notes what happens to the stage."""

    def __init__(self, tab: Tab, calls: list[str], fails: str = "", *, early: bool = False) -> None:
        super().__init__(tab)
        self.calls, self.fails, self.early = calls, fails, early
        self.heard: list[object] = []

    def note(self, name: str) -> None:
        self.calls.append(name)
        if name == self.fails:
            raise RuntimeError(f"{name} fails")

    async def start(self) -> Invitation:
        if self.early:
            await self.tab.show_stage()
            await self.tab.show_stage()
        self.note("start")
        return Invitation(session_id="s-1", pin="1")

    async def resume(self, session_id: str) -> Invitation:
        self.note("resume")
        return Invitation(session_id=session_id, pin="1")

    def attach(self, stage: JsObject) -> None:
        self.note("attach")
        self.viewer = self.tab.embed(stage, "https://viewer.example/", self.heard.append, title="Viewer")

    def detach(self) -> None:
        self.note("detach")

    async def end(self) -> None:
        self.note("end")

    def page_hidden(self) -> None:
        self.note("hidden")


def staged(calls: list[str], fails: str = "", *, early: bool = False) -> ProviderFactory:
    return lambda tab: Staged(tab, calls, fails, early=early)


async def test_the_stage_comes_after_the_session_and_goes_after_its_end() -> None:
    calls: list[str] = []
    tab = FakeTab(staged(calls))
    await tab.open(conversationId="c-1")
    tab.browser.click("end-session")
    await until(lambda: "detach" in calls)
    assert calls == ["start", "attach", "end", "detach"]
    assert tab.browser.content["stage"] == ()


async def test_the_stage_can_be_had_before_the_session_and_is_had_once() -> None:
    calls: list[str] = []
    await FakeTab(staged(calls, early=True)).open(conversationId="c-1")
    assert calls == ["attach", "start"]


async def test_a_page_that_is_made_anew_attaches_the_same_adapter_again() -> None:
    calls: list[str] = []
    adapters: list[Staged] = []

    def factory(tab: Tab) -> Staged:
        adapters.append(Staged(tab, calls))
        return adapters[-1]

    tab = FakeTab(factory)
    await tab.open(conversationId="c-1")
    before = tab.browser.viewer
    tab.remake()
    await until(lambda: len(tab.browser.viewers) == 2)
    assert calls == ["start", "attach", "detach", "attach"]
    before.send("from a page that is gone")
    tab.browser.viewer.send("here")
    assert adapters[0].heard == ["here"]
    assert tab.state == "inviting"
    tab.browser.click("end-session")
    await until(lambda: calls[-1] == "detach")
    tab.remake()
    assert calls[4:] == ["end", "detach"]


@pytest.mark.parametrize(("closed", "ending"), [(False, "ended.agent"), (True, "ended.conversation")])
async def test_a_session_that_outlives_its_tab_is_attached_again_and_ended_when_that_is_closed(
    *, closed: bool, ending: str
) -> None:
    calls: list[str] = []
    tab = FakeTab(staged(calls))
    await tab.open(conversationId="c-1")
    assert tab.leave()
    tab.come_back()
    await until(lambda: calls[-1] == "attach")
    assert tab.leave()
    await tab.close(conversation=closed)
    assert calls == ["start", "attach", "detach", "attach", "detach", "end"]
    assert (tab.state, tab.browser.elements["ending"]["text"]) == ("ended", ending)


class DrawsForEver(Staged):
    """Draws for longer than its tab is there; every other stage is had at once."""

    async def attach(self, _stage: JsObject) -> None:  # type: ignore[override]
        self.note("attach")
        if self.calls.count("attach") % 2 == 1:
            try:
                await asyncio.Event().wait()
            finally:
                self.note("gone")


@pytest.mark.parametrize("early", [False, True])
async def test_a_tab_that_is_left_while_the_stage_is_attached_is_no_failure(*, early: bool) -> None:
    calls: list[str] = []
    tab = FakeTab(lambda given: DrawsForEver(given, calls, early=early), timeout_seconds=0.2)
    opening = asyncio.ensure_future(tab.open(conversationId="c-1"))
    await until(lambda: "attach" in calls)
    tab.remake() if early else tab.leave()
    if not early:
        tab.come_back()
    await opening
    await until(lambda: calls.count("attach") == 2)
    await asyncio.sleep(0.3)  # longer than the first stage would have had
    assert "gone" in calls
    assert (tab.state, tab.browser.errors) == ("inviting", [])


async def test_a_session_that_has_not_begun_does_not_outlive_its_tab() -> None:
    calls: list[str] = []
    started = asyncio.Event()

    class Slow(Staged):
        async def start(self) -> Invitation:
            self.note("start")
            started.set()
            await asyncio.Event().wait()
            raise AssertionError

    tab = FakeTab(lambda given: Slow(given, calls))
    opening = asyncio.ensure_future(tab.open(conversationId="c-1"))
    await started.wait()
    assert not tab.leave()
    await tab.close()
    await opening
    assert calls == ["start"]
    assert tab.browser.errors == []


async def test_a_session_that_another_tab_does_not_let_go_of_is_not_begun() -> None:
    calls: list[str] = []
    tab = FakeTab(staged(calls), elsewhere={"cotab:tests_/test:cobrowse:c-1"})
    await tab.open(conversationId="c-1")
    assert (tab.state, tab.browser.text("error-code"), calls) == ("failed", "SESSION_ELSEWHERE", [])


async def test_a_reload_resumes_and_attaches_another_adapter() -> None:
    calls: list[str] = []
    tab = FakeTab(staged(calls))
    await tab.open(conversationId="c-1")
    await tab.open(conversationId="c-1")
    assert calls == ["start", "attach", "hidden", "detach", "resume", "attach"]


async def test_a_stage_that_cannot_be_attached_ends_the_session() -> None:
    calls: list[str] = []
    tab = FakeTab(staged(calls, fails="attach"))
    await tab.open(conversationId="c-1")
    await until(lambda: "detach" in calls)
    assert (tab.state, calls) == ("failed", ["start", "attach", "end", "detach"])
    assert tab.browser.text("error-detail").startswith("RuntimeError: attach fails (")


async def test_a_stage_that_cannot_be_detached_is_only_logged() -> None:
    calls: list[str] = []
    tab = FakeTab(staged(calls, fails="detach"))
    await tab.open(conversationId="c-1")
    tab.browser.click("end-session")
    await until(lambda: tab.browser.errors)
    assert tab.state == "ended"
    assert [str(error) for error in tab.browser.errors] == ["detach fails"]


async def test_a_failing_start_gives_back_the_stage_it_had() -> None:
    calls: list[str] = []
    tab = FakeTab(staged(calls, fails="start", early=True))
    await tab.open(conversationId="c-1")
    assert (tab.state, calls) == ("failed", ["attach", "start", "detach"])


async def test_detach_must_be_a_plain_function() -> None:
    class Waits(Staged):
        async def detach(self) -> None:  # type: ignore[override]
            self.note("detach")

    tab = FakeTab(lambda tab: Waits(tab, []))
    await tab.open(conversationId="c-1")
    assert "detach() must be a plain function" in tab.browser.text("error-detail")


@pytest.mark.parametrize(
    ("act", "problem"),
    [
        (lambda tab: (tab.button("a", "A", print), tab.link("a", "B", "https://b.example")), "already"),
        (lambda tab: tab.link("a", "A", "javascript:alert(1)"), "no address"),
    ],
)
async def test_controls_that_cannot_be_are_refused(act: Callable[[Tab], object], problem: str) -> None:
    class Controlled(Staged):
        async def start(self) -> Invitation:
            with pytest.raises(AdapterError, match=problem):
                act(self.tab)
            return await super().start()

    tab = FakeTab(lambda tab: Controlled(tab, []))
    await tab.open(conversationId="c-1")
    assert tab.state == "inviting"


async def test_a_window_that_the_browser_refuses_is_told() -> None:
    class Windowed(Staged):
        async def start(self) -> Invitation:
            self.tab.button("in", "Sign in", self.sign_in)
            return await super().start()

        def sign_in(self) -> None:
            self.tab.open_window("https://viewer.example/", self.heard.append)

    tab = FakeTab(lambda tab: Windowed(tab, []))
    await tab.open(conversationId="c-1")
    tab.browser.blocks_windows = True
    tab.browser.click("own-in")
    assert tab.browser.text("error-code") == WindowBlockedError.code


@pytest.mark.parametrize(
    ("language", "text"), [("de-AT", "Code 1"), ("en-GB", "Enter 1"), ("ja-JP", "Enter 1"), ("fr", "Le 1")]
)
def test_the_text_of_an_invitation_is_the_nearest_there_is(language: str, text: str) -> None:
    texts = {"de": "Code {pin}", "en-US": "Enter {pin}", "fr-FR": "Le {pin}"}
    assert Invitation(session_id="s", pin="1", text=texts).message(language) == text
    assert Invitation(session_id="s", pin="1", text={"it": "{pin}{link}"}).message(language) == "1"
    assert Invitation(session_id="s", pin="1").message(language) is None
