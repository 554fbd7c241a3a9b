"""Cases of the contract: JavaScript, as an adapter has it."""

from __future__ import annotations

from contract_case import Case, holds, same
from contract_driver import Driver

from cotab import Invitation, JsError, JsObject


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
        same([await session.call("later", data) for data in (b"\x01", bytearray(b"\x02"))], [b"\x01", b"\x02"])
        same((await session.call("later", {session}))[0]["id"], "s-1")
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
                holds(isinstance(error.thrown, JsObject) == (method != "reject"))
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
        for answer in (self.itself, self.itself_inside):
            found = (await self.session.call("runLater", {"token": answer}))["got"]
            same((found["session"] if isinstance(found, dict) else found)["id"], "s-1")
        same(self.session["add"](1, 2), 3)
        same(self.session["person"]["wave"](), "hello")
        try:
            self.session["room"]()
        except JsError as error:
            same(error.name, "TypeError")
        else:
            raise AssertionError("what is no function was called")

    async def token(self, name: str) -> str:
        return f"token for {name}"

    async def itself(self, _name: str) -> JsObject:
        return self.session

    async def itself_inside(self, _name: str) -> dict[str, JsObject]:
        return {"session": self.session}

    @staticmethod
    def run(tab: Driver) -> None:
        tab.expect("inviting")


class AModuleIsLoaded(Case):
    errors = ("SdkNotLoadedError", "status of 404")

    async def opened(self) -> None:
        more = await self.tab.sdk.load_module("assets/more.js")
        same((more["version"], await more.call("default", [1])), ("2", {"again": [1]}))
        name = "missing"  # where it stands in the call itself, the build refuses it
        await self.tab.sdk.load_module(f"assets/{name}.js")

    @staticmethod
    def run(tab: Driver) -> None:
        tab.expect("failed")
        assert tab.text("error-code") == "SDK_NOT_LOADED"


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
