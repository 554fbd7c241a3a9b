"""One session over several origins, at the relay: what a one-time code is good for, and what is seen from where."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from relays import SHOP, FakeClock, Served, frame, serving

PAY, STRANGER = "http://pay.test", "http://stranger.test"
ORIGINS = (SHOP, PAY, "http://third.test")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def relay(clock: FakeClock) -> AsyncIterator[Served]:
    async with serving(clock, customer_origins=ORIGINS) as served:
        yield served


async def _code(relay: Served, ticket: object, to: str = PAY) -> str:
    answer = await relay.leave(ticket, to)
    assert answer.headers["access-control-allow-origin"] == SHOP
    code: str = answer.json()["code"]
    return code


async def test_a_code_leads_into_the_session_from_another_origin_once(relay: Served) -> None:
    _, customer = await relay.both()
    code = await _code(relay, customer.ticket)
    entered = await relay.join(PAY, token=code)
    assert entered.json()["from"] == SHOP
    assert entered.json()["session"] == customer.welcome["session"]
    assert (await relay.join(PAY, token=code)).status_code == 404  # replayed
    there = await relay.open("customer", entered.json()["ticket"], PAY)
    assert there.welcome["state"] == "live"
    assert (await customer.until("replaced")) == {"t": "replaced"}


async def test_a_code_that_was_shown_by_another_origin_is_used_up(relay: Served) -> None:
    _, customer = await relay.both()
    code = await _code(relay, customer.ticket)
    for origin in ("http://third.test", SHOP, PAY):
        assert (await relay.join(origin, token=code)).status_code == 404


async def test_a_code_expires_after_thirty_seconds(relay: Served, clock: FakeClock) -> None:
    _, customer = await relay.both()
    codes = [await _code(relay, customer.ticket) for _ in range(2)]
    clock.advance(29)
    assert (await relay.join(PAY, token=codes[0])).status_code == 200
    clock.advance(1)
    assert (await relay.join(PAY, token=codes[1])).status_code == 404


async def test_codes_are_for_sites_that_are_listed_and_of_pages_that_are_seen(relay: Served) -> None:
    created = await relay.session()
    agent = await relay.open("agent", created["token"])
    ticket = (await relay.join(pin=created["pin"])).json()["ticket"]
    customer = await relay.open("customer", ticket)
    assert (await relay.leave(ticket, PAY)).status_code == 404  # nobody has consented
    await customer.send(t="consent", view=True)
    await agent.until("consent")
    assert (await relay.leave(ticket, STRANGER)).status_code == 403
    assert (await relay.leave(ticket, PAY, STRANGER)).status_code == 403
    assert (await relay.leave(ticket, "http://third.test", PAY)).status_code == 401  # another site's ticket
    assert (await relay.leave(created["token"], PAY)).status_code == 401  # the agent's
    assert (await relay.leave(ticket, PAY)).status_code == 200
    code = await _code(relay, ticket)
    await customer.send(t="end")
    await agent.until("ended")
    assert (await relay.leave(ticket, PAY)).status_code == 404
    assert (await relay.join(PAY, token=code)).status_code == 404


async def test_a_ticket_is_good_in_its_origin_alone(relay: Served) -> None:
    _, customer = await relay.both()
    there = await relay.open("customer", str(customer.ticket), PAY)
    assert there.welcome["code"] == "unauthorized"
    assert await there.closed() == 4401


async def test_what_the_consent_did_not_name_is_not_seen_before_another_one(relay: Served) -> None:
    agent, customer = await relay.both()
    await customer.send(t="control", allowed=True)
    await agent.until("control")
    entered = (await relay.join(PAY, token=await _code(relay, customer.ticket))).json()
    assert (entered["view"], entered["control"]) == (False, False)
    assert (await agent.until("control")) == {"t": "control", "allowed": False}
    there = await relay.open("customer", entered["ticket"], PAY)
    assert there.welcome["control"] is False
    await there.chunk(0, b"too early", key=True)
    assert (await relay.leave(entered["ticket"], SHOP, PAY)).status_code == 404
    await there.send(t="consent", view=True)
    await there.chunk(1, b"now", key=True)
    await agent.until("consent")
    assert await agent.next() == frame(1, b"now", key=True)
    back = (await relay.join(token=(await relay.leave(entered["ticket"], SHOP, PAY)).json()["code"])).json()
    assert back["view"] is True  # where it began, it was agreed to


async def test_what_the_consent_named_is_seen_at_once(relay: Served) -> None:
    created = await relay.session()
    agent = await relay.open("agent", created["token"])
    ticket = (await relay.join(pin=created["pin"])).json()["ticket"]
    customer = await relay.open("customer", ticket)
    await customer.send(t="consent", view=True, origins=[PAY, STRANGER, 5, None, [PAY]])
    await customer.send(t="control", allowed=True)
    await agent.until("control")
    entered = (await relay.join(PAY, token=await _code(relay, ticket))).json()
    assert (entered["view"], entered["control"]) == (True, True)
    there = await relay.open("customer", entered["ticket"], PAY)
    await there.chunk(0, b"at once", key=True)
    await agent.until("peer")
    assert await agent.next() == frame(0, b"at once", key=True)


@pytest.mark.parametrize("body", [{}, {"ticket": 5, "origin": PAY}, {"ticket": "x" * 5000, "origin": PAY}])
async def test_what_asks_for_a_code_in_no_form_is_refused(relay: Served, body: dict[str, object]) -> None:
    async with relay.http() as http:
        answer = await http.post("/api/leave", json=body, headers={"origin": SHOP})
    assert answer.status_code == 400
