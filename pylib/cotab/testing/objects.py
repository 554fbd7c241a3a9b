"""JavaScript objects written in Python, for host tests: their members, their methods, their events.

testing.py offers them to authors; testing_viewer.py makes a viewer's page of them. Never shipped to the browser.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from inspect import isawaitable
from typing import Protocol

from cotab._js.interface import JsObject, JsValue, no_attribute
from cotab.errors import SdkCallError

__all__ = ["FakeObject", "FakeSubscription", "Owner"]


class Owner(Protocol):
    """The session that objects belong to: its subscriptions end with it, and it hears what handlers raise."""

    subscriptions: list[FakeSubscription]
    on_error: Callable[[BaseException], None]


class FakeObject:
    """A JavaScript object in Python: members are values, functions its methods; `emit` makes its events happen.

    A method may be a coroutine function. An exception it raises arrives as SdkCallError, like a JavaScript error.
    What a handler raises ends the session, and a session that is over hears no more events, as in the page.
    """

    __slots__ = ("members", "scope", "subscriptions")

    def __init__(self, **members: JsValue) -> None:
        self.members = members
        self.subscriptions: list[FakeSubscription] = []
        self.scope: Owner | None = None

    def __getattr__(self, name: str) -> JsValue:
        """Only for the hint, as in the page."""
        raise AttributeError(no_attribute(name))

    @property
    def js_object(self) -> JsValue:
        """The fake itself."""
        return self

    def get(self, name: str) -> JsValue:
        """A member; None if there is none."""
        return self.members.get(name)

    def set(self, name: str, value: JsValue) -> None:
        """Set a member."""
        self.members[name] = value

    def call(self, method: str, *arguments: JsValue) -> JsValue:
        """Call the function that is this member."""
        function = self.members.get(method)
        if not callable(function):
            raise SdkCallError(f"there is no method {method}()", name="TypeError")
        try:
            return self._shared(function(*arguments))
        except SdkCallError:
            raise  # a test says itself what JavaScript throws
        except Exception as error:
            raise SdkCallError(f"calling {method}(): {error}", name=type(error).__name__, reason=str(error)) from error

    async def call_async(self, method: str, *arguments: JsValue) -> JsValue:
        """Call, and await what has to be awaited."""
        result = self.call(method, *arguments)
        try:
            return self._shared(await result) if isawaitable(result) else result
        except SdkCallError:
            raise  # a test says itself what JavaScript throws
        except Exception as error:
            raise SdkCallError(f"calling {method}(): {error}", name=type(error).__name__, reason=str(error)) from error

    def new(self, name: str, *arguments: JsValue) -> JsObject:
        """Call the member as a class."""
        made: JsObject = self.call(name, *arguments)
        return made

    def construct(self, *arguments: JsValue) -> JsObject:
        """Call the member `construct`, for a fake that stands for a class."""
        made: JsObject = self.call("construct", *arguments)
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

    def _shared(self, value: JsValue) -> JsValue:
        """What an object returns belongs to the same session."""
        if isinstance(value, FakeObject) and self.scope is not None:
            value.scope = self.scope
        return value


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
