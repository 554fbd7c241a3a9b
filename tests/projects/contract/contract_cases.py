"""The cases of the contract: each is an adapter, and what a test does with it and must see.

`run` gets a `Driver`: one is the stand-in of host tests, another the page in a browser.
An adapter looks for itself with `same`; what it finds wrong fails its session, and so the test.
"""

from __future__ import annotations

import asyncio
from typing import Any

from contract_driver import Driver

from cotab import (
    EmbeddedViewer,
    HttpAnswer,
    HttpError,
    Invitation,
    JsError,
    JsObject,
    OpenedWindow,
    Provider,
    ProviderError,
    ProviderTimeoutError,
)
from cotab.http import HttpRequest

CASES: dict[str, type[Case]] = {}
VIEWER = "https://viewer.example/agent"
SERVICE = "https://service.example/"


def same(found: object, wanted: object) -> None:
    """Fail the session if it is not."""
    if found != wanted:
        raise AssertionError(f"{found!r} is not {wanted!r}")


def holds(found: object) -> None:
    """Fail the session if it does not."""
    if not found:
        raise AssertionError("what must hold does not")


class Case(Provider):
    """A session of the SDK. `errors` are on the console when all is right, `warnings` in the log."""

    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    session: JsObject

    def __init_subclass__(cls) -> None:
        """Note the case."""
        CASES[cls.__name__] = cls

    @staticmethod
    def run(tab: Driver) -> None:
        """Do what is to be done, and look."""
        raise NotImplementedError

    @staticmethod
    def answer(request: HttpRequest) -> HttpAnswer:
        """Answer as the vendor's service."""
        raise NotImplementedError

    async def start(self) -> Invitation:
        """Open the SDK's session."""
        sdk = await self.tab.sdk.load("assets/sdk.js", "ContractSdk")
        self.session = await sdk.call("open")
        await self.opened()
        return Invitation(session_id=self.session["id"], pin="123456")

    async def resume(self, session_id: str) -> Invitation:
        """Open it again."""
        same(session_id, "s-1")
        return await self.start()

    async def opened(self) -> None:
        """Do what the case is about."""

    async def end(self) -> None:
        """End the SDK's session."""
        await self.session.call("end")


# --- JavaScript, as an adapter has it ---


class AnObjectIsReadInManyWays(Case):
    async def opened(self) -> None:
        session = self.session
        for name in ("room", "person"):
            holds(isinstance(session.get(name), JsObject))
        others: list[object] = [session.get("id"), session.get("tags"), session.get("nothing"), {}]
        holds(not any(isinstance(data, JsObject) for data in others))
        same(session["id"], session.get("id"))
        same(("room" in session, "attic" in session, 1 in session), (True, False, False))
        same((session.get("missing"), session.get("missing", 5), session.get("nothing", 5)), (None, 5, None))
        person = session["person"]
        same((person["name"], person.call("wave"), list(person)), ("Casey", "hello", ["name", "wave"]))
        same(sorted(dict(person)), ["name", "wave"])
        try:
            person["age"]
        except KeyError as error:
            same(error.args, ("age",))
        else:
            raise AssertionError("a member that is not there was read")
        same(repr(person), "<JsObject Object {name, wave}>")
        same(f"{person}", repr(person))
        holds("function" in repr(person["wave"]))
        holds(bool(person))

    @staticmethod
    def run(tab: Driver) -> None:
        tab.expect("inviting")


class ValuesCross(Case):
    async def opened(self) -> None:
        session = self.session
        same(session.get("tags"), ["a", {"n": 1, "none": None}])
        same((session.call("add", 1), session.call("add", 1, None), session.call("add", 1, 2)), (11, 11, 3))
        same(await session.call("later", {"a": (1, None), "b": {"c": True}}), {"a": [1, None], "b": {"c": True}})
        values: list[object] = ["text", 1, 1.5, True, [1], (1,), {}, len, session]
        kinds = [session.call("typeOf", value) for value in values]
        same(kinds, ["string", "number", "number", "boolean", "array", "array", "object", "function", "object"])
        same(session.call("typeOf", Invitation(session_id="s", pin="1")), "object")
        for refused in (object(), self.tab):
            try:
                session.call("typeOf", refused)
            except TypeError as error:
                holds("JavaScript has nothing like a" in str(error))
            else:
                raise AssertionError(f"{refused!r} went to JavaScript")

    @staticmethod
    def run(tab: Driver) -> None:
        tab.expect("inviting")


class ErrorsArrive(Case):
    async def opened(self) -> None:
        session = self.session
        for method, name, reason, thrown in (
            ("refuse", "RangeError", "too far", None),
            ("reject", "Error", None, {"code": "NO_SEATS"}),
            ("rejectWithError", "Error", "busy", 429),
            ("missing", "TypeError", "there is no method missing()", None),
        ):
            try:
                result = session.call(method)
                await result
            except JsError as error:
                same(error.name, name)
                same(error.reason, reason or error.reason)
                found = error.thrown.get("status") if isinstance(error.thrown, JsObject) else error.thrown
                same(found, thrown)
            else:
                raise AssertionError(f"{method} was not refused")

    @staticmethod
    def run(tab: Driver) -> None:
        tab.expect("inviting")


class FunctionsAreCalled(Case):
    async def opened(self) -> None:
        heard: list[object] = []

        def on_ready(value: object) -> int:
            heard.append(value)
            return len(heard)

        same(self.session.call("run", {"onReady": on_ready}), 1)
        same(heard, [{"deep": [1]}])
        same(await self.session.call("runLater", {"token": self.token}), {"got": "token for x"})

    async def token(self, name: str) -> str:
        return f"token for {name}"

    @staticmethod
    def run(tab: Driver) -> None:
        tab.expect("inviting")


class APromiseThatNobodyAwaitsIsOnlyLogged(Case):
    errors = ("NO_SEATS",)

    async def opened(self) -> None:
        self.session.call("reject")
        self.session.subscribe("look", self.tab.report.connected)

    @staticmethod
    def run(tab: Driver) -> None:
        tab.expect("inviting")
        tab.wait_for_log("NO_SEATS")
        tab.happen("look")
        tab.expect("connected")


# --- any exception ends the session ---


class AHandlerFails(Case):
    errors = ("out of seats",)

    async def opened(self) -> None:
        self.session.subscribe("joined", self.joined)

    def joined(self) -> None:
        self.tab.report.connected()
        raise ProviderError("out of seats", code="CONTRACT_SEATS")

    @staticmethod
    def run(tab: Driver) -> None:
        tab.expect("inviting")
        tab.happen("joined")
        tab.expect("failed")
        assert (tab.text("error-code"), tab.text("error-detail")) == ("CONTRACT_SEATS", "out of seats")
        assert tab.events == ["CobrowseConnectedEvent", "CobrowseEndedEvent"]


class ACoroutineHandlerFails(AHandlerFails):
    errors = ("out of seats",)

    async def joined(self) -> None:  # type: ignore[override]
        self.tab.report.connected()
        await self.session.call("later", 1)
        raise ProviderError("out of seats", code="CONTRACT_SEATS")


class AHandlerOfAnObjectInsideFails(Case):
    errors = ("ZeroDivisionError",)

    async def opened(self) -> None:
        self.session.get("room").subscribe("lit", lambda: 1 / 0)

    @staticmethod
    def run(tab: Driver) -> None:
        tab.expect("inviting")
        tab.happen("lit", of="room")
        tab.expect("failed")
        assert tab.text("error-code") == "PROVIDER_FAILED"


class AFunctionThatWasPassedFails(Case):
    errors = ("no token",)

    async def opened(self) -> None:
        self.session.subscribe("ask", self.ask)

    def ask(self) -> None:
        self.session.call("runLater", {"token": self.token})

    async def token(self, name: str) -> str:
        raise ProviderError(f"no token for {name}")

    @staticmethod
    def run(tab: Driver) -> None:
        tab.expect("inviting")
        tab.happen("ask")
        tab.expect("failed")
        assert tab.text("error-detail") == "no token for x"


class ASpawnedTaskFails(Case):
    errors = ("the socket is gone",)

    async def opened(self) -> None:
        self.session.subscribe("joined", lambda: self.tab.spawn(self.listen()))

    async def listen(self) -> None:
        await self.session.call("later", 1)
        raise ConnectionError("the socket is gone")

    @staticmethod
    def run(tab: Driver) -> None:
        tab.expect("inviting")
        tab.happen("joined")
        tab.expect("failed")
        assert tab.text("error-detail") == "ConnectionError: the socket is gone"


class ATaskOfItsOwnFails(ASpawnedTaskFails):
    errors = ("the socket is gone",)

    async def opened(self) -> None:
        self.session.subscribe("joined", self.joined)

    def joined(self) -> None:
        self.task = asyncio.ensure_future(self.listen())  # kept, so that it is never collected


class ALaterCallFails(Case):
    errors = ("too late",)

    async def opened(self) -> None:
        self.session.subscribe("joined", self.joined)

    def joined(self) -> None:
        asyncio.get_running_loop().call_later(0.01, self.fail)

    def fail(self) -> None:
        raise ProviderError("too late")

    @staticmethod
    def run(tab: Driver) -> None:
        tab.expect("inviting")
        tab.happen("joined")
        tab.expect("failed")
        assert tab.text("error-detail") == "too late"


class ATaskThatIsAwaitedMayFail(Case):
    async def opened(self) -> None:
        for later in (0.0, 0.1):
            task = asyncio.ensure_future(self.refused())
            await asyncio.sleep(later)
            try:
                await task
            except ProviderError as error:
                same(str(error), "handled")
            else:
                raise AssertionError("nothing was raised")

    async def refused(self) -> None:
        raise ProviderError("handled")

    @staticmethod
    def run(tab: Driver) -> None:
        tab.expect("inviting")


class WhatIsSpawnedEndsWithTheSession(Case):
    async def opened(self) -> None:
        self.polls = 0
        self.polled = asyncio.Event()
        self.tasks = [self.tab.spawn(self.forever()), self.tab.poll(self.poll, seconds=0.01)]
        same(await self.tab.spawn(self.session.call("later", 7)), 7)
        await self.polled.wait()

    async def forever(self) -> None:
        await self.session.call("never")

    def poll(self) -> None:
        self.polls += 1
        if self.polls > 2:  # again and again
            self.polled.set()

    async def end(self) -> None:
        await asyncio.wait(self.tasks)
        same([task.cancelled() for task in self.tasks], [True, True])
        print("all is over")  # noqa: T201 - the log is what the test reads

    @staticmethod
    def run(tab: Driver) -> None:
        tab.expect("inviting")
        tab.press("end-session")
        tab.expect("ended")
        tab.wait_for_log("all is over")


# --- time ---


class AHandlerHasATimeLimit(Case):
    errors = ("ProviderTimeoutError",)

    async def opened(self) -> None:
        self.session.subscribe("joined", self.joined, timeout=0.2)

    async def joined(self) -> None:
        await self.session.call("never")

    @staticmethod
    def run(tab: Driver) -> None:
        tab.expect("inviting")
        tab.happen("joined")
        tab.expect("failed")
        assert tab.text("error-code") == "PROVIDER_TIMEOUT"
        assert tab.text("error-detail").endswith("joined() was not done within 0.2 seconds")


class WhatHangsIsTold(Case):
    warnings = ("WhatHangsIsTold.joined() is at work for", "not report.connected(): the agent still waits")

    async def opened(self) -> None:
        self.session.subscribe("joined", self.joined)

    async def joined(self) -> None:
        self.tab.report.participants(["Casey"])
        await self.session.call("never")

    @staticmethod
    def run(tab: Driver) -> None:
        tab.expect("inviting")
        tab.happen("joined")
        for warning in WhatHangsIsTold.warnings:
            tab.wait_for_log(warning)
        tab.expect("inviting")


# --- the stage ---


class TheStageIsAttached(Case):
    async def opened(self) -> None:
        self.attached = 0
        same(self.session["shown"], 0)
        self.session.subscribe("look", self.look)

    async def attach(self, stage: JsObject) -> None:
        holds(isinstance(stage, JsObject))
        self.session.call("show", stage)
        await self.session.call("later", 1)
        self.attached += 1

    def look(self) -> None:
        same((self.attached, self.session["shown"]), (1, 1))
        self.tab.report.connected()

    def detach(self) -> None:
        same(self.session["shown"], 1)
        print("detached")  # noqa: T201 - the log is what the test reads

    @staticmethod
    def run(tab: Driver) -> None:
        tab.expect("inviting")
        tab.wait_for(lambda: tab.sdk("shown") == 1)
        tab.happen("look")
        tab.expect("connected")
        tab.press("end-session")
        tab.expect("ended")
        tab.wait_for_log("detached")


class TheStageIsAttachedAgainAfterAReload(Case):
    def attach(self, stage: JsObject) -> None:
        self.tab.report.connected()
        self.session.call("show", stage)

    @staticmethod
    def run(tab: Driver) -> None:
        tab.expect("connected")
        tab.reload()
        tab.expect("connected")
        assert tab.events[-1] == "CobrowseConnectedEvent"
        assert tab.sdk("shown") >= 1


class TheStageCanBeHadBeforeThereIsASession(Case):
    viewer: EmbeddedViewer

    def attach(self, stage: JsObject) -> None:
        self.viewer = self.tab.embed(stage, VIEWER, self.heard, title="Contoso", allow="fullscreen")

    async def start(self) -> Invitation:
        self.said: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        await self.tab.show_stage()
        holds(isinstance(self.viewer.frame, JsObject))
        same((self.viewer.frame.get("title"), self.viewer.frame.get("allow")), ("Contoso", "fullscreen"))
        said = await self.said
        self.viewer.post({"open": said["id"]})
        return Invitation(session_id=said["id"], pin="123456")

    def heard(self, message: dict[str, Any]) -> None:
        if not self.said.done():
            self.said.set_result(message)
        elif message["type"] == "joined":
            self.tab.report.connected()

    async def end(self) -> None:
        self.viewer.close()

    @staticmethod
    def run(tab: Driver) -> None:
        tab.expect("starting")
        tab.viewer_says({"id": "v-1"})
        tab.expect("inviting")
        tab.wait_for(lambda: tab.viewer_heard() == [{"open": "v-1"}])
        tab.viewer_says({"type": "joined"})
        tab.expect("connected")
        tab.press("end-session")
        tab.expect("ended")


# --- the agent's side ---


class TheCustomerIsAsked(Case):
    async def opened(self) -> None:
        for event in ("asking", "declined", "connected"):
            self.session.subscribe(event, getattr(self.tab.report, event))

    @staticmethod
    def run(tab: Driver) -> None:
        for event, state, text in (
            ("", "inviting", "Waiting for the customer"),
            ("declined", "inviting", "Waiting for the customer"),
            ("asking", "asking", "The customer is being asked…"),
            ("declined", "inviting", "Waiting for the customer"),
            ("asking", "asking", "The customer is being asked…"),
            ("connected", "connected", "Connected"),
            ("asking", "connected", "Connected"),
        ):
            if event:
                tab.happen(event)
            tab.expect(state)
            assert tab.text("state") == text
            assert tab.shown("invitation")
        assert tab.events == ["CobrowseConnectedEvent"]


class ButtonsAndLinksOfItsOwn(Case):
    async def opened(self) -> None:
        self.presses = 0
        self.done = asyncio.Event()
        self.console = self.tab.button("console", "Open console", self.pressed)
        self.tab.link("help", "Help", "https://contoso.example/help")
        self.session.subscribe("done", self.done.set)

    async def pressed(self) -> None:
        self.presses += 1
        self.console.show(f"Pressed {self.presses}")
        await self.done.wait()
        self.console.hide()

    @staticmethod
    def run(tab: Driver) -> None:
        tab.expect("inviting")
        assert (tab.text("own-console"), tab.text("own-help")) == ("Open console", "Help")
        assert tab.attribute("own-help", "href") == "https://contoso.example/help"
        assert tab.attribute("own-help", "rel") == "noopener noreferrer"
        tab.press("own-console")
        tab.wait_for(lambda: tab.text("own-console") == "Pressed 1")
        assert tab.attribute("own-console", "aria-disabled") == "true"
        tab.press("own-console")
        tab.happen("done")
        tab.wait_for(lambda: not tab.shown("own-console"))
        assert tab.text("own-console") == "Pressed 1"
        tab.press("end-session")
        tab.expect("ended")
        tab.wait_for(lambda: not tab.there("own-help"))


class AButtonFails(Case):
    errors = ("pressed in vain",)

    async def opened(self) -> None:
        self.tab.button("console", "Open console", self.pressed)

    async def pressed(self) -> None:
        raise ProviderError("pressed in vain")

    @staticmethod
    def run(tab: Driver) -> None:
        tab.expect("inviting")
        tab.press("own-console")
        tab.expect("failed")
        assert tab.text("error-detail") == "pressed in vain"


class AWindowIsOpened(Case):
    window: OpenedWindow

    async def opened(self) -> None:
        self.tab.button("sign-in", "Sign in", self.sign_in)

    def sign_in(self) -> None:
        self.window = self.tab.open_window(VIEWER, self.heard)

    def heard(self, message: dict[str, Any]) -> None:
        same(message, {"token": "t-1"})
        holds(not self.window.closed)
        self.window.close()
        self.tab.report.connected()

    @staticmethod
    def run(tab: Driver) -> None:
        tab.expect("inviting")
        tab.press("own-sign-in")
        tab.window_says({"token": "t-1"})
        tab.expect("connected")


class AnInvitationInItsOwnWords(Case):
    async def start(self) -> Invitation:
        text = {"fr": "Code {pin}", "en": "Visit {link}, code {pin}"}
        return Invitation(session_id="s-1", pin="42", link="https://join.example/s", text=text)

    async def end(self) -> None:
        pass

    @staticmethod
    def run(tab: Driver) -> None:
        tab.expect("inviting")
        tab.press("send-invitation")
        tab.wait_for(lambda: tab.messages == ["Visit https://join.example/s, code 42"])


class TheAgentIsKnown(Case):
    async def opened(self) -> None:
        agent = await self.tab.agent()
        same((agent.name, agent.roles), ("Local agent", ("Omnichannel agent",)))
        same((bool(agent.id), "{" in agent.id), (True, False))
        same((agent.email or "").partition("@")[2], "org.example")

    @staticmethod
    def run(tab: Driver) -> None:
        tab.expect("inviting")


# --- the vendor's service ---


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
                same((error.status, words in str(error)), (status, True))
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
