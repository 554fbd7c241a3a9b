"""A JavaScript object as Python has it. What crosses is converted by the Bridge that owns it (cotab/_js/pyodide.py)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from inspect import isawaitable
from typing import Protocol

from pyodide.ffi import JsException

from cotab._js.interface import JsObject, JsValue, Subscription, described, no_attribute
from cotab._js.listening import Listening
from cotab._tasks import Tasks
from cotab._waiting import retrieve_exception
from cotab.errors import JsError

__all__ = ["PyodideObject"]

# How JavaScript libraries let one listen, and stop listening.
LISTENING = (("addEventListener", "removeEventListener"), ("on", "off"), ("addListener", "removeListener"))


class Owner(Protocol):
    """What the Bridge that owns an object does for it."""

    js: JsValue
    tasks: Tasks
    subscriptions: list[Listening]
    disposed: bool

    def failure(self, doing: str, error: JsException) -> JsError:
        """See Bridge."""

    def to_python(self, value: JsValue, doing: str = ...) -> JsValue:
        """See Bridge."""

    def to_javascript(self, value: JsValue) -> JsValue:
        """See Bridge."""

    def argument(self, value: JsValue) -> JsValue:
        """See Bridge."""

    def function(self, target: Callable[..., object], *, answers: bool = ..., timeout: float | None = ...) -> JsValue:
        """See Bridge."""

    def retire(self, handle: JsValue) -> None:
        """See Bridge."""


class PyodideObject(JsObject):
    """A JavaScript object; see JsObject."""

    def __init__(self, js_object: JsValue, bridge: Owner) -> None:
        self._js_object = js_object
        self._bridge = bridge

    def __getattr__(self, name: str) -> JsValue:
        """Tell what to write instead: a member of a JavaScript object is no attribute."""
        raise AttributeError(no_attribute(name))

    def __str__(self) -> str:
        """Write it as JavaScript does, an error with its name and message; or like `repr`, if that says nothing."""
        text = str(self._js_object)
        return repr(self) if text.startswith("[object ") else text

    def __repr__(self) -> str:
        """Show what it is, and the names of its members."""
        kind, *names = self._bridge.js.cotab.outline(self._js_object)
        return described(kind, names)

    @property
    def js_object(self) -> JsValue:
        """See JsObject."""
        return self._js_object

    def get(self, name: str, default: JsValue = None) -> JsValue:
        """See JsObject."""
        try:
            member = self._member(name)
            return default if member is None else self._bridge.to_python(member)
        except JsException as error:
            raise self._bridge.failure(f"reading {name}", error) from error

    def keys(self) -> Sequence[str]:
        """See JsObject."""
        try:
            return [str(name) for name in self._bridge.js.Object.keys(self._js_object)]
        except JsException as error:
            raise self._bridge.failure("reading the names of the members", error) from error

    def __contains__(self, name: object) -> bool:
        """See JsObject."""
        try:
            return isinstance(name, str) and bool(self._bridge.js.Reflect.has(self._js_object, name))
        except JsException as error:
            raise self._bridge.failure(f"looking for {name}", error) from error

    def set(self, name: str, value: JsValue) -> None:
        """See JsObject."""
        try:
            self._bridge.js.cotab.set(self._js_object, name, self._bridge.to_javascript(value))
        except JsException as error:
            raise self._bridge.failure(f"setting {name}", error) from error

    def call(self, method: str, *arguments: JsValue) -> JsValue:
        """See JsObject."""
        try:
            return self._bridge.to_python(self._invoke(method, *arguments), f"calling {method}()")
        except JsException as error:
            raise self._bridge.failure(f"calling {method}()", error) from error

    def new(self, *arguments: JsValue) -> JsObject:
        """See JsObject."""
        given = map(self._bridge.argument, arguments)
        try:
            return PyodideObject(self._bridge.js.cotab.construct(self._js_object, *given), self._bridge)
        except JsException as error:
            raise self._bridge.failure("making an instance", error) from error

    def subscribe(self, event: str, handler: Callable[..., object], *, timeout: float | None = None) -> Subscription:
        """See JsObject."""
        try:
            on, off = self._listening_methods()
        except JsException as error:
            raise self._bridge.failure(f"subscribing to {event}", error) from error
        handle = self._bridge.function(handler, answers=False, timeout=timeout)
        function = handle.call
        try:
            unsubscribe = self._invoke(on, event, function)
        except JsException as error:
            self._bridge.retire(handle)
            raise self._bridge.failure(f"subscribing to {event}", error) from error
        if isawaitable(unsubscribe):
            self._bridge.tasks.handle(unsubscribe, f"subscribing to {event}")

        def stop() -> None:
            try:
                if self._offers(off):
                    stopping = self._invoke(off, event, function)
                    if isawaitable(stopping):
                        asyncio.ensure_future(stopping).add_done_callback(retrieve_exception)
                elif getattr(unsubscribe, "typeof", "") == "function":
                    unsubscribe()
            except JsException as error:
                raise self._bridge.failure(f"unsubscribing from {event}", error) from error

        subscription = Listening(stop, partial(self._bridge.retire, handle), self._bridge.subscriptions)
        if self._bridge.disposed:
            subscription.cancel()
        return subscription

    def _listening_methods(self) -> tuple[str, str]:
        for on, off in LISTENING:
            if self._offers(on):
                return on, off
        raise JsError("this object offers no events: it has none of addEventListener, on, addListener")

    def _member(self, name: str) -> JsValue:
        return self._bridge.js.cotab.get(self._js_object, name)

    def _offers(self, method: str) -> bool:
        return getattr(self._member(method), "typeof", "") == "function"

    def _invoke(self, method: str, *arguments: JsValue) -> JsValue:
        given = map(self._bridge.argument, arguments)
        return self._bridge.js.cotab.invoke(self._js_object, method, *given)
