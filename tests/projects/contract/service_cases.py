"""Cases of the contract: the vendor's service."""

from __future__ import annotations

import asyncio

from contract_case import SERVICE, Case, holds, same
from contract_driver import Driver

from cotab import HttpAnswer, HttpError, ProviderTimeoutError
from cotab._limits import NO_FUNCTION
from cotab.http import HttpRequest


class TheServiceIsCalled(Case):
    async def opened(self) -> None:
        http = self.tab.http
        answer = await http.post(f"{SERVICE}token", json={"agent": "a"}, headers={"x-key": "k"})
        same(
            (answer.status, answer.json, answer.headers["x-answer"]),
            (201, {"token": "t", "body": {"agent": "a"}}, "yes"),
        )
        same((await http.get(f"{SERVICE}empty")).json, None)
        same((await http.get(f"{SERVICE}busy")).json, {"attempt": 2})
        for path, status, words in (("missing", 404, "status 404: no such thing"), ("text", 200, "is not JSON")):
            try:
                same((await http.get(f"{SERVICE}{path}")).json, "never")
            except HttpError as error:
                same((error.status, words in str(error), f"{SERVICE}{path}" in str(error)), (status, True, True))
        try:
            await http.get(f"{SERVICE}always-busy", retries=0)
        except HttpError as error:
            same((error.status, error.answer.headers["retry-after"]), (503, "0"))

    @staticmethod
    def answer(request: HttpRequest) -> HttpAnswer:
        path = request.url.removeprefix(SERVICE)
        if path == "token":
            same((request.method, request.headers["x-key"]), ("POST", "k"))
            same(request.headers["content-type"], "application/json")
            answered = f'{{"token": "t", "body": {request.body}}}'
            return HttpAnswer(201, answered, {"x-answer": "yes"})
        if path == "busy":
            TheServiceIsCalled.attempts += 1
            first = TheServiceIsCalled.attempts % 2
            return HttpAnswer(429, "", {"retry-after": "0"}) if first else HttpAnswer(200, '{"attempt": 2}')
        answers = {
            "empty": HttpAnswer(204),
            "text": HttpAnswer(200, "<html>"),
            "always-busy": HttpAnswer(503, "", {"retry-after": "0"}),
        }
        return answers.get(path, HttpAnswer(404, "no such thing"))

    attempts = 0

    errors = ("status of 404", "status of 503", "status of 429")

    @staticmethod
    def run(tab: Driver) -> None:
        tab.expect("inviting")


class JsonIsCalledAsOfOtherLibraries(Case):
    errors = ("TypeError",)

    async def opened(self) -> None:
        (await self.tab.http.get(f"{SERVICE}token")).json()

    @staticmethod
    def answer(request: HttpRequest) -> HttpAnswer:
        return HttpAnswer(200, f'{{"asked": "{request.method}"}}')

    @staticmethod
    def run(tab: Driver) -> None:
        tab.expect("failed")
        place, _, said = tab.text("error-detail").partition(": ")
        assert ("service_cases.py:" in place, said) == (True, str(NO_FUNCTION))


class AServiceThatDoesNotAnswer(Case):
    async def opened(self) -> None:
        try:
            await self.tab.http.get(f"{SERVICE}never", timeout=0.3)
        except ProviderTimeoutError as error:
            same(str(error), f"GET {SERVICE}never: no answer within 0.3 seconds")
        else:
            raise AssertionError("there was an answer")
        self.call = asyncio.ensure_future(self.tab.http.get(f"{SERVICE}never"))

    async def end(self) -> None:
        self.tab.spawn(self.session.call("end"))  # too late for that: cancelled at once
        holds(not self.call.done())
        self.call.add_done_callback(self.look)

    def look(self, call: asyncio.Future[HttpAnswer]) -> None:
        print("aborted" if call.cancelled() else "goes on")  # noqa: T201 - the log is what the test reads

    @staticmethod
    def run(tab: Driver) -> None:
        tab.expect("inviting")
        tab.press("end-session")
        tab.expect("ended")
        tab.wait_for_log("aborted")
