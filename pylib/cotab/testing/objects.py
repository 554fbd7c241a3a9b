"""JavaScript objects written in Python, for host tests: their members, their methods, their events."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from inspect import isawaitable
from typing import Protocol

from cotab._js.interface import JsObject, JsValue, no_attribute
from cotab.errors import JsError

__all__ = ["FakeObject", "FakeSubscription", "Owner"]


class Owner(Protocol):
    """The session that objects belong to: its subscriptions end with it, and it hears what handlers raise."""

    subscriptions: list[FakeSubscription]
    on_error: Callable[[BaseException], None]


class FakeObject:
    """A JavaScript object in Python: members are values, functions its methods; `emit` makes its events happen.

    A coroutine function is a method that returns a promise (`AsyncMock(return_value=...)` makes one), a class is a
    JavaScript class. An exception that a method raises arrives as JsError, like a JavaScript error. What a handler
    raises ends the session, and a session that is over hears no more events, as in the page.
    """

    __slots__ = ("members", "scope", "subscriptions")

    def __init__(self, **members: JsValue) -> None:
        self.members = members
        self.subscriptions: list[FakeSubscription] = []
        self.scope: Owner | None = None

    def __getattr__(self, name: str) -> JsValue:
        """Tell what to write instead, as in the page."""
        raise AttributeError(no_attribute(name))

    @property
    def js_object(self) -> JsValue:
        """The fake itself."""
        return self

    def get(self, name: str) -> JsValue:
        """Return a member; None if there is none, and a function or class as the object that it is in JavaScript."""
        member = self.members.get(name)
        return _FakeFunction(member, self.scope) if callable(member) else member

    def set(self, name: str, value: JsValue) -> None:
        """Set a member."""
        self.members[name] = value

    def call(self, method: str, *arguments: JsValue) -> JsValue:
        """Call the function that is this member."""
        function = self.members.get(method)
        if not callable(function):
            raise JsError(f"there is no method {method}()", name="TypeError")
        with _as_javascript(f"calling {method}()"):
            result = function(*arguments)
            if isawaitable(result):  # it is under way, as a promise is, whether anybody awaits it or not
                return asyncio.ensure_future(self._settled(asyncio.ensure_future(result), method))
            return self._shared(result)

    def new(self, *arguments: JsValue) -> JsObject:
        """Call the member `new`, for a fake that stands for a class."""
        made: JsObject = self.call("new", *arguments)
        return made

    def subscribe(self, event: str, handler: Callable[..., object]) -> FakeSubscription:
        """Remember the handler for `emit`."""
        subscription = FakeSubscription(self, event, handler)
        self.subscriptions.append(subscription)
        if self.scope is not None:
            self.scope.subscriptions.append(subscription)
        return subscription

    def emit(self, event: str, *arguments: JsValue) -> None:
        """Let the event happen. Handlers take as many arguments as JavaScript passes."""
        for subscription in list(self.subscriptions):
            if subscription.event == event:
                subscription.deliver(arguments)

    async def _settled(self, promise: Awaitable[JsValue], method: str) -> JsValue:
        with _as_javascript(f"calling {method}()"):
            return self._shared(await promise)

    def _shared(self, value: JsValue) -> JsValue:
        """Share the session with an object that is returned."""
        if isinstance(value, FakeObject) and self.scope is not None:
            value.scope = self.scope
        return value


class _FakeFunction(FakeObject):
    """A function or class that is a member of a fake."""

    __slots__ = ()

    def __init__(self, function: Callable[..., JsValue], scope: Owner | None) -> None:
        super().__init__(new=function, call=lambda _this, *arguments: function(*arguments))
        self.scope = scope


@contextmanager
def _as_javascript(doing: str) -> Iterator[None]:
    """Turn what a fake raises into a JsError; a test that raises one says itself what JavaScript throws."""
    try:
        yield
    except JsError:
        raise
    except Exception as error:
        raise JsError(f"{doing}: {error}", name=type(error).__name__, reason=str(error)) from error


class FakeSubscription:
    """A handler of a FakeObject; see Subscription."""

    def __init__(self, target: FakeObject, event: str, handler: Callable[..., object]) -> None:
        self.event = event
        self._target, self._handler, self._scope = target, handler, target.scope
        self._tasks: set[asyncio.Future[None]] = set()

    def deliver(self, arguments: tuple[JsValue, ...]) -> None:
        """Call the handler; what it raises goes where the session's errors go."""
        try:
            result = self._handler(*arguments)
        except Exception as error:  # noqa: BLE001 - as in the page
            self._fail(error)
        else:
            if isawaitable(result):
                task = asyncio.ensure_future(self._finish(result))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    def cancel(self) -> None:
        """See Subscription."""
        if self in self._target.subscriptions:
            self._target.subscriptions.remove(self)

    async def _finish(self, work: Awaitable[object]) -> None:
        try:
            await work
        except Exception as error:  # noqa: BLE001 - as in the page
            self._fail(error)

    def _fail(self, error: Exception) -> None:
        if self._scope is None:
            raise error
        self._scope.on_error(error)
