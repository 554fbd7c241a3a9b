"""PageBrowser over a window made of JavaScript objects: storage, Web API, elements, and what is refused."""

from __future__ import annotations

import js
from pyodide.code import run_js

from cotab import ConversationError, NotAvailableError
from cotab._js.page import PageBrowser
from cotab._js.pyodide import Bridge
from cotab._js.pyodide_object import PyodideObject
from suite.support import bridge, raises

WINDOW = """
(overrides) => {
  const stored = new Map();
  const element = { attributes: {}, textContent: "", append() {}, remove() { delete this.f; },
    setAttribute(n, v) { this.attributes[n] = v; },
    removeAttribute(n) { delete this.attributes[n]; }, addEventListener(e, f) { this.f = f; } };
  const view = new globalThis.View();
  view.attach({ getElementById: () => element, createElement: () => element });
  const window = {
    element,
    cotab: { page: { mode: "cobrowse", adapter: "main:A", provider: "P", folder: "p_/p", settings: {a: 1},
        settings_variable: "", provider_timeout_seconds: 30 },
      texts: {k: "v"}, json(name) { return JSON.stringify(this[name]); }, language: "de-DE", topReachable: true,
      query: "?data=x", update: (wanted) => view.update(wanted), onClick: (id, press) => view.onClick(id, press),
      presses: view.presses, addControl: (id, tag) => view.add(id, tag), removeControl: (id) => view.remove(id),
      failed: false, printed: [], events: [],
      inTop: (...names) => names.reduce((found, name) => found?.[name], window.top) ?? null,
      conversation: async () => "c-9", dispatch(e) { this.events.push(e); }, print(l, t) { this.printed.push([l, t]); },
      ready() {}, async copy() { return true; }, onPageHidden(f) { this.leave = f; } },
    sessionStorage: { getItem: (k) => stored.get(k) ?? null, setItem: (k, v) => stored.set(k, v),
      removeItem: (k) => stored.delete(k) },
    top: {},
    fetch: async () => ({ ok: true, status: 204 }),
    ...overrides,
  };
  return window;
}
"""

XRM = "({ Xrm: { Utility: { getGlobalContext: () => ({ getClientUrl: () => 'https://org.example' }) } } })"


def browser(overrides: str = "({})") -> tuple[PageBrowser, PyodideObject]:
    """A PageBrowser and its window."""
    owner, _ = bridge()
    window = PyodideObject(run_js(WINDOW)(run_js(overrides)), owner)
    return PageBrowser(window, lambda tasks: Bridge(js, tasks)), window


def test_it_reads_what_the_build_wrote() -> None:
    page, _ = browser()
    assert (page.page.settings, page.texts["k"], page.language, page.query()) == ({"a": 1}, "v", "de-DE", "?data=x")


async def test_it_knows_the_focused_conversation() -> None:
    page, _ = browser()
    assert await page.focused_conversation() == "c-9"


def test_it_keeps_and_drops_values() -> None:
    page, _ = browser()
    assert page.read("k") is None
    page.write("k", "v")
    assert page.read("k") == "v"
    page.write("k", None)
    assert page.read("k") is None


def test_refused_storage_is_no_error() -> None:
    page, window = browser()
    refuse = run_js("(w) => Object.defineProperty(w, 'sessionStorage', { get() { throw new Error('denied'); } })")
    refuse(window.js_object)
    page.write("k", "v")
    assert page.read("k") is None


def test_elements_get_text_and_attributes() -> None:
    page, window = browser()
    page.update({"any": {"text": "<b>", "hidden": True, "aria-pressed": "false", "href": None}})
    element = window.get("element")
    assert element.get("textContent") == "<b>"
    assert element.get("attributes") == {"hidden": "", "aria-pressed": "false"}
    page.update({"any": {"hidden": False}})
    assert element.get("attributes") == {"aria-pressed": "false"}


def test_a_click_is_heard_and_a_double_click_once() -> None:
    page, window = browser()
    clicks: list[str] = []
    page.on_click("any", lambda: clicks.append("end"))
    for detail in (0, 1, 2):
        window.get("element").call("f", {"detail": detail})
    assert clicks == ["end"] * 2


def test_a_button_of_the_adapters_is_pressed_until_it_is_removed() -> None:
    page, window = browser()
    presses: list[str] = []
    page.add_control("own-one", "button", lambda: presses.append("one"))
    window.get("element").call("f", {"detail": 1})
    window.get("element").call("f", {})
    pressing = window.get("element").get("f")
    page.remove_control("own-one")
    pressing({"detail": 1})
    assert presses == ["one"] * 2


def test_outside_dynamics_there_is_neither_omnichannel_nor_a_web_api() -> None:
    page, _ = browser()
    assert page.omnichannel() is None
    assert page.web_api_base() is None


async def test_without_a_web_api_a_note_is_not_available() -> None:
    page, _ = browser()
    with raises(NotAvailableError):
        await page.web_api("POST", "annotations", {})


async def test_the_web_api_is_called_on_the_organization() -> None:
    page, window = browser(f"({{ top: {XRM} }})")
    run_js(
        "(w) => { w.asked = []; w.fetch = async (u, o) => { w.asked.push(u, o.method, o.body); return {ok: true}; }; }"
    )(window.js_object)
    await page.web_api("POST", "annotations", {"a": 1})
    assert window.get("asked") == ["https://org.example/api/data/v9.2/annotations", "POST", '{"a": 1}']


async def test_a_refusal_of_the_web_api_says_status_and_reason() -> None:
    page, window = browser(f"({{ top: {XRM} }})")
    run_js("(w) => { w.fetch = async () => ({ok: false, status: 403, text: async () => 'no right'}); }")(
        window.js_object
    )
    with raises(ConversationError, "status 403: no right"):
        await page.web_api("POST", "annotations", {})


def test_hiding_the_page_calls_the_handler_synchronously() -> None:
    page, window = browser()
    left: list[int] = []
    page.on_page_hidden(lambda: left.append(1))
    window.get("cotab").call("leave")
    assert left == [1]


def test_an_error_is_reported_with_its_traceback() -> None:
    page, window = browser()
    try:
        raise ValueError("broken")
    except ValueError as error:
        page.report(error)
    level, text = window.get("cotab").get("printed")[0]
    assert level == "error"
    assert "test_an_error_is_reported" in text
    assert "ValueError: broken" in text
