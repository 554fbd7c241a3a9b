"""Writes what an adapter, its SDK and its service say to each other into the log: enough for `cotab replay`.

Each line is `sdk` and an entry as JSON. An object is written as {"$": number}, a function as {"$fn": number}. What is
secret by its name is hidden, and a long text is cut: a log goes to other people.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from inspect import isawaitable
from itertools import count
from typing import Any

from cotab._js.interface import JsObject, JsValue, Scope, Subscription, no_attribute
from cotab._limits import need_function
from cotab._tasks import PROMISE, name_of
from cotab.errors import HttpError, JsError
from cotab.http import Fetcher, HttpAnswer, HttpRequest

__all__ = ["RecordedFetcher", "RecordedScope", "Recorder", "address_of"]

HIDDEN = "(hidden)"
SECRET = re.compile(r"pin$|token|secret|passw|authoriz|jwt|cookie|credential|api_?key|mail|phone", re.IGNORECASE)
TOKEN = re.compile(r"ey[\w-]+\.[\w-]+\.[\w-]*|Bearer .*")
MAX_TEXT, MAX_ENTRY, MAX_DEPTH = 500, 4000, 8  # characters of a text, of an entry; levels of data


class Recorder:
    """The entries of one session; `note` takes a line of the log."""

    def __init__(self, note: Callable[[str], None]) -> None:
        self._note = note
        self._numbers = count(1)

    def number(self) -> int:
        """Return a number for an object, a function, a subscription or a promise."""
        return next(self._numbers)

    def write(self, **entry: object) -> None:
        """Write an entry. One that is too long to be kept is left out, and so is what was in it."""
        line = json.dumps({name: shown(value, name) for name, value in entry.items()}, ensure_ascii=False)
        self._note(f"sdk {line}" if len(line) <= MAX_ENTRY else f"sdk {json.dumps({'left_out': list(entry)})}")

    def wrap(self, value: JsValue) -> JsValue:
        """Have everything recorded that is done with the objects in a value."""
        if isinstance(value, list):
            return [self.wrap(each) for each in value]
        if isinstance(value, dict):
            return {name: self.wrap(each) for name, each in value.items()}
        return RecordedObject(value, self) if hasattr(value, "js_object") else value

    def unwrap(self, value: JsValue) -> JsValue:
        """Return what JavaScript gets of a value; calls of its functions are recorded."""
        if isinstance(value, RecordedObject):
            return value.inner
        if isinstance(value, list | tuple | set | frozenset):
            return [self.unwrap(each) for each in value]
        if isinstance(value, Mapping):
            return {name: self.unwrap(each) for name, each in value.items()}
        return self.function(value) if _is_function(value) else value

    def function(self, target: Callable[..., object]) -> _Function:
        """Return a function that records its calls and passes them on."""
        return _Function(self, target)


class _Function:
    """A function of the adapter's that JavaScript calls."""

    def __init__(self, recorder: Recorder, target: Callable[..., object]) -> None:
        self.number = recorder.number()
        self._recorder, self._target = recorder, target
        self.__qualname__ = name_of(target)

    def __call__(self, *arguments: JsValue) -> object:
        given = self._recorder.wrap(list(arguments))
        self._recorder.write(called=self.number, given=given)
        answer = self._target(*given)
        return self._later(answer) if isawaitable(answer) else self._recorder.unwrap(answer)

    async def _later(self, work: Awaitable[object]) -> object:
        return self._recorder.unwrap(await work)


class RecordedObject(JsObject):
    """A JavaScript object of which everything is recorded; see JsObject."""

    def __init__(self, inner: JsObject, recorder: Recorder) -> None:
        self.inner, self.number, self._recorder = inner, recorder.number(), recorder

    def __getattr__(self, name: str) -> JsValue:
        """Tell what to write instead, as the object itself does."""
        raise AttributeError(no_attribute(name))

    def __str__(self) -> str:
        """Write it as the object itself does."""
        return str(self.inner)

    @property
    def js_object(self) -> JsValue:
        """See JsObject."""
        return self.inner.js_object

    def __repr__(self) -> str:
        """Show it as the object itself does."""
        return repr(self.inner)

    def get(self, name: str, default: JsValue = None) -> JsValue:
        """See JsObject."""
        return self._recorded({"get": name, "of": self.number}, lambda: self.inner.get(name, default))

    def keys(self) -> Sequence[str]:
        """See JsObject."""
        return self.inner.keys()

    def __contains__(self, name: object) -> bool:
        """See JsObject."""
        return name in self.inner

    def set(self, name: str, value: JsValue) -> None:
        """See JsObject."""
        given = self._recorder.unwrap(value)
        self._recorder.write(set=name, of=self.number, given=[_secret(name, value if given is value else given)])
        self.inner.set(name, given)

    def call(self, method: str, *arguments: JsValue) -> JsValue:
        """See JsObject."""
        given = [self._recorder.unwrap(each) for each in arguments]
        entry = {"call": method, "of": self.number, "given": given}
        return self._recorded(entry, lambda: self.inner.call(method, *given))

    def new(self, *arguments: JsValue) -> JsObject:
        """See JsObject."""
        given = [self._recorder.unwrap(each) for each in arguments]
        made: JsObject = self._recorded({"new": self.number, "given": given}, lambda: self.inner.new(*given))
        return made

    def subscribe(self, event: str, handler: Callable[..., object], **options: Any) -> Subscription:  # noqa: ANN401 - the object's
        """See JsObject."""
        need_function(handler)
        heard = self._recorder.function(handler)
        self._recorder.write(on=event, of=self.number, fn=heard.number)
        return self.inner.subscribe(event, heard, **options)

    def _recorded(self, entry: dict[str, object], do: Callable[[], JsValue]) -> JsValue:
        """Do something, and write what came of it; of a promise, when it is settled."""
        try:
            result = do()
        except JsError as error:
            self._recorder.write(**entry, threw=_thrown(error))
            raise
        if isawaitable(result):
            number = self._recorder.number()
            self._recorder.write(**entry, later=number)
            return asyncio.get_running_loop().create_task(self._settled(number, result), name=f"{PROMISE}: {number}")
        wrapped = self._recorder.wrap(result)
        name = str(entry.get("get") or "")
        self._recorder.write(**entry, got=_secret(name, wrapped))
        return wrapped

    async def _settled(self, number: int, promise: Awaitable[JsValue]) -> JsValue:
        try:
            result = self._recorder.wrap(await promise)
        except JsError as error:
            self._recorder.write(settled=number, threw=_thrown(error))
            raise
        self._recorder.write(settled=number, got=result)
        return result


class RecordedScope:
    """A Scope whose objects are recorded. What else it has is the scope's own."""

    def __init__(self, inner: Scope, recorder: Recorder) -> None:
        self._inner, self._recorder = inner, recorder

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - the scope's
        return getattr(self._inner, name)

    async def load(self, url: str, name: str, *, integrity: str | None = None) -> JsObject:
        """See SdkLoader."""
        return self._loaded(await self._inner.load(url, name, integrity=integrity), url, name)

    async def load_module(self, url: str) -> JsObject:
        """See SdkLoader."""
        return self._loaded(await self._inner.load_module(url), url, url)

    async def load_package(self, name: str) -> JsObject:
        """See SdkLoader."""
        return self._loaded(await self._inner.load_package(name), name, name)

    def element(self, element_id: str) -> JsObject:
        """See Scope."""
        found = RecordedObject(self._inner.element(element_id), self._recorder)
        self._recorder.write(element=element_id, got=found)
        return found

    def dispose(self) -> None:
        """See Scope."""
        self._inner.dispose()

    def _loaded(self, sdk: JsObject, url: str, name: str) -> JsObject:
        found = RecordedObject(sdk, self._recorder)
        self._recorder.write(load=name, url=url, got=found)
        return found


class RecordedFetcher:
    """A Fetcher whose calls are recorded, but for their headers and what stands behind `?` in an address.

    A GET that brings the same as the last time is left out: a poll would push everything else out of the log.
    """

    def __init__(self, inner: Fetcher, recorder: Recorder) -> None:
        self._inner, self._recorder = inner, recorder
        self._last: dict[str, HttpAnswer] = {}

    async def fetch(self, request: HttpRequest) -> HttpAnswer:
        """See Fetcher."""
        last = self._last.pop(request.url, None) if request.method == "GET" else None
        number = self._recorder.number()
        asked = {"fetch": address_of(request), "sent": _body(request.body or ""), "later": number}
        if last is None:
            self._recorder.write(**asked)
        try:
            answer = await self._inner.fetch(request)
        except HttpError as error:
            threw = {"name": "HttpError", "reason": "", "message": str(error)}
            self._settled(asked if last else None, settled=number, threw=threw)
            raise
        if request.method == "GET":
            self._last[request.url] = answer
        if last is None or (answer.status, answer.text) != (last.status, last.text):
            got = {"status": answer.status, **_body(answer.text)}
            self._settled(asked if last else None, settled=number, got=got)
        return answer

    def _settled(self, asked: dict[str, object] | None, **entry: object) -> None:
        """Write what came of a call, and the call itself where that was put off."""
        if asked is not None:
            self._recorder.write(**asked)
        self._recorder.write(**entry)


def address_of(request: HttpRequest) -> str:
    """Return by what a call is found in the log."""
    return f"{request.method} {request.url.partition('?')[0]}"


def _body(text: str) -> dict[str, object]:
    """Return what a call carries: as data if it is JSON, so that secrets in it can be seen by their names."""
    try:
        return {"json": json.loads(text)} if text else {}
    except ValueError:
        return {"text": text}


def shown(value: object, name: str = "", depth: int = 0) -> object:
    """Return a value as JSON has it, without secrets, and not longer than needed."""
    if isinstance(value, RecordedObject):
        return {"$": value.number}
    if isinstance(value, _Function):
        return {"$fn": value.number}
    if isinstance(value, str):
        hide = bool(SECRET.search(name)) or TOKEN.fullmatch(value)
        return HIDDEN if hide else value[:MAX_TEXT]
    if value is None or isinstance(value, bool | int | float):
        return HIDDEN if SECRET.search(name) and value is not None else value
    if depth > MAX_DEPTH:
        return "..."
    if isinstance(value, list | tuple):
        return [shown(each, name, depth + 1) for each in value]
    if isinstance(value, Mapping):
        return {str(key): shown(each, str(key), depth + 1) for key, each in value.items()}
    return f"<{type(value).__name__}>"


def _secret(name: str, value: object) -> object:
    """Return a member's value, hidden if its name says that it is secret."""
    return shown(value, name)


def _thrown(error: JsError) -> dict[str, object]:
    return {"name": error.name, "reason": error.reason, "message": str(error)}


def _is_function(value: object) -> bool:
    return callable(value) and not hasattr(value, "js_object") and not isinstance(value, type)
