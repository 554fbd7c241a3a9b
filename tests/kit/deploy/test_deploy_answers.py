"""Answers that no client should trust: of other servers, of proxies, half an answer, pages without end."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from cotab_kit.deploy.client import connect, in_seconds
from cotab_kit.deploy.install import install
from cotab_kit.deploy.journal import Journal
from cotab_kit.deploy.uninstall import uninstall
from cotab_kit.errors import KitError
from cotab_setup.provisioning import WebApiError
from cotab_setup.web_api import call, rows_of
from kit.deploy.runs import URL, Run, at_once, release
from sizes import crossed

if TYPE_CHECKING:
    from cotab_kit.deploy.client import Environment
    from sizes import Choose

HTTPS = "https://contoso.crm.dynamics.com"
SECRET = "eyJ0eXAi.very.secret"  # noqa: S105 - no secret
Answer = Callable[[bytes], httpx.Response]


def nothing(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """The same with null in every column."""
    if isinstance(value, list):
        return [nothing(each) for each in value]
    if isinstance(value, dict):
        return {name: nothing(each) if isinstance(each, list | dict) else None for name, each in value.items()}
    return None


def strange(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """The same with something of another type in every column."""
    if isinstance(value, dict):
        return {n: [strange(row) for row in v] if isinstance(v, list) else {"x": [v]} for n, v in value.items()}
    return [value]


ANSWERS: dict[str, Answer] = {
    "a page": lambda _: httpx.Response(200, text="<!DOCTYPE html><title>Sign in</title>"),
    "nothing": lambda _: httpx.Response(204),
    "null": lambda _: httpx.Response(200, json=None),
    "a list": lambda _: httpx.Response(200, json=[1]),
    "rows that are none": lambda _: httpx.Response(200, json={"value": [5, None, "x", {}]}),
    "rows without columns": lambda _: httpx.Response(200, json={"value": [{}], "statecode": 3}),
    "depth": lambda _: httpx.Response(200, text="[" * 200_000),
    "nulls": lambda content: httpx.Response(200, json=nothing(json.loads(content or b"{}"))),
    "other types": lambda content: httpx.Response(200, json=strange(json.loads(content or b"{}"))),
    "an error in another form": lambda _: httpx.Response(400, json={"error": ["no"]}),
    "another error": lambda _: httpx.Response(404, json=[{"error": 1}]),
    "a long error": lambda _: httpx.Response(403, json={"error": {"message": "x" * 1_000_000, "code": None}}),
}


class Between(httpx.AsyncBaseTransport):
    """Hands requests on to a local org, but gives another answer to the n-th."""

    def __init__(self, run: Run, at: int, answer: Answer) -> None:
        self.org, self.at, self.answer, self.number = httpx.ASGITransport(run.network), at, answer, 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.number += 1
        response = await self.org.handle_async_request(request)
        return self.answer(await response.aread()) if self.number == self.at else response


async def work(org: Environment, name: str) -> None:
    journal = Journal(lambda _text: None)
    await (uninstall(org, release(), journal) if name == "uninstall" else install(org, release("1.1.0.0"), journal))


@pytest.mark.parametrize("name", ["install", "uninstall"])
@pytest.mark.parametrize(
    ("every", "kinds"),
    [
        pytest.param(False, list(ANSWERS), id="of each kind"),
        *(pytest.param(True, [kind], id=kind, marks=pytest.mark.full) for kind in ANSWERS),
    ],
)
async def test_no_answer_ends_in_anything_but_an_error_that_can_be_shown(
    name: str, choose: Choose, seed: int, *, every: bool, kinds: list[str]
) -> None:
    prepared = Run()
    await prepared.install(release("1.0.0.0"))
    prepared.local.seed_widget("Shop", cobrowse="another")
    usual = prepared.copy()
    async with usual.connected() as org:
        await work(org, name)
    calls = usual.network.calls
    for place, kind in crossed(choose(calls), kinds, every=every, seed=seed):
        between = Between(prepared.copy(), place + 1, ANSWERS[kind])
        async with connect(URL, transport=between, sleep=at_once) as org:
            try:
                await work(org, name)
            except (WebApiError, KitError) as error:
                assert len(str(error)) < 5000, calls[place]  # noqa: PT017 - some answers do no harm
        assert between.number > place


async def test_every_list_is_read_to_its_last_page(monkeypatch: pytest.MonkeyPatch) -> None:
    usual, paged = Run(), Run()
    for run in (usual, paged):
        if run is paged:
            monkeypatch.setattr("cotab_kit.emulator.query.MAX_PAGE", 1)
        for name in ("Desk", "Shop"):
            run.local.seed_widget(name, cobrowse="Contoso Assist")
        before = run.snapshot()
        await run.install(release())
        verdict = await run.verify(release())
        assert verdict.complete
        assert len([item for item in verdict.items if item.title.startswith("chat widget")]) == 2
        await run.uninstall(release(), keep_widgets=True)
        assert run.snapshot() == before
    assert len(paged.network.calls) > len(usual.network.calls) + 20


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ("https://evil.example/api/data/v9.2/things", "round in a circle"),  # only the path counts
        ("https://contoso.crm.dynamics.com/api/data/v8.0/things?x=1", "address that is not understood"),
        ("nonsense", "address that is not understood"),
        (["x"], "address that is not understood"),
    ],
)
async def test_pages_lead_nowhere_else_and_come_to_an_end(link: object, said: str) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return httpx.Response(200, json={"value": [], "@odata.nextLink": link})

    async with connect(URL, transport=httpx.MockTransport(answer)) as org:
        with pytest.raises(WebApiError, match=said):
            await rows_of(org.api, "things", "Looking")
    assert set(asked) == {"127.0.0.1"}


class Signed:
    """Tokens for an org whose answers are made up here."""

    async def token(self) -> str:
        return SECRET

    async def renewed(self, refused: str) -> str:
        return refused


@pytest.fixture
def signed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cotab_kit.deploy.client.AzureTokens", lambda *_: Signed())


@pytest.mark.usefixtures("signed")
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_token_follows_no_redirection(status: int) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return httpx.Response(status, headers={"Location": "https://evil.example/"})

    async with connect(HTTPS, transport=httpx.MockTransport(answer), sleep=at_once) as org:
        with pytest.raises(WebApiError, match=str(status)):
            await call(org.api, "GET", "WhoAmI", "Trying")
    assert set(asked) == {"contoso.crm.dynamics.com"}


@pytest.mark.usefixtures("signed")
@pytest.mark.parametrize("status", [0, 200, 400, 401, 403, 404, 412, 429, 500])
async def test_no_error_shows_the_token_and_waiting_is_told(status: int) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if not status:
            raise httpx.ConnectError("no route", request=request)
        return httpx.Response(status, text="<html>")

    said: list[str] = []
    async with connect(HTTPS, transport=httpx.MockTransport(answer), sleep=at_once, emit=said.append) as org:
        with pytest.raises(WebApiError) as failed:
            await rows_of(org.api, "things", "Looking")
    errors = [failed.value, failed.value.__cause__, getattr(failed.value.__cause__, "__cause__", None)]
    assert not [error for error in errors if SECRET in f"{error!r} {error} {getattr(error, '__notes__', '')}"]
    assert said[0] == "The org is busy or does not answer; trying again in 1 s"


def test_the_time_of_day_is_as_good_as_seconds() -> None:
    soon = datetime.now(UTC) + timedelta(seconds=100)
    assert 90 < float(in_seconds(format_datetime(soon, usegmt=True))) <= 100
    assert 90 < float(in_seconds(soon.strftime("%a, %d %b %Y %H:%M:%S"))) <= 100
    assert float(in_seconds("Wed, 21 Oct 2015 07:28:00 GMT")) < 0
    unchanged = ["17", "soon", "", "nan", "Wed, 99 Oct 2099 07:28:00 GMT", "Wed, 21 Oct 99999999999 07:28:00 GMT"]
    assert [in_seconds(text) for text in unchanged] == unchanged


@pytest.mark.parametrize(
    ("value", "waits"),
    [(None, 1), ("0", 1), ("-5", 1), ("nan", 1), ("inf", 300), ("1e9", 300), ("Wed, 21 Oct 2015 07:28:00 GMT", 1)],
)
async def test_a_time_to_wait_that_makes_no_sense_is_replaced(value: str | None, waits: float) -> None:
    headers = {} if value is None else {"Retry-After": value}
    answers = iter([httpx.Response(429, headers=headers), httpx.Response(200, json={})])
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    async with connect(URL, transport=httpx.MockTransport(lambda _: next(answers)), sleep=sleep) as org:
        await call(org.api, "GET", "WhoAmI", "Trying")
    assert sum(waited) == waits
