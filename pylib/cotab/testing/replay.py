"""Replay what a log has recorded of an SDK and a service (cotab/_tab/recorder.py) against an adapter on the host.

The adapter runs as it is now. What it asks of them is answered as it was then, and what the SDK did by itself happens
again, in the same order: events, calls of the adapter's functions, promises that are kept, presses of buttons.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from cotab._js.interface import JsObject, JsValue
from cotab._tab.app import App
from cotab._tab.recorder import address_of
from cotab._tab.runner import ProviderFactory
from cotab._tasks import Tasks
from cotab.errors import HttpError, JsError
from cotab.http import HttpAnswer, HttpRequest
from cotab.modes import EscalationMode
from cotab.provider import Invitation
from cotab.testing import FakeBrowser, FakeScope
from cotab.testing.objects import FakeObject, FakeSubscription

__all__ = ["Replay", "entries_of"]

Entry = dict[str, Any]

LINE = re.compile(r"^(?:\S+ )?sdk (\{.*\})\s*$", re.MULTILINE)
PATIENCE_SECONDS = 1.0  # for the adapter to do what it did then
# What the adapter does; everything else comes from outside.
ASKED = ("load", "element", "get", "set", "call", "new", "on", "fetch")


def entries_of(log: str) -> list[Entry]:
    """Read the last session that a log tells of from its beginning. Raises ValueError if there is none."""
    entries = [json.loads(match[1]) for match in LINE.finditer(log)]
    begins = [at for at, entry in enumerate(entries) if "open" in entry]
    if not begins:
        raise ValueError("the log has no recorded session: copy it with the button at the foot of the tab")
    return entries[begins[-1] :]


class Replay:
    """The replay of one session. `differences` says what was not as it was then, `told` what happened."""

    def __init__(self, entries: Sequence[Entry], factory: ProviderFactory) -> None:
        self._entries, self._factory = entries, factory
        self.differences: list[str] = []
        self.told: list[str] = []
        self.objects: dict[int, ReplayedObject] = {}
        self.functions: dict[int, Callable[..., object]] = {}
        self.promises: dict[int, asyncio.Future[JsValue]] = {}
        self.due = asyncio.Event()  # something is waited for that a poll may do
        self._fetched: dict[str, dict[str, JsValue]] = {}
        self._done: set[int] = set()
        self._expected: dict[tuple[str, Any, Any], deque[int]] = defaultdict(deque)
        for at, entry in enumerate(entries):
            if key := _key(entry):
                self._expected[key].append(at)
        self.browser = _Browser(self, **_circumstances(entries[0]))

    async def run(self) -> None:
        """Replay everything; what the adapter raises is in `browser.errors`."""
        opening = asyncio.create_task(App(self.browser, self._factory).run())
        for at, entry in enumerate(self._entries[1:], start=1):
            if any(kind in entry for kind in ASKED):
                await self._wait(lambda at=at: at in self._done, f"the adapter did not {_words(entry)}")  # type: ignore[misc]
            else:
                self._happen(entry)
                await self._check(entry)
        for promise in list(self.promises.values()):
            promise.cancel()
        opening.cancel()
        await asyncio.gather(opening, return_exceptions=True)

    @property
    def state(self) -> str:
        """The state that the agent sees."""
        return str(self.browser.elements.get("tab", {}).get("data-state", "starting"))

    def answer(self, kind: str, of: object, name: object, given: Sequence[JsValue] = ()) -> JsValue:
        """Answer the adapter as then. Raises JsError for what it did not ask then."""
        expected = self._expected[kind, of, name]
        if not expected and self.state in ("ended", "failed"):
            return self._nothing(kind)  # how a session ends otherwise is told already
        if not expected:
            self.differences.append(f"the adapter did {kind} {name or ''}, which it did not then".replace("  ", " "))
            raise JsError(f"the log does not have an answer to {kind} {name or ''}")
        at = expected.popleft()
        self._done.add(at)
        entry = self._entries[at]
        self._take_functions(entry.get("given", ()), given)
        if "later" in entry:
            promise = self.promises[entry["later"]] = asyncio.get_running_loop().create_future()
            return promise
        return self._result(entry)

    async def fetched(self, asked: str) -> HttpAnswer:
        """Answer a call of the service as then, one that is not in the log as the last one to that address."""
        key = ("fetch", None, asked)
        over = asked in self._fetched and not self._expected[key]
        try:
            got = self._fetched[asked] if over else await self.answer(*key) or {"status": HTTPStatus.NO_CONTENT}
        except JsError as error:
            raise HttpError(str(error)) from error
        self._fetched[asked] = got
        text = json.dumps(got["json"]) if "json" in got else got.get("text", "")
        return HttpAnswer(got["status"], text, {"retry-after": "0"})  # a replay does not wait

    def _nothing(self, kind: str) -> JsValue:
        """Return what an SDK answers that has nothing more to say."""
        answer = asyncio.get_running_loop().create_future()
        answer.set_result(None)
        return answer if kind in ("call", "fetch") else None

    def has(self, of: int, name: object) -> bool:
        """Return whether there is an answer to reading a member."""
        return bool(self._expected["get", of, name])

    def subscribed(self, of: int, event: str, handler: Callable[..., object]) -> None:
        """Take note of a handler."""
        expected = self._expected["on", of, event]
        if not expected:
            self.differences.append(f"the adapter subscribed to {event}, which it did not then")
            return
        at = expected.popleft()
        self._done.add(at)
        self.functions[self._entries[at]["fn"]] = handler

    def _result(self, entry: Entry) -> JsValue:
        if "threw" in entry:
            threw = entry["threw"]
            raise JsError(threw["message"], name=threw["name"], reason=threw["reason"])
        return self.value(entry.get("got"))

    def value(self, written: JsValue) -> JsValue:
        """Read a value of the log: its objects are those that were there then."""
        if isinstance(written, list):
            return [self.value(each) for each in written]
        if not isinstance(written, dict):
            return written
        if "$" in written:
            return self.objects.setdefault(written["$"], ReplayedObject(self, written["$"]))
        return {name: self.value(each) for name, each in written.items()}

    def _take_functions(self, written: JsValue, given: JsValue) -> None:
        """Find the adapter's functions where they were among the arguments then."""
        if isinstance(written, dict) and "$fn" in written:
            if callable(given):
                self.functions[written["$fn"]] = given
        elif isinstance(written, dict) and isinstance(given, Mapping):
            for name, each in written.items():
                self._take_functions(each, given.get(name))
        elif isinstance(written, list) and isinstance(given, Sequence):
            for each, other in zip(written, given, strict=False):
                self._take_functions(each, other)

    def _happen(self, entry: Entry) -> None:
        """Let something happen that came from outside."""
        match entry:
            case {"called": number, "given": given}:
                if number in self.functions:
                    self._call(self.functions[number], self.value(given))
            case {"settled": number}:
                self._settle(number, entry)
            case {"click": button} if button in self.browser.clicks:
                self.told.append(f"the agent pressed {button}")
                self.browser.clicks[button]()
            case {"left_out": kinds}:
                self.differences.append(f"an entry was too long to be recorded: {', '.join(kinds)}")

    def _call(self, function: Callable[..., object], arguments: list[JsValue]) -> None:
        subscription = FakeSubscription(FakeObject(), "", function)
        subscription._scope = self.browser.scopes[-1]  # noqa: SLF001 - what a handler raises ends the session
        subscription.deliver(tuple(arguments))

    def _settle(self, number: int, entry: Entry) -> None:
        promise = self.promises.pop(number, None)
        if promise is None or promise.done():
            return
        try:
            promise.set_result(self._result(entry))
        except JsError as error:
            promise.set_exception(error)

    async def _check(self, entry: Entry) -> None:
        """Wait until the session is in the state in which it was."""
        if "state" in entry:
            await self._wait(lambda: self.state == entry["state"], f"the session was not {entry['state']}")
            self.told.append(f"the session is {self.state}")

    async def _wait(self, condition: Callable[[], bool], otherwise: str) -> None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + (PATIENCE_SECONDS if not self.differences else 0.05)
        while not condition():
            if loop.time() > deadline:
                self.differences.append(f"{otherwise}: it is {self.state}")
                return
            self.due.set()
            await asyncio.sleep(0)


class ReplayedObject(FakeObject):
    """An object of the SDK that answers as it did then."""

    __slots__ = ("number", "replay")

    def __init__(self, replay: Replay, number: int) -> None:
        super().__init__()
        self.replay, self.number = replay, number

    @property
    def js_object(self) -> JsValue:
        """Nothing: the log does not say which objects are the same, so all of them are."""
        return None

    def get(self, name: str, default: JsValue = None) -> JsValue:
        """See JsObject."""
        found = self.replay.answer("get", self.number, name)
        return default if found is None else found

    def __contains__(self, name: object) -> bool:
        """Return whether the adapter has read it then."""
        return self.replay.has(self.number, name)

    def set(self, name: str, value: JsValue) -> None:
        """See JsObject."""
        self.replay.answer("set", self.number, name, [value])

    def call(self, method: str, *arguments: JsValue) -> JsValue:
        """See JsObject."""
        return self.replay.answer("call", self.number, method, arguments)

    def new(self, *arguments: JsValue) -> JsObject:
        """See JsObject."""
        made: JsObject = self.replay.answer("new", self.number, None, arguments)
        return made

    def subscribe(self, event: str, handler: Callable[..., object], **_options: Any) -> FakeSubscription:  # noqa: ANN401 - the object's
        """See JsObject."""
        self.replay.subscribed(self.number, event, handler)
        return FakeSubscription(self, event, handler)


class _Tasks(Tasks):
    """The tasks of the replayed session: a poll comes when it came then."""

    replay: Replay

    async def pause(self, seconds: float) -> None:  # noqa: ARG002 - see Tasks
        """See Tasks."""
        self.replay.due.clear()
        await self.replay.due.wait()


class _Scope(FakeScope):
    """The scope of the replayed session."""

    def __init__(self, replay: Replay, browser: FakeBrowser, tasks: Tasks) -> None:
        super().__init__(browser, tasks)
        self._replay = replay

    async def load(self, url: str, name: str, *, integrity: str | None = None) -> JsObject:  # noqa: ARG002 - see SdkLoader
        """See SdkLoader."""
        sdk: JsObject = self._replay.answer("load", None, name)
        return sdk

    async def load_module(self, url: str) -> JsObject:
        """See SdkLoader."""
        sdk: JsObject = self._replay.answer("load", None, url)
        return sdk

    async def load_package(self, name: str) -> JsObject:
        """See SdkLoader."""
        sdk: JsObject = self._replay.answer("load", None, name)
        return sdk

    def element(self, element_id: str) -> JsObject:
        """See Scope."""
        if not self._replay._expected["element", None, element_id]:  # noqa: SLF001 - one thing in two classes
            return super().element(element_id)  # the log was copied before the session let it go
        found: JsObject = self._replay.answer("element", None, element_id)
        return found


class _Browser(FakeBrowser):
    """The page of the replayed session."""

    def __init__(self, replay: Replay, **circumstances: Any) -> None:  # noqa: ANN401 - see FakeBrowser
        super().__init__(**circumstances)
        self._replay = replay

    def scope(self, on_error: Callable[[BaseException], None]) -> FakeScope:
        """See Browser."""
        tasks = _Tasks(on_error, self.warn, self.page.provider_timeout_seconds)
        tasks.replay = self._replay
        self.scopes.append(_Scope(self._replay, self, tasks))
        return self.scopes[-1]

    async def fetch(self, request: HttpRequest) -> HttpAnswer:
        """See Browser."""
        of_the_org = request.url.startswith(str(self.web_api_base()))
        return await (super().fetch(request) if of_the_org else self._replay.fetched(address_of(request)))


def _key(entry: Entry) -> tuple[str, Any, Any] | None:
    """Return by what an entry is found when the adapter does the same."""
    for kind in ASKED:
        if kind in entry:
            return (kind, entry["new"], None) if kind == "new" else (kind, entry.get("of"), entry[kind])
    return None


def _words(entry: Entry) -> str:
    kind, _, name = _key(entry) or ("", None, "")
    return f"{kind} {name or ''}".strip()


def _circumstances(opening: Entry) -> dict[str, Any]:
    """Return what FakeBrowser needs to be opened as the tab was."""
    data, resumed = opening["data"], opening.get("resumed")
    mode = EscalationMode(opening["open"])
    given: dict[str, Any] = {
        "query": f"?data={quote(json.dumps(data))}",
        "mode": mode,
        "settings": opening.get("settings", {}),
    }
    if resumed:
        folder = FakeBrowser().page.folder
        kept = Invitation(session_id=resumed, pin="-").model_dump_json()
        given["storage"] = {f"cotab:{folder}:{mode}:{data['conversationId']}": kept}
    return given
