"""What the suite's tests share: JavaScript written on the spot, and a bridge that remembers errors."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import js
from pyodide.code import run_js

from cotab._js.pyodide import Bridge
from cotab._js.pyodide_object import PyodideObject
from cotab._tasks import Tasks


class Errors(list[BaseException]):
    """Collects what callbacks raise."""

    def __call__(self, error: BaseException) -> None:
        self.append(error)


def bridge() -> tuple[Bridge, Errors]:
    """A fresh bridge and the errors that reach it."""
    errors = Errors()
    return Bridge(js, Tasks(errors)), errors


def wrapped(code: str) -> PyodideObject:
    """The value of a JavaScript expression, as an adapter would hold it."""
    return PyodideObject(run_js(f"({code})"), bridge()[0])


def live_proxies() -> int:
    """How many Python objects JavaScript holds."""
    return int(run_js("pyodideForTests._module.pyproxy_alloc_map?.size ?? -1"))


async def until(condition: Callable[[], object]) -> None:
    """Let the event loops of both languages go on until the condition holds, for five seconds at most."""
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - what is waited for is on the other side
            await asyncio.sleep(0)


@contextmanager
def raises(kind: type[Exception], text: str = "") -> Iterator[None]:
    """The block must raise this."""
    try:
        yield
    except kind as error:
        assert text in str(error), f"{text!r} is not in {error!s}"
    else:
        raise AssertionError(f"{kind.__name__} was not raised")
