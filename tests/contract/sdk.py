"""The SDK of tests/projects/contract in Python, made of what authors have for it: change both."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from cotab import JsError
from cotab.testing import FakeObject


def room() -> FakeObject:
    return FakeObject(label="attic", size=lambda: 12)


def session() -> FakeObject:
    made = FakeObject(
        id="s-1",
        nothing=None,
        tags=["a", {"n": 1, "none": None}],
        room=room(),
        person={"name": "Casey", "wave": lambda: "hello"},
        shown=0,
        ended=0,
        add=lambda a, b=None: a + (10 if b is None else b),
        later=_later,
        typeOf=_type_of,
        refuse=_refuse,
        reject=_reject,
        rejectWithError=_reject_with_error,
        run=lambda options: options["onReady"]({"deep": [1]}),
        runLater=_run_later,
        never=_never,
    )
    made.set("show", lambda _stage: _count(made, "shown"))
    made.set("end", lambda: _later(_count(made, "ended")))
    return made


def sdk(made: FakeObject) -> FakeObject:
    async def open_session() -> FakeObject:
        return made

    return FakeObject(Room=room, session=made, open=open_session)


def more() -> FakeObject:
    async def again(value: object) -> object:
        return {"again": value}

    return FakeObject(version="2", default=again)


def _count(made: FakeObject, name: str) -> int:
    made.members[name] += 1
    count: int = made.members[name]
    return count


def _type_of(value: object) -> str:
    kinds: list[tuple[type | tuple[type, ...], str]] = [
        (bool, "boolean"), (str, "string"), ((int, float), "number"), (list, "array"), (dict, "object"),
    ]  # fmt: skip
    is_object = isinstance(value, FakeObject) or not callable(value)
    return next((name for kind, name in kinds if isinstance(value, kind)), "object" if is_object else "function")


def _refuse() -> None:
    raise JsError("calling refuse(): RangeError: too far", name="RangeError", reason="too far")


async def _later(value: object) -> object:
    return value


async def _reject() -> None:
    raise JsError('calling reject(): Error: {"code":"NO_SEATS"}', thrown={"code": "NO_SEATS"})


async def _reject_with_error() -> None:
    thrown = FakeObject(name="Error", message="busy", status=429)
    raise JsError("calling rejectWithError(): Error: busy", reason="busy", thrown=thrown)


async def _run_later(options: Mapping[str, Callable[[str], Any]]) -> dict[str, object]:
    return {"got": await options["token"]("x")}


async def _never() -> None:
    await asyncio.get_running_loop().create_future()
