"""JsObject over the FFI: reading, writing, calling, awaiting, making, listening, and JavaScript's errors."""

from __future__ import annotations

from cotab import JsError, JsObject, SdkNotLoadedError
from cotab._js.pyodide_object import PyodideObject
from suite.support import bridge, raises, until, wrapped


def test_a_member_that_is_not_there_is_none() -> None:
    assert wrapped("{}").get("missing") is None


def test_an_object_is_told_from_data() -> None:
    for code in ("new Map()", "() => 1", "new (class Room {})()", "{id: 1, end() {}}", "new RangeError('x')"):
        assert isinstance(wrapped(code), JsObject), code
    others: list[object] = [{}, [], "text", None, 1]
    assert not any(isinstance(data, JsObject) for data in others)


def test_an_object_is_read_like_a_dict() -> None:
    person = wrapped("Object.create({age: 7}, {name: {value: 'Casey', enumerable: true}, wave: {value() {}}})")
    assert (person["name"], person["age"], "age" in person, "none" in person, list(person)) == (
        "Casey", 7, True, False, ["name"],
    )  # fmt: skip
    assert dict(wrapped("{a: null, f() {}}"))["a"] is None
    assert (person.get("none", 5), wrapped("{a: null}").get("a", 5)) == (5, None)
    with raises(KeyError, "none"):
        person["none"]


def test_an_object_shows_what_it_is() -> None:
    for code, shown in [
        ("{a: 1, get b() { throw 1; }}", "<JsObject Object {a, b}>"),
        ("new (class Room { constructor() { this.id = 1; } })()", "<JsObject Room {id}>"),
        ("function end() {}", "<JsObject function end>"),
        ("() => 1", "<JsObject function without a name>"),
        ("new RangeError('too far')", "<JsObject RangeError: too far>"),
        ("Object.create(null)", "<JsObject Object>"),
        ("new Proxy({}, {getPrototypeOf() { throw 1; }})", "<JsObject of another origin>"),
        (
            "Object.fromEntries('abcdefghij'.split('').map((k) => [k, k]))",
            "<JsObject Object {a, b, c, d, e, f, g, h, ...}>",
        ),
    ]:
        assert repr(wrapped(code)) == shown, code
    assert str(wrapped("{f() {}}")) == "<JsObject Object {f}>"
    assert str(wrapped("new RangeError('too far')")) == "RangeError: too far"


def test_null_is_none() -> None:
    assert wrapped("{a: null}").get("a") is None


def test_members_named_like_python_methods_are_the_javascript_ones() -> None:
    sdk = wrapped("{get: 1, keys: 2, to_py: 3, new: 4, then: 5}")
    assert [sdk.get(name) for name in ("get", "keys", "to_py", "new", "then")] == [1, 2, 3, 4, 5]


def test_methods_are_called_with_their_object() -> None:
    assert wrapped("{factor: 3, times(n) { return this.factor * n; }}").call("times", 14) == 42


def test_a_missing_method_says_its_name() -> None:
    with raises(JsError, "there is no method fly()"):
        wrapped("{}").call("fly")


def test_what_refuses_to_be_asked_for_events_is_refused_as_any_call() -> None:
    with raises(JsError, "subscribing to open: Error: no"):
        wrapped("{get addEventListener() { throw new Error('no'); }}").subscribe("open", print)


def test_a_thrown_error_keeps_name_and_message() -> None:
    try:
        wrapped("{go() { throw new RangeError('too far'); }}").call("go")
    except JsError as error:
        assert (error.name, error.reason) == ("RangeError", "too far")
        assert str(error) == "calling go(): RangeError: too far"
        assert error.__cause__ is not None
    else:
        raise AssertionError("nothing was raised")


def test_a_thrown_string_is_an_error_too() -> None:
    with raises(JsError, "just text"):
        wrapped("{go() { throw 'just text'; }}").call("go")


def test_none_as_an_argument_is_undefined_so_that_defaults_apply() -> None:
    assert wrapped("{go(a, b = 'default') { return `${a} ${b}`; }}").call("go", 1, None) == "1 default"


async def test_promises_are_awaited() -> None:
    assert await wrapped("{async go() { return {deep: [1, null]}; }}").call("go") == {"deep": [1, None]}


async def test_a_rejected_promise_is_an_error() -> None:
    with raises(JsError, "no luck"):
        await wrapped("{async go() { throw new Error('no luck'); }}").call("go")


async def test_a_promise_may_be_rejected_with_anything() -> None:
    for reason, text in [
        ("'no seats'", "no seats"),
        ("{errorCode: 5, message: 'no rights'}", "no rights"),
        ("{code: 5}", '{"code":5}'),
        ("null", "null"),
        ("", "undefined"),
    ]:
        sdk = wrapped(f"{{go() {{ return Promise.reject({reason}); }}, get ready() {{ return this.go(); }}}}")
        with raises(JsError, text):
            await sdk.call("go")
        with raises(JsError, text):
            await sdk.call("go")
        with raises(JsError, text):
            await sdk.get("ready")


def test_whatever_is_thrown_at_once_is_at_hand_as_well() -> None:
    for reason, thrown in [
        ("{errorCode: 5, message: 'no rights'}", {"errorCode": 5, "message": "no rights"}),
        ("7", 7),
    ]:
        for code in (f"{{go() {{ throw {reason}; }}}}", f"{{get go() {{ throw {reason}; }}}}"):
            try:
                wrapped(code).call("go")
            except JsError as error:
                assert (error.thrown, "no rights" in str(error)) == (thrown, thrown != 7)
            else:
                raise AssertionError("nothing was raised")


async def test_what_cannot_even_be_shown_is_an_error_too() -> None:
    for reason in ("Object.create(null)", "Symbol('s')", "{get message() { throw 1; }}", "{n: 1n}", "null"):
        with raises(JsError, "calling go()"):
            await wrapped(f"{{go() {{ return Promise.reject({reason}); }}}}").call("go")


def test_a_member_written_as_an_attribute_gets_a_hint() -> None:
    with raises(AttributeError, "use get(), set() or call()"):
        wrapped("{Client: class {}}").Client()


def test_what_is_no_class_makes_nothing() -> None:
    for code in ("{}", "{Client: () => 1}.Client", "{Client() {}}.Client"):
        with raises(JsError, "making an instance"):
            wrapped(f"({code})").new()


async def test_what_was_thrown_is_at_hand() -> None:
    for reason, thrown in [
        ("{errorCode: 5, message: 'no rights'}", {"errorCode": 5, "message": "no rights"}),
        ("7", 7),
    ]:
        try:
            await wrapped(f"{{go() {{ return Promise.reject({reason}); }}}}").call("go")
        except JsError as error:
            assert error.thrown == thrown
    try:
        await wrapped("{async go() { throw Object.assign(new Error('busy'), {status: 429}); }}").call("go")
    except JsError as error:
        assert (error.reason, error.thrown.get("status")) == ("busy", 429)


async def test_a_promise_from_a_plain_call_can_be_awaited_later() -> None:
    later = wrapped("{async go() { return {a: 1}; }}").call("go")
    assert await later == {"a": 1}


def test_instances_are_made_of_classes() -> None:
    sdk = wrapped("{Room: class { constructor(name) { this.name = name; } hello() { return `in ${this.name}`; } }}")
    assert sdk.get("Room").new("attic").call("hello") == "in attic"


def test_an_object_that_is_a_class_makes_instances_of_itself() -> None:
    room = wrapped("class Room { constructor(name) { this.name = name; } }")
    assert room.new("attic").get("name") == "attic"


def test_an_error_object_reads_as_javascript_writes_it() -> None:
    assert str(wrapped("new RangeError('relay lost')")) == "RangeError: relay lost"


def test_setting_a_member_converts_it() -> None:
    sdk = wrapped("{read() { return JSON.stringify(this.options); }}")
    sdk.set("options", {"a": [1, None, True], "b": {"c": "d"}})
    assert sdk.call("read") == '{"a":[1,null,true],"b":{"c":"d"}}'


def test_the_bare_object_is_at_hand() -> None:
    assert wrapped("{a: 5}").js_object.a == 5


async def test_a_hash_that_browsers_would_pass_over_is_refused() -> None:
    for typo in ("sha-384-AAAA", "sha384:AAAA", "AAAA", "sha384-AAAA nonsense", " "):
        with raises(SdkNotLoadedError, "is no hash"):
            await bridge()[0].load("https://cdn.example/sdk.js", "NoSuchSdk", integrity=typo)


EMITTERS = {
    "addEventListener": "new EventTarget()",
    "on": "{h: {}, on(e, f) { (this.h[e] ??= new Set()).add(f); }, off(e, f) { this.h[e]?.delete(f); }}",
    "addListener": "{h: {}, addListener(e, f) { (this.h[e] ??= new Set()).add(f); },"
    " removeListener(e, f) { this.h[e]?.delete(f); }}",
    "unsubscriber": "{h: {}, on(e, f) { (this.h[e] ??= new Set()).add(f); return () => this.h[e].delete(f); }}",
}


def test_what_a_handler_returns_is_nobodys_matter() -> None:
    owner, errors = bridge()
    emitter = PyodideObject(wrapped(EMITTERS["on"]).js_object, owner)
    emitter.subscribe("ping", lambda *_: emitter.subscribe("pong", print))
    emit(emitter)
    assert errors == []


def test_a_way_to_listen_must_be_a_function() -> None:
    emitter = wrapped("{on: true, h: [], addListener(e, f) { this.h.push(f); }, removeListener() {}}")
    emitter.subscribe("ping", print)
    assert len(emitter.js_object.h) == 1


async def test_a_listening_that_fails_later_is_told() -> None:
    owner, errors = bridge()
    emitter = wrapped("{left: 0, async on() { throw new Error('no such event'); }, async off() { this.left += 1; }}")
    subscription = PyodideObject(emitter.js_object, owner).subscribe("ping", print)
    await until(lambda: errors)
    assert ["no such event" in str(error) for error in errors] == [True]
    subscription.cancel()
    assert emitter.get("left") == 1


def test_every_style_of_events_can_be_listened_to_and_left() -> None:
    for style, code in EMITTERS.items():
        owner, errors = bridge()
        emitter = PyodideObject(wrapped(code).js_object, owner)
        heard: list[object] = []
        subscription = emitter.subscribe("ping", lambda *_, heard=heard: heard.append(1))
        emit(emitter)
        subscription.cancel()
        subscription.cancel()
        emit(emitter)
        assert (style, len(heard), errors) == (style, 1, [])


def test_an_object_without_events_says_so() -> None:
    with raises(JsError, "offers no events"):
        wrapped("{}").subscribe("ping", print)


def emit(emitter: PyodideObject) -> None:
    """Let "ping" happen."""
    helper = wrapped(
        "{go(t) { t.dispatchEvent ? t.dispatchEvent(new Event('ping')) : t.h.ping?.forEach((f) => f(1)); }}"
    )
    helper.call("go", emitter)
