"""Tasks on Pyodide's own event loop: what nobody awaits reaches whom it belongs to."""

from __future__ import annotations

import asyncio

from cotab._js.pyodide_object import PyodideObject
from cotab._tasks import Tasks, watch_tasks
from suite.support import Errors, bridge, until, wrapped


async def fails(text: str) -> None:
    raise ValueError(text)


def watched() -> tuple[Errors, Errors]:
    """What goes to the owner of tasks, and what is only logged."""
    errors, logged = Errors(), Errors()
    watch_tasks(lambda: errors, logged)
    return errors, logged


def unwatched() -> None:
    """Leave the loop to the other tests as it was."""
    loop = asyncio.get_running_loop()
    del loop.create_task
    loop.set_exception_handler(None)


async def test_a_task_that_is_kept_and_never_awaited_is_told() -> None:
    errors, _ = watched()
    kept = asyncio.ensure_future(fails("kept"))
    asyncio.ensure_future(fails("dropped"))  # noqa: RUF006 - that is what is tested
    await until(lambda: len(errors) == 2)
    assert sorted(map(str, errors)) == ["dropped", "kept"]
    assert kept.done()
    unwatched()


async def test_a_task_that_is_awaited_is_not() -> None:
    errors, _ = watched()
    for work in (asyncio.gather(fails("a"), fails("b"), return_exceptions=True), asyncio.ensure_future(fails("c"))):
        try:
            await work
        except ValueError as error:
            assert str(error) == "c"
    await asyncio.sleep(1.2)
    assert errors == []
    unwatched()


async def test_a_promise_that_nobody_awaits_is_only_logged() -> None:
    errors, logged = watched()
    owner, _ = bridge()
    PyodideObject(wrapped("{async go() { throw new Error('no luck'); }}").js_object, owner).call("go")
    await until(lambda: logged)
    assert (errors, "no luck" in str(logged[0])) == ([], True)
    unwatched()


async def test_a_call_later_that_raises_is_told() -> None:
    errors, _ = watched()
    asyncio.get_running_loop().call_later(0, lambda: 1 / 0)
    await until(lambda: errors)
    assert [type(error) for error in errors] == [ZeroDivisionError]
    unwatched()


async def test_what_is_spawned_is_cancelled_and_what_it_raises_is_told() -> None:
    errors = Errors()
    tasks = Tasks(errors)
    waiting = tasks.spawn(wrapped("{go() { return new Promise(() => {}); }}").call("go"))
    tasks.spawn(fails("spawned"))
    await until(lambda: errors)
    tasks.stop()
    await asyncio.wait({waiting})
    assert (waiting.cancelled(), [str(error) for error in errors]) == (True, ["spawned"])
