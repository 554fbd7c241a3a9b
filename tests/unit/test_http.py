"""Calls to the vendor's service: when they are made again, when they end, and what their answers are."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from cotab import Agent, HttpAnswer, HttpError, Invitation, NotAvailableError
from cotab.agent import signed_in_agent
from cotab.http import Http
from cotab.testing import FakeBrowser, HttpRequest, until

Service = Callable[[HttpRequest], HttpAnswer]


def http(service: Service) -> tuple[Http, FakeBrowser]:
    browser = FakeBrowser(backend=service)
    return Http(browser), browser


def answering(*answers: HttpAnswer) -> Service:
    left = list(answers)
    return lambda _request: left.pop(0)


def busy(retry_after: str, status: int = 429) -> HttpAnswer:
    return HttpAnswer(status, "later", {"retry-after": retry_after})


@pytest.mark.parametrize("retry_after", ["0", " 0 ", "Thu, 01 Jan 1970 00:00:00 GMT"])
async def test_what_says_not_now_is_asked_again_when_it_says(retry_after: str) -> None:
    service, browser = http(answering(busy(retry_after), busy(retry_after, 503), HttpAnswer(200, "1")))
    assert (await service.get("/a")).json == 1
    assert len(browser.requests) == 3


async def test_a_moment_that_is_named_is_waited_for() -> None:
    moment = format_datetime(datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=2), usegmt=True)
    service, _ = http(answering(busy(moment), HttpAnswer(200, "1")))
    begin = time.monotonic()
    await service.get("/a")
    assert time.monotonic() - begin > 0.5


@pytest.mark.parametrize("retry_after", ["3600", "soon", ""])
async def test_what_would_take_longer_than_there_is_time_is_told_at_once(retry_after: str) -> None:
    service, browser = http(answering(busy(retry_after)))
    with pytest.raises(HttpError) as raised:
        await service.get("/a", timeout=0.5)
    assert (raised.value.status, raised.value.answer.text, len(browser.requests)) == (429, "later", 1)


async def test_after_so_many_attempts_the_answer_is_what_it_is() -> None:
    service, browser = http(lambda _request: busy("0"))
    with pytest.raises(HttpError, match="status 429: later"):
        await service.post("/a", json=[], retries=2)
    assert len(browser.requests) == 3


async def test_other_errors_are_not_tried_again() -> None:
    service, browser = http(answering(HttpAnswer(500, "broken")))
    with pytest.raises(HttpError, match="POST /a: status 500: broken"):
        await service.post("/a", json={})
    assert len(browser.requests) == 1


async def test_a_page_in_the_place_of_json_is_told_with_where_it_came_from() -> None:
    page = HttpAnswer(200, "<!DOCTYPE html>", {"content-type": "text/html; charset=utf-8"}, "https://login.example/?a")
    service, _ = http(answering(page))
    told = "the answer of https://login.example/, text/html, is not JSON; see whether .*: <!DOCTYPE"
    with pytest.raises(HttpError, match=told):
        _ = (await service.get("https://api.example/token")).json


async def test_a_model_goes_out_as_json_with_the_headers_that_belong_to_it() -> None:
    service, browser = http(lambda _request: HttpAnswer(204))
    answer = await service.post("/a", json=Invitation(session_id="s", pin="1"), headers={"x-key": "k"})
    assert answer.json is None
    (request,) = browser.requests
    expected = {"session_id": "s", "pin": "1", "link": None, "link_needs_pin": False, "text": None}
    assert request.json == expected
    assert dict(request.headers) == {
        "accept": "application/json",
        "content-type": "application/json",
        "x-key": "k",
    }


async def test_what_is_under_way_is_aborted_and_nothing_comes_after() -> None:
    never = asyncio.Event()

    async def hanging(_request: HttpRequest) -> HttpAnswer:
        await never.wait()
        raise AssertionError("it goes on")

    browser = FakeBrowser(backend=hanging)
    service = Http(browser)
    call = asyncio.ensure_future(service.get("/a"))
    await until(lambda: browser.requests)
    service.abort()
    await asyncio.wait({call})
    assert call.cancelled()
    with pytest.raises(HttpError, match="the session is over"):
        await service.get("/b")
    assert len(browser.requests) == 1


async def test_who_awaits_no_longer_aborts_the_call() -> None:
    aborted: list[bool] = []

    async def hanging(_request: HttpRequest) -> HttpAnswer:
        try:
            await asyncio.Event().wait()
        finally:
            aborted.append(True)
        raise AssertionError("it goes on")

    browser = FakeBrowser(backend=hanging)
    call = asyncio.ensure_future(Http(browser).get("/a"))
    await until(lambda: browser.requests)
    call.cancel()
    await until(lambda: aborted)


async def test_a_test_without_a_backend_is_told_so() -> None:
    with pytest.raises(HttpError, match="the test gave no backend"):
        await Http(FakeBrowser()).get("/a")


async def test_the_agent_is_who_dynamics_says() -> None:
    known = Agent(id="a-9", name="Robin", roles=("One", "Two"), email="robin@contoso.example", entra_id="e-9")
    browser = FakeBrowser(agent=known)
    assert await signed_in_agent(browser, Http(browser)) == known


async def test_an_address_that_may_not_be_read_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = FakeBrowser()

    async def refuse(request: HttpRequest) -> HttpAnswer:
        return HttpAnswer(403, f"no privilege for {request.url}")

    monkeypatch.setattr(browser, "fetch", refuse)
    agent = await signed_in_agent(browser, Http(browser))
    assert (agent.name, agent.email, agent.entra_id) == ("Local agent", None, None)
    assert ["status 403" in warning for warning in browser.warnings] == [True]


async def test_outside_dynamics_nobody_is_known() -> None:
    browser = FakeBrowser(in_dynamics=False)
    with pytest.raises(NotAvailableError):
        await signed_in_agent(browser, Http(browser))
