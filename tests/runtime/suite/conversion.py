"""The two conversions: what is data arrives as data, what has behavior as a JsObject, in both directions."""

from __future__ import annotations

from pyodide.code import run_js

from cotab import EndReason, Invitation
from cotab._js.pyodide_object import PyodideObject
from suite.support import bridge, raises, wrapped


def test_data_survives_the_way_there_and_back() -> None:
    owner, _ = bridge()
    data = {
        "text": "é ✓",
        "number": 1.5,
        "whole": 3,
        "yes": True,
        "none": None,
        "list": [1, [2, {}]],
        "more": {"a": "b"},
    }
    assert owner.to_python(owner.to_javascript(data)) == data


def test_javascript_sees_plain_data() -> None:
    owner, _ = bridge()
    seen = run_js(
        "(v) => `${Object.getPrototypeOf(v) === Object.prototype} ${Array.isArray(v.list)} ${JSON.stringify(v)}`"
    )
    assert seen(owner.to_javascript({"list": (1, None), "reason": EndReason.AGENT})) == (
        'true true {"list":[1,null],"reason":"agent"}'
    )


def test_a_pydantic_model_is_data() -> None:
    owner, _ = bridge()
    invitation = Invitation(session_id="s", pin="1")
    assert owner.to_python(owner.to_javascript(invitation)) == {
        "session_id": "s",
        "pin": "1",
        "link": None,
        "link_needs_pin": False,
        "text": None,
    }


def test_undefined_is_none() -> None:
    owner, _ = bridge()
    assert owner.to_python(run_js("undefined")) is None


def test_bytes_go_both_ways() -> None:
    owner, _ = bridge()
    assert owner.to_python(owner.to_javascript(b"\x00\xff")) == b"\x00\xff"
    assert owner.to_python(run_js("new Uint8Array([1, 2]).buffer")) == b"\x01\x02"


def test_instances_and_functions_are_objects() -> None:
    owner, _ = bridge()
    for code in ("new Map()", "() => 1", "new (class Room {})()", "new Date()", "{id: 1, end() {}}"):
        assert isinstance(owner.to_python(run_js(f"({code})")), PyodideObject), code


def test_an_object_without_a_prototype_is_data() -> None:
    owner, _ = bridge()
    assert owner.to_python(run_js("Object.assign(Object.create(null), {a: 1})")) == {"a": 1}


def test_data_that_contains_itself_ends_somewhere() -> None:
    owner, _ = bridge()
    value = owner.to_python(run_js("(() => { const a = {}; a.a = a; return a; })()"))
    depth = 0
    while isinstance(value, dict):
        value, depth = value["a"], depth + 1
    assert isinstance(value, PyodideObject)
    assert depth < 100


def test_data_that_is_shared_or_refers_back_is_converted_once() -> None:
    owner, _ = bridge()
    ladder = owner.to_python(
        run_js("(() => { let a = {}; for (let i = 0; i < 35; i += 1) a = {l: a, r: a}; return a; })()")
    )
    assert ladder["l"]["l"] is ladder["r"]["l"]
    knot = run_js("(() => { const a = {n: 1}; a.b = {up: a, list: [a]}; a.c = {up: a, more: a.b}; return a; })()")
    value = owner.to_python(knot)
    assert isinstance(value["b"]["up"], PyodideObject)
    assert value["b"]["up"].get("n") == 1
    assert value["c"]["more"] is value["b"]


def test_a_member_may_have_any_name() -> None:
    owner, _ = bridge()
    data = {"__proto__": {"admin": True}, "constructor": 1, "": 2}
    assert owner.to_python(owner.to_javascript(data)) == data
    assert run_js("(v) => v.admin")(owner.to_javascript(data)) is None


def test_what_may_not_be_looked_into_is_an_object() -> None:
    foreign = "new Proxy(Object.create(null), {has() { throw new DOMException('cross-origin', 'SecurityError'); }})"
    for code in (foreign, "{get old() { throw new Error('deprecated'); }}"):
        assert isinstance(bridge()[0].to_python(run_js(f"({code})")), PyodideObject)


def test_an_object_comes_back_as_itself() -> None:
    room = wrapped("new (class Room {})()")
    same = wrapped("{same(a, b) { return a === b; }}")
    assert same.call("same", room, room) is True


def test_what_javascript_cannot_have_is_refused() -> None:
    owner, _ = bridge()
    with raises(TypeError, "nothing like a object"):
        owner.to_javascript(object())


def test_data_that_contains_itself_is_refused() -> None:
    owner, _ = bridge()
    ring: dict[str, object] = {}
    ring["again"] = [ring]
    with raises(ValueError, "contains itself"):
        owner.to_javascript(ring)
