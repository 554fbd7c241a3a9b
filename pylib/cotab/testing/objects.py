"""JavaScript objects written in Python, for host tests: their members, their methods, their events.

What crosses to the adapter and back is converted by the rules of the page (cotab/_js/pyodide.py).
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from enum import Enum
from inspect import isawaitable
from typing import Protocol

from pydantic import BaseModel

from cotab._js.interface import JsObject, JsValue, described, no_attribute
from cotab._tasks import PROMISE, Tasks, name_of
from cotab._waiting import ADAPTER_ERRORS
from cotab.errors import JsError

__all__ = ["FakeFunction", "FakeObject", "FakeSubscription", "Owner"]


class Owner(Protocol):
    """The session that objects belong to: its subscriptions and functions end with it, and its tasks run handlers."""

    subscriptions: list[FakeSubscription]
    tasks: Tasks
    disposed: bool


class FakeObject(JsObject):
    """A JavaScript object in Python: members are values, functions its methods; `emit` makes its events happen.

    A coroutine function is a method that returns a promise (`AsyncMock(return_value=...)` makes one), a class is a
    JavaScript class. An exception that a method raises arrives as JsError, like a JavaScript error. What a handler
    raises ends the session, and a session that is over hears no more events, as in the page.
    """

    __slots__ = ("__weakref__", "members", "scope", "subscriptions")

    def __init__(self, **members: JsValue) -> None:
        self.members = members
        self.subscriptions: list[FakeSubscription] = []
        self.scope: Owner | None = None

    def __getattr__(self, name: str) -> JsValue:
        """Tell what to write instead, as in the page."""
        raise AttributeError(no_attribute(name))

    def __str__(self) -> str:
        """Write an error with its name and message; anything else like `repr`."""
        message = self.members.get("message")
        return f"{self.members.get('name', 'Error')}: {message}" if isinstance(message, str) else repr(self)

    def __repr__(self) -> str:
        """Show the names of its members."""
        return described("Object", list(self.members))

    @property
    def js_object(self) -> JsValue:
        """The fake itself."""
        return self

    def get(self, name: str, default: JsValue = None) -> JsValue:
        """Return a member, a function or class as the object that it is in JavaScript; `default` if there is none."""
        return arriving(self.members[name], self.scope) if name in self.members else default

    def keys(self) -> Sequence[str]:
        """See JsObject."""
        return list(self.members)

    def __contains__(self, name: object) -> bool:
        """See JsObject."""
        return name in self.members

    def set(self, name: str, value: JsValue) -> None:
        """Set a member. A function is kept as it is: it may be the test's as well as the adapter's."""
        self.members[name] = value if _is_function(value) else leaving(value, self.scope)

    def call(self, method: str, *arguments: JsValue) -> JsValue:
        """Call the function that is this member."""
        function = self.members.get(method)
        if function is None or not _is_function(function):
            reason = f"there is no method {method}()"
            thrown = _error("TypeError", reason)
            raise JsError(f"calling {method}(): TypeError: {reason}", name="TypeError", reason=reason, thrown=thrown)
        given = [leaving(argument, self.scope) for argument in arguments]
        with _as_javascript(f"calling {method}()"):
            return arriving(function(*given), self.scope, f"calling {method}()")

    def new(self, *arguments: JsValue) -> JsObject:
        """Call the member `new`, for a fake that stands for a class."""
        made: JsObject = self.call("new", *arguments)
        return made

    def subscribe(
        self, event: str, handler: Callable[..., object], *, timeout: float | None = None
    ) -> FakeSubscription:
        """Remember the handler for `emit`."""
        subscription = FakeSubscription(self, event, handler, timeout)
        self.subscriptions.append(subscription)
        if self.scope is not None:
            self.scope.subscriptions.append(subscription)
            if self.scope.disposed:
                subscription.cancel()
        return subscription

    def emit(self, event: str, *arguments: JsValue) -> None:
        """Let the event happen. Handlers take as many arguments as JavaScript passes.

        Where nobody has subscribed to it, but to one that is called almost so, stderr says it.
        """
        names = {subscription.event for subscription in self.subscriptions}
        if event not in names and (near := get_close_matches(event, names, 1)):
            sys.stderr.write(f'cotab: nobody has subscribed to "{event}", but to "{near[0]}": is one misspelled?\n')
        for subscription in list(self.subscriptions):
            if subscription.event == event:
                subscription.deliver(arguments)


class FakeFunction(FakeObject):
    """A function or class that is a member of a fake."""

    __slots__ = ()

    def __init__(self, function: Callable[..., JsValue], scope: Owner | None) -> None:
        super().__init__(new=function, call=lambda _this, *arguments: function(*arguments))
        self.scope = scope

    def __repr__(self) -> str:
        """Show its name."""
        return described(f"function {name_of(self.members['new'])}", [])


class _Callback:
    """A function of the adapter's as the SDK has it: what it raises goes to the session, which it does not outlive."""

    def __init__(self, target: Callable[..., object], scope: Owner) -> None:
        self._target, self._scope = target, scope

    def __call__(self, *arguments: JsValue) -> JsValue:
        scope = self._scope
        if scope.disposed:
            return None
        try:
            result = self._target(*(arriving(argument, scope) for argument in arguments))
            if not isawaitable(result):
                return leaving(result, scope)
        except ADAPTER_ERRORS as error:
            scope.tasks.on_error(error)
            return None
        promise: asyncio.Future[JsValue] = asyncio.get_running_loop().create_future()
        scope.tasks.handle(self._answer(result, promise), name_of(self._target))
        return promise

    async def _answer(self, work: Awaitable[object], promise: asyncio.Future[JsValue]) -> None:
        answer = None
        try:
            answer = leaving(await work, self._scope)
        finally:
            promise.set_result(answer)

    # A test may ask whether the SDK was given a certain function.

    def __eq__(self, other: object) -> bool:
        return other == self._target

    def __hash__(self) -> int:
        return hash(self._target)


def arriving(value: JsValue, scope: Owner | None, doing: str = "waiting for a promise") -> JsValue:
    """Return what the adapter gets for a value of the test's: objects of its session, dicts that are data alone."""
    if isinstance(value, FakeObject):
        value.scope = scope or value.scope
        return value
    if isinstance(value, Mapping):
        if any(_is_function(member) for member in value.values()):
            return arriving(FakeObject(**value), scope)
        return {name: arriving(member, scope) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [arriving(item, scope) for item in value]
    if isinstance(value, _Callback) or callable(value):
        return FakeFunction(value, scope)
    if isawaitable(value):  # it is under way, as a promise is, whether anybody awaits it or not
        promise = asyncio.ensure_future(value)
        return asyncio.get_running_loop().create_task(_settled(promise, scope, doing), name=f"{PROMISE}: {doing}")
    return value


def leaving(value: JsValue, scope: Owner | None) -> JsValue:
    """Return what an SDK gets for a value of the adapter's: plain data, functions that belong to the session."""
    match value:
        case FakeObject() | None | bool() | int() | float() | bytes():
            return value
        case bytearray():
            return bytes(value)
        case str():
            return value.value if isinstance(value, Enum) else value
        case BaseModel():
            return leaving(value.model_dump(mode="json"), scope)
        case Mapping():
            return {str(name): leaving(member, scope) for name, member in value.items()}
        case list() | tuple() | set() | frozenset():
            return [leaving(item, scope) for item in value]
    if callable(value):
        return value if scope is None else _Callback(value, scope)
    raise TypeError(f"JavaScript has nothing like a {type(value).__name__}; pass data, a function or a JsObject")


def _is_function(value: JsValue) -> bool:
    return callable(value) and (isinstance(value, FakeFunction) or not isinstance(value, FakeObject))


async def _settled(promise: Awaitable[JsValue], scope: Owner | None, doing: str) -> JsValue:
    with _as_javascript(doing):
        return arriving(await promise, scope)


@contextmanager
def _as_javascript(doing: str) -> Iterator[None]:
    """Turn what a fake raises into a JsError. One that a test raises says itself what is thrown, if it is no Error."""
    try:
        yield
    except JsError as error:
        error.thrown = _error(error.name, error.reason) if error.thrown is None else error.thrown
        raise
    except Exception as error:
        name, reason = type(error).__name__, str(error)
        raise JsError(f"{doing}: {error}", name=name, reason=reason, thrown=_error(name, reason)) from error


def _error(name: str, message: str) -> FakeObject:
    return FakeObject(name=name, message=message)


class FakeSubscription:
    """A handler of a FakeObject; see Subscription."""

    def __init__(
        self, target: FakeObject, event: str, handler: Callable[..., object], timeout: float | None = None
    ) -> None:
        self.event = event
        self._target, self._handler, self._timeout = target, handler, timeout
        self._scope = target.scope

    def deliver(self, arguments: tuple[JsValue, ...]) -> None:
        """Call the handler; what it raises goes where the session's errors go."""
        scope = self._scope
        try:
            result = self._handler(*(arriving(argument, scope) for argument in arguments))
        except ADAPTER_ERRORS as error:
            if scope is None:
                raise
            scope.tasks.on_error(error)
            return
        if isawaitable(result):
            tasks = scope.tasks if scope is not None else Tasks(_raise)
            tasks.handle(result, name_of(self._handler), self._timeout)

    def cancel(self) -> None:
        """See Subscription."""
        if self in self._target.subscriptions:
            self._target.subscriptions.remove(self)


def _raise(error: BaseException) -> None:
    """Let the event loop have what a handler without a session raises."""
    raise error
