"""Customers of a chat whom its agent may ask: whose tokens are good, for what and how often."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from relays import SHOP, FakeClock, Served, Side, dial, eventually, serving
from tandem.bus_memory import MemoryBus
from tandem.visitors import Answer, Visitor, Visitors

PAY, STRANGER = "http://pay.test", "http://stranger.test"
TOKEN, OTHER = "1-22-333-4294967295", "4-3-2-1"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def relay(clock: FakeClock) -> AsyncIterator[Served]:
    async with serving(clock, local_agent="Ada", customer_origins=(SHOP, PAY)) as served:
        yield served


async def visit(relay: Served, shown: object = TOKEN, origin: str = SHOP) -> Side:
    """A page with a chat connects; what it is told first is in `welcome`."""
    return await Side.open(relay, "visitor", {"t": "hello", "v": 1, "ticket": shown}, origin)


async def ask(relay: Served, session: dict[str, Any], token: str = TOKEN) -> httpx.Response:
    async with relay.http() as http:
        path = f"/api/sessions/{session['id']}/ask"
        return await http.post(path, json={"token": token}, headers=await relay.agent())


async def look(relay: Served, token: str = TOKEN) -> httpx.Response:
    async with relay.http() as http:
        return await http.post("/api/visitors", json={"token": token}, headers=await relay.agent())


async def refused(relay: Served, reason: str) -> float:
    return await relay.metric(f'tandem_wrong_visitors_total{{reason="{reason}"}}')


async def test_a_customer_who_says_yes_is_in_the_session(relay: Served) -> None:
    visitor = await visit(relay)
    assert visitor.welcome["t"] == "welcome"
    assert visitor.welcome["expires_in"] == 600
    assert (await look(relay)).json() == {"here": True}
    session = await relay.session()
    agent = await relay.open("agent", session["token"])
    assert (await ask(relay, session)).json() == {"here": True}
    asked = await visitor.until("ask")
    assert asked == {"t": "ask", "agent": "Ada", "mode": "cobrowse", "session": session["id"]}
    await visitor.send(t="asking", session=session["id"])
    assert (await agent.until("asked"))["state"] == "asking"
    await visitor.send(t="answer", session=session["id"], yes=True)
    joined = await visitor.until("joined")
    assert await visitor.closed() == 1000
    assert (joined["session"], joined["agent"], joined["mode"]) == (session["id"], "Ada", "cobrowse")
    customer = await relay.open("customer", joined["ticket"])
    assert customer.welcome["state"] == "joined"  # the consent is the page's to send
    assert await relay.metric('tandem_joins_total{by="asked"}') == 1
    assert await relay.metric('tandem_asked_total{answer="yes"}') == 1


async def test_a_token_is_good_once(relay: Served) -> None:
    visitor = await visit(relay)
    session = await relay.session()
    await ask(relay, session)
    await visitor.until("ask")
    await visitor.send(t="answer", session=session["id"], yes=True)
    await visitor.until("joined")
    again = await ask(relay, await relay.session())
    assert (again.status_code, again.json()["error"]) == (410, "used")
    assert (await look(relay)).status_code == 410
    assert (await visit(relay)).welcome["code"] == "taken"  # replayed by who has read it in the chat
    back = await visit(relay, visitor.welcome["ticket"])
    assert (await back.until("ended"))["reason"] == "expired"
    assert await refused(relay, "used") == 2
    assert await refused(relay, "taken") == 1


async def test_whoever_has_read_a_token_is_not_its_page(relay: Served) -> None:
    mine = await visit(relay)
    for origin in (SHOP, PAY):
        stolen = await visit(relay, TOKEN, origin)
        assert stolen.welcome["code"] == "taken"
        assert await stolen.closed() == 4404
    elsewhere = await visit(relay, mine.welcome["ticket"], PAY)
    assert elsewhere.welcome["code"] == "origin"
    with pytest.raises(Exception, match="403"):
        await dial(relay, "visitor", STRANGER)
    forged = await visit(relay, mine.welcome["ticket"][:-4] + "AAAA")
    assert forged.welcome["code"] == "ticket"
    assert [await refused(relay, each) for each in ("taken", "origin", "ticket")] == [2, 1, 1]
    assert (await look(relay)).json() == {"here": True}


@pytest.mark.parametrize("token", ["", "1-2-3", "1-2-3-4-5", "1-2-3-x", "1-2-3-12345678901", "1-2-3-4\n", 7, None])
async def test_what_is_no_token_is_refused(relay: Served, token: object) -> None:
    assert (await visit(relay, token)).welcome["code"] == "malformed"
    assert await refused(relay, "malformed") == 1


async def test_an_agent_cannot_make_up_a_token(relay: Served) -> None:
    session = await relay.session()
    for token in (OTHER, "", "x"):
        answer = await ask(relay, session, token)
        assert (answer.status_code, answer.json()["error"]) == (404, "unknown")
    async with relay.http() as http:
        for path in ("/api/visitors", f"/api/sessions/{session['id']}/ask"):
            assert (await http.post(path, json={"token": TOKEN})).status_code == 401
    assert await refused(relay, "unknown") == 3


async def test_a_token_expires_after_ten_minutes_and_stays_known(relay: Served, clock: FakeClock) -> None:
    visitor = await visit(relay)
    session = await relay.session()
    clock.advance(599)
    assert (await look(relay)).status_code == 200
    clock.advance(1)
    assert (await visitor.until("ended"))["reason"] == "expired"
    assert (await look(relay)).json()["error"] == "expired"
    assert (await ask(relay, session)).status_code in {404, 410}
    assert (await visit(relay, visitor.welcome["ticket"])).welcome["code"] == "ticket"
    clock.advance(7 * 3600)
    assert (await visit(relay)).welcome["code"] == "taken"


async def test_one_question_at_a_time(relay: Served) -> None:
    visitor = await visit(relay)
    first, second = await relay.session(), await relay.session()
    await ask(relay, first)
    assert (await visitor.until("ask"))["session"] == first["id"]
    refusal = await ask(relay, second)
    assert (refusal.status_code, refusal.json()["error"]) == (409, "asked")
    assert (await ask(relay, first)).status_code == 200  # the same question again
    async with relay.http() as http:
        await http.delete(f"/api/sessions/{first['id']}", headers=await relay.agent())
    await visitor.until("withdraw")
    assert (await ask(relay, second)).status_code == 200
    assert (await visitor.until("ask"))["session"] == second["id"]
    assert await refused(relay, "asked") == 1


async def test_after_two_refusals_nobody_asks_any_more(relay: Served) -> None:
    visitor = await visit(relay)
    session = await relay.session()
    agent = await relay.open("agent", session["token"])
    for again in (True, False):
        await ask(relay, session)
        await visitor.until("ask")
        await visitor.send(t="answer", session=session["id"], yes=False)
        assert await agent.until("asked") == {"t": "asked", "state": "declined", "again": again}
    assert (await ask(relay, session)).json()["error"] == "used"
    await visitor.until("ended")


async def test_a_customer_who_is_busy_has_not_refused(relay: Served) -> None:
    visitor = await visit(relay)
    session = await relay.session()
    agent = await relay.open("agent", session["token"])
    for _ in range(3):
        await ask(relay, session)
        await visitor.until("ask")
        await visitor.send(t="answer", session=session["id"], yes=False, busy=True)
        assert (await agent.until("asked"))["again"] is True


async def test_a_question_goes_along_to_the_next_page_of_the_tab(relay: Served) -> None:
    visitor = await visit(relay)
    session = await relay.session()
    agent = await relay.open("agent", session["token"])
    await ask(relay, session)
    await visitor.until("ask")
    await visitor.cut()
    assert (await agent.until("asked"))["state"] == "away"
    next_page = await visit(relay, visitor.welcome["ticket"])
    assert (await next_page.until("ask"))["session"] == session["id"]


async def test_the_end_of_the_chat_ends_the_token(relay: Served) -> None:
    visitor = await visit(relay)
    session = await relay.session()
    agent = await relay.open("agent", session["token"])
    await ask(relay, session)
    await visitor.until("ask")
    await visitor.send(t="end")
    assert await agent.until("asked") == {"t": "asked", "state": "declined", "again": False}
    assert (await look(relay)).json()["error"] == "used"


async def test_answers_to_other_questions_do_nothing(relay: Served) -> None:
    visitor = await visit(relay)
    session = await relay.session()
    await visitor.send(t="answer", session=session["id"], yes=True)  # nobody has asked
    await visitor.send(t="nonsense")
    await ask(relay, session)
    await visitor.until("ask")
    await visitor.send(t="answer", session="another", yes=True)
    await visitor.send(t="answer", yes=True)
    async with relay.http() as http:
        state = await http.get(f"/api/sessions/{session['id']}", headers=await relay.agent())
    assert state.json()["state"] == "waiting"


async def test_a_session_that_has_its_customer_asks_nobody(relay: Served) -> None:
    await visit(relay)
    session = await relay.session()
    await relay.join(pin=session["pin"])
    assert (await ask(relay, session)).json()["error"] == "joined"


async def test_a_relay_without_sign_in_asks_nobody(clock: FakeClock) -> None:
    async with serving(clock) as relay:
        visitor = await visit(relay)
        assert visitor.welcome["code"] == "sign_in"
        assert await visitor.closed() == 4403
        assert (await ask(relay, await relay.session())).json()["error"] == "sign_in"
        assert await refused(relay, "sign_in") == 2


async def test_one_address_does_not_register_without_end(clock: FakeClock) -> None:
    async with serving(clock, local_agent="Ada", visitors_per_address=2) as relay:
        for number in range(2):
            assert (await visit(relay, f"{number}-1-1-1")).welcome["t"] == "welcome"
        assert (await visit(relay, OTHER)).welcome["code"] == "too_many_attempts"
        assert await refused(relay, "address") == 1


async def test_a_ticket_outlives_a_restart_of_the_relay(clock: FakeClock) -> None:
    async with serving(clock, local_agent="Ada") as relay:
        visitor = await visit(relay)
    async with serving(clock, local_agent="Ada") as relay:
        await visit(relay, visitor.welcome["ticket"])
        assert (await look(relay)).json() == {"here": True}
        assert (await visit(relay)).welcome["code"] == "taken"


async def test_a_page_that_has_gone_is_not_here(relay: Served) -> None:
    visitor = await visit(relay)
    await visitor.cut()
    async with asyncio.timeout(5):
        while (await look(relay)).json() != {"here": False}:  # noqa: ASYNC110 - until the relay has noticed
            await asyncio.sleep(0.01)


async def test_a_question_is_left_once_though_it_is_answered_while_it_is_withdrawn(
    relay: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribed, left, going = MemoryBus.subscribe, list[str](), asyncio.Event()
    answered, answers = Visitors.answered, list[str]()

    async def noted(visitors: Visitors, key: str, session: str, answer: Answer) -> Visitor | None:
        answers.append(answer)
        return await answered(visitors, key, session, answer)

    async def slowly(bus: MemoryBus, subject: str, *given: Any) -> Any:  # noqa: ANN401 - whatever it takes
        unsubscribe = await subscribed(bus, subject, *given)

        async def leave() -> None:
            if subject.endswith(".customer"):
                left.append(subject)
                await going.wait()
            await unsubscribe()

        return leave

    monkeypatch.setattr(MemoryBus, "subscribe", slowly)
    monkeypatch.setattr(Visitors, "answered", noted)
    page = await visit(relay)
    created = await relay.session()
    await ask(relay, created)
    question = await page.until("ask")
    async with relay.http() as http:
        await http.delete(f"/api/sessions/{created['id']}", headers=await relay.agent())
    await eventually(lambda: bool(left))
    await page.send(t="answer", session=question["session"], yes=False)
    await eventually(lambda: answers == ["withdrawn", "no"])
    going.set()
    await page.send(t="end")
    assert await page.closed() == 1000
    assert len(left) == 1
