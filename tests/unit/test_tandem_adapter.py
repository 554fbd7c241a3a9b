"""The adapter of Tandem, with the viewer played by the test."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest

from cotab.testing import FakeObject, until
from unit.tandem_agent import CONVERSATION, INVITED, Agent, tandem


@pytest.fixture
def agent() -> Agent:
    return Agent()


async def test_a_session_begins_in_the_viewer_of_the_relay() -> None:
    agent = Agent(site="https://shop.test/help")
    await agent.open(("sign-in", {}), ("invitation", dict(INVITED)))
    assert agent.tab.browser.viewer.url == "https://relay.test/viewer"
    assert agent.told("open") == [
        {
            "tandem": 1,
            "type": "open",
            "mode": "screenshare",
            "conversation": CONVERSATION,
            "session": None,
            "site": "https://shop.test/help",
            "agent": {"name": "Local agent", "email": "agent@org.example", "entra_id": ""},
            "language": "en-US",
        }
    ]
    assert agent.tab.state == "inviting"
    assert agent.tab.browser.text("pin") == "123456"
    assert agent.tab.browser.text("link") == "https://shop.test/#tandem=t"


async def test_what_happens_to_the_customer_reaches_the_tab(agent: Agent) -> None:
    await agent.connected()
    assert agent.tab.state == "connected"
    assert agent.tab.browser.shown("participants")
    agent.send("quality", quality="poor")
    assert agent.tab.browser.text("quality") == "quality.poor"
    agent.send("reconnecting")
    assert agent.tab.state == "reconnecting"
    agent.send("reconnected")
    assert agent.tab.state == "connected"
    agent.send("ended", reason="customer")
    assert agent.tab.events == ["ScreenShareConnectedEvent", "ScreenShareEndedEvent"]


@pytest.mark.parametrize(
    ("reason", "who"),
    [("agent", "agent"), ("customer", "customer"), ("expired", "expired"), ("lost", "lost"), ("new", "provider")],
)
async def test_every_reason_of_an_end_is_told(reason: str, who: str, texts: dict[str, str]) -> None:
    agent = Agent(texts=texts)
    await agent.connected()
    agent.send("ended", reason=reason)
    await until(lambda: agent.tab.browser.content["stage"] == ())
    said = texts[f"ended.{who}"].replace("{provider}", "Test")
    assert agent.tab.browser.text("ending") == said
    agent.tab.browser.click("attach-note")
    await until(lambda: agent.tab.browser.notes)
    assert agent.tab.browser.notes[0]["notetext"].endswith(said)
    assert agent.told("end") == []


async def test_what_the_viewer_says_of_an_end_is_shown(agent: Agent) -> None:
    await agent.open()
    agent.send("ended", reason="customer", why="The customer did not agree.")
    assert agent.tab.browser.text("ending") == "The customer did not agree."


async def test_the_tools_are_the_viewers(agent: Agent) -> None:
    await agent.connected()
    for button, tool in (("tool-drawing", "drawing"), ("tool-control", "control"), ("tool-control", None)):
        agent.tab.browser.click(button)
        await until(partial(agent.has_pressed, button, pressed=tool is not None))
        assert agent.told("tool")[-1]["tool"] == tool
    assert len(agent.told("tool")) == 3


async def test_the_agent_ends_it_and_waits_for_the_viewer(agent: Agent) -> None:
    await agent.connected()
    agent.tab.browser.click("end-session")
    await until(lambda: agent.told("end"))
    assert agent.tab.browser.content["stage"] != ()
    agent.send("ended", reason="agent")
    await until(lambda: agent.tab.browser.content["stage"] == ())
    assert agent.tab.browser.errors == []


async def test_a_viewer_that_does_not_confirm_the_end_holds_nothing_up(
    agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tandem, "END_TIMEOUT_SECONDS", 0)
    await agent.connected()
    agent.tab.browser.click("end-session")
    await until(lambda: agent.tab.browser.content["stage"] == ())
    assert "did not confirm" in str(agent.tab.browser.errors)


async def test_a_refreshed_tab_goes_on_with_its_session(agent: Agent) -> None:
    await agent.connected()
    await agent.open(("invitation", dict(INVITED)), ("connected", {"participants": ["Customer"]}))
    assert agent.told("open")[0]["session"] == "s-1"
    assert agent.tab.state == "connected"


@pytest.mark.parametrize("known", [{}, {"pin": "123456"}, {"link": INVITED["link"]}])
async def test_a_refreshed_tab_shows_the_invitation_as_it_was(agent: Agent, known: dict[str, object]) -> None:
    await agent.connected()
    await agent.open(("invitation", {"session": "s-1", "pin": None, "link": None, **known}))
    assert agent.tab.browser.text("pin") == INVITED["pin"]
    assert agent.tab.browser.text("link") == INVITED["link"]


async def test_a_new_session_without_a_way_in_is_refused(agent: Agent) -> None:
    await agent.open(("invitation", {"session": "s-1"}))
    assert "neither a PIN nor a link" in agent.tab.browser.text("error-detail")


async def test_a_session_that_is_gone_is_not_resumed(agent: Agent) -> None:
    answers: list[tuple[str, dict[str, object]]] = [("unknown", {}), ("ended", {"reason": "expired"})]
    for answer in answers:
        await agent.open()
        await agent.open(answer)
        assert agent.tab.browser.text("error-code") == "SESSION_UNKNOWN"
        assert agent.tab.browser.shown("start-again")


async def test_a_viewer_that_was_loaded_again_takes_up_its_session(agent: Agent) -> None:
    await agent.connected()
    agent.send("ready")
    assert [message["session"] for message in agent.told("open")] == [None, "s-1"]
    agent.send("invitation", **INVITED)
    agent.send("connected", participants=["Customer"])
    assert agent.tab.state == "connected"
    assert agent.tab.events == ["ScreenShareConnectedEvent"]


async def test_while_the_agent_looks_at_another_tab_a_viewer_behind_the_stage_goes_on() -> None:
    agent = Agent(outlives=True)
    await agent.connected()
    agent.tab.leave()
    agent.send("ready")
    assert [message["session"] for message in agent.told("open")] == ["s-1"]
    agent.send("reconnecting")
    assert agent.tab.state == "reconnecting"
    behind = agent.tab.browser.viewer
    agent.tab.come_back()
    await until(lambda: agent.tab.browser.viewer is not behind)
    behind.send({"tandem": 1, "type": "ended", "reason": "replaced"})
    agent.send("ready")
    agent.send("connected", participants=["Customer"])
    assert agent.tab.state == "connected"
    assert agent.tab.events == ["ScreenShareConnectedEvent"]


async def test_a_tab_that_is_closed_ends_it_by_the_viewer_behind_the_stage() -> None:
    agent = Agent(outlives=True)
    await agent.connected()
    agent.tab.leave()
    closing = asyncio.ensure_future(agent.tab.close())
    await until(lambda: agent.told("end"))
    agent.send("ended", reason="agent")
    await closing
    assert agent.tab.events == ["ScreenShareConnectedEvent", "ScreenShareEndedEvent"]


async def test_a_session_taken_over_by_another_tab_is_not_ended(agent: Agent) -> None:
    await agent.connected()
    agent.send("ended", reason="replaced")
    await until(lambda: agent.tab.browser.content["stage"] == ())
    assert agent.tab.browser.text("error-code") == "TANDEM_ELSEWHERE"
    assert agent.told("end") == []


async def test_what_fails_is_told_with_its_code(agent: Agent) -> None:
    await agent.open(("failed", {"code": "site", "message": "This site is not listed."}))
    assert agent.tab.state == "failed"
    assert agent.tab.browser.text("error-code") == "TANDEM_SITE"
    assert "not listed" in agent.tab.browser.text("error-detail")


async def test_others_cannot_speak_for_the_viewer(agent: Agent) -> None:
    await agent.open()
    viewer = agent.tab.browser.viewer
    ended = {"tandem": 1, "type": "ended", "reason": "customer"}
    viewer.send(ended, origin="https://evil.test")
    viewer.send(ended, source=FakeObject())
    assert agent.tab.state == "inviting"


@pytest.mark.parametrize(
    "garbage",
    [
        None,
        "ended",
        [],
        {},
        {"type": "ended"},
        {"tandem": 2, "type": "ended"},
        {"tandem": 1, "type": ["ended"]},
        {"tandem": 1, "type": "dance"},
        {"tandem": 1, "type": "quality", "quality": "splendid"},
        {"tandem": 1, "type": "connected", "participants": "Casey"},
    ],
)
async def test_garbage_is_ignored(agent: Agent, garbage: object) -> None:
    await agent.open()
    agent.tab.browser.viewer.send(garbage)
    assert agent.tab.state == "inviting"
    assert agent.tab.browser.errors == []


@pytest.mark.parametrize(
    ("relay", "says"),
    [
        (None, "relay: Input should be a valid string"),
        ("", "not an origin"),
        (8400, "relay: Input should be a valid string"),
        ("relay.test", "not an origin"),
        ("https://[", "relay: "),
        ("https://", "not an origin"),
        ("https://agent@relay.test", "not an origin"),
        ("https://relay.test:port", "relay: "),
        ("https://relay.test/viewer", "not an origin"),
        ("http://relay.test", "only https"),
    ],
)
async def test_a_relay_that_is_not_set_rightly_says_what_to_set(relay: object, says: str) -> None:
    agent = Agent(relay=relay)
    await agent.tab.open(conversationId=CONVERSATION)
    assert agent.tab.browser.text("error-code") == "SETTINGS_INVALID"
    assert says in agent.tab.browser.text("error-detail")
    assert "[page.settings] of provider.toml" in agent.tab.browser.text("error-detail")


async def test_a_relay_that_is_still_the_placeholder_says_what_to_set() -> None:
    agent = Agent(relay="https://tandem.example")
    await agent.tab.open(conversationId=CONVERSATION)
    assert "still the placeholder" in agent.tab.browser.text("error-detail")
    assert "Set it to the origin of your relay" in agent.tab.browser.text("error-detail")


@pytest.mark.parametrize("relay", ["http://127.0.0.1:8400", "http://localhost:8400/", "https://Relay.test"])
async def test_on_loopback_http_will_do(relay: str) -> None:
    agent = Agent(relay=relay)
    await agent.open()
    assert agent.tab.state == "inviting"


async def test_a_relay_that_shows_no_viewer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tandem, "READY_TIMEOUT_SECONDS", 0)
    agent = Agent()
    await agent.tab.open(conversationId=CONVERSATION)
    assert agent.tab.browser.text("error-code") == "VIEWER_SILENT"
    detail = agent.tab.browser.text("error-detail")
    assert "does not show its viewer: https://relay.test/viewer can be reached" in detail
    assert "--agent-origin" in detail
