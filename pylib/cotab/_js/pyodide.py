"""JavaScript, over Pyodide's FFI: callbacks and conversion.

Only this module imports `js`, and with its objects (pyodide_object.py) `pyodide`. Every proxy is made and destroyed
here. Two methods of `Bridge` convert between the languages, `to_javascript` and `to_python`; all rules about null, data
and behavior are in them.
"""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Mapping
from enum import Enum, auto
from functools import cache
from inspect import isawaitable

from pydantic import BaseModel
from pyodide.ffi import JsBuffer, JsException, JsProxy, create_proxy, jsnull, to_js

from cotab._js.interface import JsObject, JsValue
from cotab._js.listening import Listening
from cotab._js.place import Home, Place
from cotab._js.pyodide_object import PyodideObject
from cotab._js.scripts import Scripts, package_url
from cotab._tasks import PROMISE, Tasks, name_of
from cotab._waiting import ADAPTER_ERRORS
from cotab.errors import AdapterError, JsError, SdkNotLoadedError

__all__ = ["Bridge", "page_scope", "page_window"]

# Deeper data than this is not data; it is handed over as an object.
MAX_DEPTH = 40

# What both languages have: such values cross as they are.
PLAIN = frozenset((str, int, float, bool))


def page_window() -> JsObject:
    """Return the page's global object; what its callbacks raise goes into the log."""
    # Imported late: what a module holds of the page cannot be kept (docs/internals/fast-start.md#the-snapshot).
    import js  # noqa: PLC0415

    return PyodideObject(js.globalThis, Bridge(js, Tasks(traceback.print_exception)))


def page_scope(scripts: Scripts, tasks: Tasks, place: Place | None = None) -> Bridge:
    """Return a new owner of callbacks and subscriptions; what a callback raises goes where that of `tasks` goes.

    `place` is that of the session, where the page serves many.
    """
    import js  # noqa: PLC0415 - as above

    return Bridge(js, tasks, scripts, place)


class Kind(Enum):
    """What Pyodide has made of a value of JavaScript."""

    DATA = auto()
    PROMISE = auto()
    BUFFER = auto()
    OBJECT = auto()


@cache
def _kind(of: type) -> Kind:
    """Return what values of a type are. Pyodide works that out anew for each value, in Python, which takes long."""
    if issubclass(of, asyncio.Future):  # how Pyodide hands over a promise
        return Kind.PROMISE
    if not issubclass(of, JsProxy):
        return Kind.DATA
    return Kind.BUFFER if issubclass(of, JsBuffer) else Kind.OBJECT


class Bridge:
    """What crosses between Python and JavaScript, with one owner: callbacks and subscriptions end together.

    It is a Scope: one for each session, and one for the page itself.
    """

    def __init__(self, js: JsValue, tasks: Tasks, scripts: Scripts | None = None, place: Place | None = None) -> None:
        self.js = js
        self.tasks = tasks
        self._home = Home(js, place)
        self._scripts = scripts or Scripts(PyodideObject(js.globalThis, self))
        self._handles: list[JsValue] = []
        self.subscriptions: list[Listening] = []
        self.disposed = False

    def dispose(self) -> None:
        """See Scope."""
        self.disposed = True
        self.tasks.stop()
        for subscription in list(self.subscriptions):
            subscription.cancel()
        for handle in self._handles:
            handle.close()
        self._handles.clear()
        self._home.close()

    def element(self, element_id: str) -> JsObject:
        """See Scope."""
        return self.adopt(self._home.element(element_id))

    def window(self) -> JsObject:
        """See Scope."""
        return self.adopt(self._home.window())

    def backstage(self) -> JsObject | None:
        """See Scope."""
        return None if self._home.place is None else self.adopt(self._home.backstage())

    def adopt(self, js_object: JsValue) -> JsObject:
        """Return a bare object as one of this owner's."""
        return PyodideObject(js_object, self)

    def failure(self, doing: str, error: JsException) -> JsError:
        """Return a JavaScript error as a JsError that says what was being done."""
        name, reason = str(getattr(error, "name", "Error")), str(getattr(error, "message", error))
        return JsError(f"{doing}: {error}", name=name, reason=reason, thrown=self._thrown(error))

    def _thrown(self, error: JsException) -> JsValue:
        """Return what was really thrown, if reflect.js had to wrap it."""
        if self.js.Reflect.has(error, "thrown"):
            return self.to_python(self.js.Reflect.get(error, "thrown"))
        return PyodideObject(error, self)

    # Conversion

    def to_python(self, value: JsValue, doing: str = "waiting for a promise") -> JsValue:
        """Turn data into Python data, null and undefined into None, anything with behavior into a JsObject.

        A promise becomes something to await; `doing` is what was being done, should it be rejected.
        """
        return value if type(value) in PLAIN else self._to_python(value, {}, doing)

    def _to_python(self, value: JsValue, met: dict[int, list[JsValue]], doing: str, depth: int = 0) -> JsValue:
        """Convert a value; `met` has the objects met so far: otherwise shared data could take forever."""
        if value is jsnull:
            return None
        of: type = type(value)
        kind = _kind(of)
        if kind is Kind.PROMISE:
            return self.promised(value, doing)
        if kind is Kind.DATA:
            return value
        if kind is Kind.BUFFER:
            return value.to_bytes()
        if value.js_id not in met:
            entry = met[value.js_id] = [PyodideObject(value, self), value]  # a way back into it is an object
            if depth < MAX_DEPTH:
                data = self._data(value, met, doing, depth + 1)
                entry[0] = entry[0] if data is None else data
        return met[value.js_id][0]

    def _data(self, value: JsProxy, met: dict[int, list[JsValue]], doing: str, depth: int) -> JsValue:
        """Convert an array or data object; None if it is neither."""
        form = self.js.cotab.form(value)
        if form == "array":
            return [self._to_python(item, met, doing, depth) for item in value]
        if form != "object":
            return None
        read = self.js.Reflect.get
        try:
            names = self.js.Object.keys(value)
            return {name: self._to_python(read(value, name), met, doing, depth) for name in names}
        except JsException:  # a getter throws
            return None

    def to_javascript(self, value: JsValue, depth: int = 0) -> JsValue:
        """Turn Python data into plain data (None inside it null), callables into functions of this bridge."""
        if depth > MAX_DEPTH:
            raise ValueError(
                f"JavaScript cannot be given data of more than {MAX_DEPTH} levels, or that contains itself"
            )
        if type(value) in PLAIN:
            return value
        if value is None:
            return jsnull
        if isinstance(value, PyodideObject):
            return value.js_object
        of: type = type(value)
        return value if _kind(of) in (Kind.BUFFER, Kind.OBJECT) else self._made(value, depth + 1)

    def _made(self, value: JsValue, depth: int) -> JsValue:
        """Make something of JavaScript's that says the same."""
        if isinstance(value, BaseModel | Mapping):
            members = value.model_dump(mode="json") if isinstance(value, BaseModel) else value
            return self._plain_object(members, depth)
        if isinstance(value, list | tuple | set | frozenset):
            array = self.js.Array.new()
            for item in value:
                array.push(self.to_javascript(item, depth))
            return array
        if isinstance(value, str | bytes | bytearray):
            return str(value) if isinstance(value, str) else to_js(value)
        if isinstance(value, int | float):
            return value
        if callable(value):
            return self.function(value).call
        raise TypeError(f"JavaScript has nothing like a {type(value).__name__}; pass data, a function or a JsObject")

    def argument(self, value: JsValue) -> JsValue:
        """Convert an argument of a call: a missing one is `undefined`, so that JavaScript's defaults apply."""
        return None if value is None else self.to_javascript(value)

    def _plain_object(self, members: Mapping[str, JsValue], depth: int) -> JsValue:
        entries = self.js.Array.new()
        for name, member in members.items():
            entries.push(self.js.Array.of(str(name), self.to_javascript(member, depth)))
        return self.js.Object.fromEntries(entries)  # setting a member named __proto__ would do something else

    def promised(self, promise: Awaitable[JsValue], doing: str) -> asyncio.Task[JsValue]:
        """Return a promise as something to await. If nobody does, its rejection is only logged."""
        return asyncio.get_running_loop().create_task(self.settled(promise, doing), name=f"{PROMISE}: {doing}")

    async def settled(self, promise: Awaitable[JsValue], doing: str) -> JsValue:
        """Await a promise and convert what it is kept with. Raises JsError."""
        try:
            return self.to_python(await promise)
        except JsException as error:
            raise self.failure(doing, error) from error

    # Callbacks

    def function(self, target: Callable[..., object], *, answers: bool = True, timeout: float | None = None) -> JsValue:
        """Make a JavaScript function that calls `target`, held by an owner with `call` and `close`."""
        guarded = self._guarded(target, answers=answers, timeout=timeout)
        handle = self.js.cotab.callback(create_proxy(guarded))
        if self.disposed:  # work that goes on after the session: nobody would ever retire it
            handle.close()
        else:
            self._handles.append(handle)
        return handle

    def retire(self, handle: JsValue) -> None:
        """Close one function before the others."""
        handle.close()
        self._handles = [other for other in self._handles if other is not handle]

    def _guarded(
        self, target: Callable[..., object], *, answers: bool, timeout: float | None
    ) -> Callable[..., JsValue]:
        """Give to the owner what the author's code raises: it must not reach JavaScript."""

        def call(*arguments: JsValue) -> JsValue:
            try:
                result = target(*(self.to_python(argument) for argument in arguments))
                if isawaitable(result):
                    name = name_of(target)
                    return self._promise(result, name) if answers else self.tasks.handle(result, name, timeout)
                if answers:
                    return self.argument(result)
            except ADAPTER_ERRORS as error:
                self.tasks.on_error(error)
            return None

        return call if self._home.place is None else self._home.place.bound(call)

    def _promise(self, work: Awaitable[object], name: str) -> JsValue:
        """Return a promise of a coroutine's answer; if it fails, the owner gets the error, the promise `undefined`."""
        deferred = self.js.cotab.deferred()

        async def run() -> None:
            answer = None
            try:
                answer = self.argument(await work)
            finally:
                deferred.resolve(answer)

        self.tasks.handle(run(), name)
        return deferred.promise

    # The SDK (SdkLoader)

    async def load(self, url: str, name: str, *, integrity: str | None = None) -> JsObject:
        """See SdkLoader."""
        trouble = await self._scripts.ensure(url, integrity)
        found = self.js.Reflect.get(self.js.globalThis, name)
        if getattr(found, "typeof", "") in ("object", "function"):
            return PyodideObject(found, self)
        reason = trouble or "a class or const of its own is not on the window"
        raise SdkNotLoadedError(f"{url} was loaded, but sets no window.{name}: {reason}", code=AdapterError.code)

    async def load_module(self, url: str) -> JsObject:
        """See SdkLoader."""
        address = self._scripts.address(url)
        if not self._scripts.is_own(address):
            foreign = f"{url} is on another origin; import() cannot check its integrity, use load()"
            raise SdkNotLoadedError(foreign, code=AdapterError.code)
        try:
            return PyodideObject(await self.js.cotab.importModule(address.get("href")), self)
        except JsException as error:
            raise SdkNotLoadedError(f"{url} could not be imported: {error}") from error

    async def load_package(self, name: str) -> JsObject:
        """See SdkLoader."""
        try:
            exports = await self.load_module(package_url(name))
        except SdkNotLoadedError as error:
            unnamed = f'the package "{name}" could not be loaded; is it in [page.npm] of provider.toml? {error}'
            raise SdkNotLoadedError(unnamed, code=error.code) from error
        of_common_js: JsObject | None = exports.get("module.exports")
        return exports if of_common_js is None else of_common_js
