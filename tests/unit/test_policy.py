"""What a tab says of a page or a connection that the org's policy forbids, and of a page that is not there."""

from __future__ import annotations

import asyncio

import pytest

from cotab import HttpError, Invitation, JsError, JsObject, Provider, ProviderError, SdkNotLoadedError
from cotab._policy import Violation, blamed_on_policy
from cotab.testing import FakeTab, until

URL = "https://viewer.example:8443/agent?x=1"
FORBIDDEN = Violation(directive="connect-src", origin="https://api.example")


class Embedding(Provider):
    """Waits for its page to say something."""

    seconds = 30.0

    async def start(self) -> Invitation:
        await self.tab.show_stage()
        await self.viewer.spoken(self.seconds)
        return Invitation(session_id="s", pin="1")

    def attach(self, stage: JsObject) -> None:
        self.viewer = self.tab.embed(stage, URL, print, title="Viewer")

    async def resume(self, session_id: str) -> Invitation:
        raise NotImplementedError

    async def end(self) -> None:
        pass


class Impatient(Embedding):
    seconds = 0.01


OPENING: set[asyncio.Task[None]] = set()


async def opened(factory: type[Provider]) -> FakeTab:
    """A tab whose page is on the stage."""
    tab = FakeTab(factory)
    OPENING.add(asyncio.create_task(tab.open(conversationId="c")))
    await until(lambda: tab.browser.viewer)  # which raises until there is one
    return tab


async def test_a_page_that_the_policy_forbids_is_told_of_at_once() -> None:
    tab = await opened(Embedding)
    tab.browser.viewer.forbid()
    assert tab.state == "failed"
    assert tab.browser.text("error-code") == "POLICY_BLOCKED"
    said = "the Content-Security-Policy does not list https://viewer.example:8443 in frame-src"
    assert tab.browser.text("error-detail") == said


async def test_another_page_that_is_forbidden_fails_nothing() -> None:
    tab = await opened(Embedding)
    other = tab.browser.viewer
    other.frame.set("src", "https://viewer.example:84430/")
    other.forbid()
    assert tab.state == "starting"
    other.frame.set("src", URL)
    other.send("hello")
    await until(lambda: tab.state == "inviting")


async def test_a_page_that_cannot_be_reached_is_told_from_a_silent_one() -> None:
    tab = await opened(Impatient)
    tab.browser.viewer.reachable = False
    await until(lambda: tab.state == "failed")
    assert tab.browser.text("error-code") == "VIEWER_UNREACHABLE"
    assert f"{URL} cannot be reached from here: Failed to fetch" in tab.browser.text("error-detail")
    tab = await opened(Impatient)
    await until(lambda: tab.state == "failed")
    assert tab.browser.text("error-code") == "VIEWER_SILENT"
    assert "frame-ancestors" in tab.browser.text("error-detail")


@pytest.mark.parametrize(
    "error",
    [
        JsError("Failed to fetch"),
        TimeoutError(),
        SdkNotLoadedError("it cannot be reached"),
        HttpError("GET https://api.example/: Failed to fetch"),
    ],
)
async def test_what_may_come_of_a_refusal_is_shown_with_it(error: Exception) -> None:
    class Refused(Embedding):
        async def start(self) -> Invitation:
            raise error

    tab = FakeTab(Refused)
    await tab.open(conversationId="c")
    assert tab.browser.text("error-code") != "POLICY_BLOCKED"
    blamed = blamed_on_policy(error, [FORBIDDEN])
    assert blamed is not None
    assert blamed.code == "POLICY_BLOCKED"
    assert "does not list https://api.example in connect-src" in str(blamed)
    assert str(error) in str(blamed)


def test_what_the_author_says_is_not_blamed_on_the_policy() -> None:
    assert blamed_on_policy(ProviderError("every seat is taken"), [FORBIDDEN]) is None
    assert blamed_on_policy(HttpError("GET https://api.example/: status 500", status=500), [FORBIDDEN]) is None
    assert blamed_on_policy(JsError("Failed to fetch"), []) is None


async def test_a_refusal_during_the_session_explains_its_failure() -> None:
    class Later(Embedding):
        async def start(self) -> Invitation:
            return Invitation(session_id="s", pin="1")

    tab = FakeTab(Later)
    await tab.open(conversationId="c")
    tab.browser.forbidden.append(FORBIDDEN)
    raise_in_a_handler(tab)
    await until(lambda: tab.state == "failed")
    assert tab.browser.text("error-code") == "POLICY_BLOCKED"


def raise_in_a_handler(tab: FakeTab) -> None:
    """Let the SDK fail in one of the adapter's handlers."""
    tab.browser.scopes[-1].tasks.on_error(JsError("calling poll(): Failed to fetch"))
