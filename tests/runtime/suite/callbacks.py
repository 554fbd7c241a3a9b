"""Python functions held by JavaScript: their errors, their owner, their end, and that nothing leaks."""

from __future__ import annotations

import asyncio

from cotab._js.pyodide import Bridge
from cotab._js.pyodide_object import PyodideObject
from cotab.errors import JsError
from suite.support import bridge, live_proxies, until, wrapped

KEEPER = (
    "{keep(f) { this.f = f; }, run(...values) { return this.f(...values); }, nested(o) { this.f = o.deep.onReady; }}"
)


def keeper() -> tuple[PyodideObject, Bridge, list[BaseException]]:
    """A JavaScript object that keeps a callback, its owner and the errors that reach the owner."""
    owner, errors = bridge()
    return PyodideObject(wrapped(KEEPER).js_object, owner), owner, errors


def test_arguments_arrive_as_data_and_the_result_goes_back() -> None:
    sdk, _, _ = keeper()
    sdk.call("keep", lambda options: {"sum": sum(options["numbers"])})
    assert sdk.call("run", {"numbers": [1, 2, 3]}) == {"sum": 6}


def test_a_callback_may_stand_deep_in_options() -> None:
    sdk, _, _ = keeper()
    heard: list[object] = []
    sdk.call("nested", {"deep": {"onReady": heard.append}})
    sdk.call("run", "ready")
    assert heard == ["ready"]


def test_an_error_in_a_callback_goes_to_the_owner_and_not_to_javascript() -> None:
    sdk, _, errors = keeper()
    sdk.call("keep", lambda: 1 / 0)
    assert sdk.call("run") is None
    assert [type(error) for error in errors] == [ZeroDivisionError]


def test_a_handler_whose_subscription_is_refused_is_not_kept() -> None:
    owner, _ = bridge()
    sdk = PyodideObject(wrapped("{on(_, f) { this.f = f; throw new Error('full'); }, off() {}}").js_object, owner)
    heard: list[object] = []
    try:
        sdk.subscribe("joined", heard.append)
    except JsError as error:
        assert error.reason == "full"
    else:
        raise AssertionError("it was subscribed")
    sdk.call("f", 1)
    assert heard == []


async def test_a_coroutine_function_answers_with_a_promise() -> None:
    async def token(name: str) -> dict[str, str]:
        await asyncio.sleep(0)
        return {"token": name}

    async def broken(_: str) -> None:
        raise RuntimeError("no token")

    sdk, _, errors = keeper()
    sdk.call("keep", token)
    assert await sdk.call("run", "abc") == {"token": "abc"}
    sdk.call("keep", broken)
    assert await sdk.call("run", "abc") is None
    assert [str(error) for error in errors] == ["no token"]


async def test_waiting_for_a_cancelled_task_is_an_error_like_any_other() -> None:
    def cancelled(_: object) -> None:
        raise asyncio.CancelledError

    async def cancelled_later(_: object) -> None:
        raise asyncio.CancelledError

    sdk, _, errors = keeper()
    for handler in (cancelled, cancelled_later):
        sdk.call("keep", handler)
        sdk.call("run", 1)
    await until(lambda: len(errors) == 2)
    assert [type(error) for error in errors] == [asyncio.CancelledError] * 2


async def test_a_coroutine_function_runs_and_its_error_goes_to_the_owner() -> None:
    sdk, _, errors = keeper()

    async def handler(value: int) -> None:
        await asyncio.sleep(0)
        raise ValueError(str(value))

    sdk.call("keep", handler)
    sdk.call("run", 5)
    for _ in range(50):
        await asyncio.sleep(0)
    assert [str(error) for error in errors] == ["5"]


def test_a_late_call_after_closing_does_nothing() -> None:
    sdk, owner, errors = keeper()
    heard: list[object] = []
    sdk.call("keep", heard.append)
    owner.dispose()
    assert sdk.call("run", 1) is None
    assert (heard, errors) == ([], [])


def test_what_listens_after_closing_hears_nothing_and_leaks_nothing() -> None:
    sdk, owner, errors = keeper()
    target = PyodideObject(wrapped("new EventTarget()").js_object, owner)
    owner.dispose()
    heard: list[object] = []
    before = live_proxies()
    sdk.call("keep", heard.append)
    target.subscribe("ping", heard.append).cancel()
    sdk.call("run", 1)
    wrapped("{go(t) { t.dispatchEvent(new Event('ping')); }}").call("go", target)
    assert (heard, errors, live_proxies()) == ([], [], before)


def test_closing_twice_is_harmless() -> None:
    _, owner, _ = keeper()
    owner.dispose()
    owner.dispose()


def test_closing_cancels_subscriptions() -> None:
    owner, _ = bridge()
    target = PyodideObject(wrapped("new EventTarget()").js_object, owner)
    heard: list[object] = []
    target.subscribe("ping", heard.append)
    owner.dispose()
    wrapped("{go(t) { t.dispatchEvent(new Event('ping')); }}").call("go", target)
    assert heard == []


def test_no_proxy_is_left_after_many_cycles() -> None:
    def cycle() -> None:
        sdk, owner, _ = keeper()
        sdk.call("keep", lambda value: {"again": value})
        sdk.call("run", {"a": [1, 2, {"b": "c"}]})
        PyodideObject(wrapped("new EventTarget()").js_object, owner).subscribe("ping", print)
        owner.dispose()

    cycle()
    before = live_proxies()
    assert before >= 0, "Pyodide's tracing of proxies is gone; find another way to count them"
    for _ in range(200):
        cycle()
    assert live_proxies() == before
