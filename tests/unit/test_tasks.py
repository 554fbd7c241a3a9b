"""The tasks of a session: who gets what they raise, and when they end."""

from __future__ import annotations

import asyncio

import pytest

from cotab import ProviderTimeoutError
from cotab._tasks import Tasks
from cotab.testing import until


async def never() -> None:
    await asyncio.Event().wait()


async def test_work_after_the_end_never_begins() -> None:
    errors: list[BaseException] = []
    tasks = Tasks(errors.append)
    tasks.stop()
    begun: list[bool] = []

    async def work() -> None:
        begun.append(True)

    task = tasks.spawn(work())
    await asyncio.wait({task})
    assert (task.cancelled(), begun, errors) == (True, [], [])


async def test_who_cancels_a_task_is_not_told_of_it_as_an_error() -> None:
    errors: list[BaseException] = []
    task = Tasks(errors.append).spawn(never())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait({task})
    assert errors == []


async def test_waiting_for_something_that_was_cancelled_is_an_error() -> None:
    errors: list[BaseException] = []
    other = asyncio.ensure_future(never())
    await asyncio.sleep(0)

    async def work() -> None:
        await other

    Tasks(errors.append).spawn(work())
    await asyncio.sleep(0)
    other.cancel()
    await until(lambda: errors)
    assert [type(error) for error in errors] == [asyncio.CancelledError]


async def test_who_awaits_a_task_gets_its_result_and_its_error() -> None:
    errors: list[BaseException] = []
    tasks = Tasks(errors.append)

    async def fails() -> None:
        raise ValueError("no")

    assert await tasks.spawn(asyncio.sleep(0, 5)) == 5
    future = asyncio.get_running_loop().create_future()
    future.set_result(6)
    assert await tasks.spawn(future) == 6
    with pytest.raises(ValueError, match="no") as raised:
        await tasks.spawn(fails())
    await until(lambda: errors)
    assert errors == [raised.value]


async def test_a_handler_that_hangs_is_told_and_one_with_a_limit_ends() -> None:
    errors: list[BaseException] = []
    warnings: list[str] = []
    tasks = Tasks(errors.append, warnings.append, patience=0.01)
    tasks.handle(never(), "joined")
    tasks.handle(never(), "left", limit=0.02)
    await until(lambda: errors)
    assert min(warnings).startswith("cotab: joined() is at work for 0.01 seconds")
    assert [str(error) for error in errors] == ["left() was not done within 0.02 seconds"]
    assert isinstance(errors[0], ProviderTimeoutError)
