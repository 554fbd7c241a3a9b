"""Every way to fail, injected from outside: what the agent reads, what Omnichannel is told, and that it still bites."""

from __future__ import annotations

import re
from base64 import b64encode
from enum import Enum, StrEnum
from hashlib import sha384
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from sizes import in_full

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Route

    from cotab_kit.testing import Tab

    Simulate = Callable[..., None]
    Join = Callable[[], None]

CONNECTED, ENDED = "CobrowseConnectedEvent", "CobrowseEndedEvent"
SDK = Path(__file__).parents[2] / "examples" / "minimal" / "assets" / "fake_sdk.js"

INTEGRITY = f"sha384-{b64encode(sha384(SDK.read_bytes()).digest()).decode()}"


def expect_failure(tab: Tab, code: str, *texts: str) -> None:
    expect(tab.frame.locator("#error-code")).to_have_text(code, timeout=30_000)
    tab.expect_state("failed")
    for text in texts:
        tab.expect_text(text)


# Parts of the runtime


class Part(StrEnum):
    """What a page cannot start without."""

    INTERPRETER = "interpreter.js"
    PYSCRIPT = "pyscript.js"
    PACKAGES = "packages_json.xml"
    METADATA = "metadata_json.xml"
    PROJECT = "project_json.xml"
    WASM = "pyodide_asm_wasm.xml"
    STANDARD_LIBRARY = "python_stdlib_zip.xml"
    PYDANTIC_CORE = "_pydantic_core_cpython_314_wasm32_emscripten_so.xml"


# Only an ordinary start needs them, so these tests take the snapshot away, too.
ORDINARY = {Part.PACKAGES, Part.STANDARD_LIBRARY}

# Without these a page starts all the same; test_image.py takes them away.
SNAPSHOT = {"snapshot_bin_1.xml", "snapshot_bin_2.xml", "late_json.xml"}

# A start does without these, too, and test_second_half.py takes them away.
RESTS = {"pyodide_asm_wasm_rest.xml", "_pydantic_core_cpython_314_wasm32_emscripten_so_rest.xml"}


def missing(route: Route) -> None:
    route.fulfill(status=404)


def cut(route: Route) -> None:
    """What a broken download leaves."""
    body = route.fetch().body()
    route.fulfill(
        body=body[: len(body) // 2], content_type="text/plain" if ".xml" in route.request.url else "text/jscript"
    )


def shortened(route: Route) -> None:
    """Well-formed, but not all of it."""
    text = route.fetch().text()
    route.fulfill(body=text.replace("</carrier>", "\0")[:-10] + "</carrier>\n", content_type="text/xml")


def garbled(route: Route) -> None:
    """As long as it should be, but not the same."""
    text = route.fetch().text()
    middle = len(text) // 2
    other = "AAAABBBB" if text[middle : middle + 8] != "AAAABBBB" else "BBBBAAAA"
    route.fulfill(body=text[:middle] + other + text[middle + 8 :], content_type="text/xml")


def test_every_part_of_the_runtime_is_sabotaged_below(cotab_dist: Path) -> None:
    harmless = {"cobrowse.html", "screenshare.html", "notices.html", "style.css", "boot.js", "fake_sdk.js"}
    harmless |= {"cobrowse.svg", "screenshare.svg", "watchdog.js"}
    harmless |= {"configuration.html", "configuration.css", "configuration_json.xml"}  # test_configuration.py has these
    built = {path.name for path in (cotab_dist / "webresources").rglob("*") if path.is_file()}
    assert built - harmless - SNAPSHOT - RESTS == set(Part)


def test_a_tab_starts_without_its_watchdog(tab: Tab) -> None:
    asked: list[str] = []

    def refuse(route: Route) -> None:
        asked.append(route.request.url)
        missing(route)

    tab.context.route("**/watchdog.js", refuse)
    tab.open()
    tab.expect_state("inviting")
    assert asked


@pytest.mark.parametrize(
    ("part", "damage", "code"),
    [
        *(in_full(part, missing, "RUNTIME_MISSING") for part in Part if part is not Part.WASM),
        (Part.WASM, missing, "RUNTIME_MISSING"),
        (Part.INTERPRETER, cut, "RUNTIME_MISSING"),
        in_full(Part.WASM, cut, "RUNTIME_DAMAGED"),
        (Part.PROJECT, shortened, "RUNTIME_DAMAGED"),
        in_full(Part.WASM, garbled, "RUNTIME_DAMAGED"),
        (Part.STANDARD_LIBRARY, garbled, "RUNTIME_DAMAGED"),
    ],
)
def test_a_part_that_is_missing_or_damaged_is_named(
    tab: Tab, part: Part, damage: Callable[[Route], None], code: str
) -> None:
    bitten: list[str] = []

    def sabotage(route: Route) -> None:
        bitten.append(route.request.url)
        damage(route)

    tab.context.route(f"**/{part}", sabotage)
    if damage is missing:
        tab.expect_console_error(part)
    if part in ORDINARY:
        tab.context.route("**/snapshot_bin_1.xml", missing)
        tab.expect_console_error("snapshot_bin_1")
    tab.open()
    expect_failure(tab, code, "Reload this tab")
    assert bitten
    assert tab.events == []


PYTHON_IS_DONE = """
() => new Promise((resolve) => document.querySelector("script[type=py]").addEventListener("py:done", resolve))
"""


@pytest.mark.full
@pytest.mark.variant(boot_timeout_seconds=1)
def test_a_start_that_takes_too_long_is_given_up_even_if_it_comes_in_the_end(tab: Tab) -> None:
    held: list[Route] = []
    tab.context.route(f"**/{Part.INTERPRETER}", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks it
    tab.open()
    expect_failure(tab, "BOOT_TIMEOUT", "This tab takes too long to start")
    tab.frame.evaluate(f"() => {{ globalThis.done = ({PYTHON_IS_DONE})() }}")
    [route] = held
    route.continue_()
    tab.frame.evaluate("() => done.then(() => null)")
    expect_failure(tab, "BOOT_TIMEOUT")
    assert tab.frame.evaluate("() => typeof FakeSdk") == "undefined"
    assert tab.events == []


# The provider's SDK and its service


class Sdk(Enum):
    """What arrives instead of the SDK, and what the agent reads then."""

    CHANGED = (lambda route: route.fulfill(body=SDK.read_text("utf-8") + "//", content_type="text/jscript"), "digest")
    MISSING = (missing, "404")
    UNREACHABLE = (lambda route: route.abort(), "ERR_FAILED")


# A sandboxed frame is of an origin of its own.
ASK_A_FOREIGN_WINDOW = """
async () => {
  const viewer = Object.assign(document.createElement("iframe"), { id: "viewer", sandbox: "allow-scripts" });
  document.getElementById("stage").append(viewer);
  return await python.runPythonAsync(`
import js, sys
from cotab._js.pyodide import Bridge
from cotab._tasks import Tasks
window = Bridge(js, Tasks(print)).element("viewer").get("contentWindow")
f"{type(window).__name__} {window.call('postMessage', {'a': 1}, '*')}"
`);
}
"""


class Service(Enum):
    """What the SDK does when it is asked for a session, and the code for the agent."""

    THROWS = ("() => { throw new RangeError('no license') }", "SDK_FAILED", "no license")
    REJECTS = ("async () => { throw new Error('no seats left') }", "SDK_FAILED", "no seats left")
    REJECTS_WITH_NOTHING = ("() => Promise.reject()", "SDK_FAILED", r"createSession\(\): Error: undefined")
    REJECTS_WITH_DATA = ("async () => { throw { code: 5, message: 'no rights' } }", "SDK_FAILED", "Error: no rights")
    ANSWERS_NOTHING = ("async () => null", "PROVIDER_FAILED", "AttributeError")
    ANSWERS_NONSENSE = ("async () => ({ id: 5 })", "PROVIDER_FAILED", "AttributeError")
    INVITES_TO_NOWHERE = (
        "async (topic) => Object.assign(await create(topic), { link: 'javascript:alert(1)' })",
        "PROVIDER_FAILED",
        "ValidationError",
    )
    NEVER_ANSWERS = ("() => new Promise(() => {})", "PROVIDER_TIMEOUT", "ProviderTimeoutError")


# What a callback does while the customer is connected, and what is shown then.
CALLBACKS = {"raises": "a defect in a callback", "raises_later": "a defect in a coroutine"}


@pytest.mark.variant(project="faults", provider_timeout_seconds=3)
def test_whatever_fails_at_the_provider_is_shown_once_and_can_be_tried_again(
    tab: Tab, subtests: pytest.Subtests, join: Join, simulate: Simulate
) -> None:
    """One start for all, because a fault leaves no trace: after each one it works again."""
    bitten: list[Sdk] = []
    fault = Sdk.CHANGED

    def sabotage(route: Route) -> None:
        bitten.append(fault)
        fault.value[0](route)

    tab.context.route("**/fake_sdk.js", sabotage)
    tab.expect_console_error("SdkNotLoadedError")
    for fault in Sdk:
        with subtests.test(fault.name):
            tab.expect_console_error(fault.value[1])
            if fault is Sdk.CHANGED:
                tab.open(data={"conversationId": "x", "integrity": INTEGRITY})
            else:
                tab.press("Try again" if fault is Sdk.MISSING else "start-again")
            expect_failure(tab, "SDK_NOT_LOADED", "The provider's software could not be loaded")
    assert bitten == list(Sdk)
    tab.context.unroute_all()
    tab.press("Start a new session")  # trying again has failed before
    tab.expect_state("inviting")
    tab.press("end-session")

    tab.frame.evaluate("() => { globalThis.create = FakeSdk.createSession }")
    for trouble in Service:
        with subtests.test(trouble.name):
            answer, code, text = trouble.value
            tab.expect_console_error(text)
            tab.frame.evaluate(f"() => {{ FakeSdk.createSession = {answer} }}")
            tab.press("start-again")
            expect_failure(tab, code)
    tab.frame.evaluate("() => { FakeSdk.createSession = create }")
    assert tab.events == []

    events: list[str] = []
    for what, text in CALLBACKS.items():
        with subtests.test(what):
            tab.press("start-again")
            join()
            tab.expect_console_error(text)
            simulate("do", what)
            expect_failure(tab, "PROVIDER_FAILED", text)
            events += [CONNECTED, ENDED]
            tab.expect_events(*events)
            assert tab.frame.evaluate("() => FakeSdk.current.stored.over")  # the provider was told as well
    tab.remove()
    assert tab.events == events


def test_an_sdk_that_takes_the_stage_away_keeps_nothing_from_ending(tab: Tab, join: Join) -> None:
    tab.expect_console_error("replaceChildren|non-object")
    tab.open()
    join()
    tab.frame.evaluate("() => document.getElementById('stage').remove()")
    tab.press("end-session")
    tab.expect_state("ended")
    tab.expect_events(CONNECTED, ENDED)
    assert tab.frame.wait_for_function("() => FakeSdk.current.stored.over")
    tab.press("start-again")
    expect_failure(tab, "SDK_FAILED", "calling show()")


@pytest.mark.variant(project="faults")
def test_a_viewers_window_of_another_origin_is_an_object(tab: Tab) -> None:
    tab.open()
    tab.expect_state("inviting")
    told = tab.frame.evaluate(ASK_A_FOREIGN_WINDOW)
    assert told == "PyodideObject None"


# The browser and the window


@pytest.mark.variant(project="faults")
def test_when_python_dies_boot_js_sends_the_owed_event(tab: Tab, join: Join, simulate: Simulate) -> None:
    tab.expect_console_error("Pyodide has suffered a fatal error")
    tab.expect_console_error("The cause of the fatal error was", optional=True)
    tab.expect_console_error("RuntimeError: unreachable")
    tab.open()
    join()
    tab.frame.evaluate("() => { setTimeout(() => FakeSdk.current.simulate('do', 'dies')) }")
    expect_failure(tab, "PYTHON_DIED", "This tab has stopped working")
    tab.expect_events(CONNECTED, ENDED)
    simulate("lost")
    simulate("joined", {"name": "A Ghost"})  # the SDK lives on
    expect_failure(tab, "PYTHON_DIED")
    tab.remove()
    assert tab.events == [CONNECTED, ENDED]

    tab.reopen()
    tab.expect_state("connected")
    assert tab.events == [CONNECTED, ENDED, CONNECTED]


def test_what_dynamics_refuses_is_said_and_can_be_tried_again(tab: Tab, join: Join) -> None:
    tab.open(reject=["sendMessageToConversation"])
    join()
    tab.expect_console_error("Refused, as the test wants it")
    tab.press("send-invitation")
    tab.expect_text(re.compile("The invitation was not sent"))
    tab.page.evaluate("() => dynamics.refuse('sendMessageToConversation', null)")
    tab.press("send-invitation")
    tab.expect_text("The invitation was sent to the conversation.")

    tab.press("end-session")
    tab.expect_console_error("403")
    tab.expect_console_error("missing prvCreateNote privilege")
    tab.server.refuse_notes()
    tab.press("attach-note")
    tab.expect_text(re.compile("The note was not added"))
    tab.server.refuse_notes(refuse=False)
    tab.press("attach-note")
    tab.expect_text("The note was added to the conversation.")
    assert (len(tab.messages), len(tab.notes)) == (1, 1)
    assert tab.events == [CONNECTED, ENDED]


def test_in_a_window_of_another_origin_the_session_works_untold(tab: Tab, join: Join) -> None:
    tab.open(within="another origin", csp="none")
    join()
    tab.expect_text("Dynamics 365 runs inside another site here, so it cannot be told")
    expect(tab.frame.locator("#send-invitation")).to_be_hidden()
    tab.press("end-session")
    tab.expect_state("ended")
    assert tab.events == []


NO_STORAGE = """
Object.defineProperty(window, "sessionStorage", {
  get() { globalThis.refused = true; throw new DOMException("Refused", "SecurityError"); },
});
"""


@pytest.mark.variant(project="faults")
def test_without_storage_a_session_works_but_does_not_outlive_the_page(tab: Tab, join: Join) -> None:
    tab.context.add_init_script(NO_STORAGE)
    tab.open()
    join()
    assert tab.frame.evaluate("() => refused")
    session = tab.frame.evaluate("() => FakeSdk.current.id")
    tab.reload()
    tab.expect_state("inviting")
    assert tab.frame.evaluate("() => FakeSdk.current.id") != session
    assert tab.events == [CONNECTED, ENDED]


COUNT = """
() => {
  globalThis.created = 0;
  const create = FakeSdk.createSession;
  FakeSdk.createSession = (topic) => { created += 1; return create(topic); };
}
"""


def test_every_button_can_be_pressed_twice(tab: Tab, join: Join, simulate: Simulate) -> None:
    def twice(name: str) -> None:
        tab.frame.locator(f"#{name}").dblclick()

    tab.open()
    join()
    tab.frame.evaluate(COUNT)
    for name in ("copy-pin", "copy-link"):
        twice(name)
        tab.expect_text("Copied.")
    twice("send-invitation")
    tab.expect_text("The invitation was sent to the conversation.")
    twice("tool-pointer")
    expect(tab.frame.locator("#tool-pointer")).to_be_enabled()
    twice("log-title")
    twice("end-session")
    tab.expect_state("ended")
    twice("attach-note")
    tab.expect_text("The note was added to the conversation.")
    twice("start-again")
    join()
    simulate("left")
    tab.expect_state("ended")
    assert len(tab.messages) == 1
    assert len(tab.notes) == 1
    assert tab.frame.evaluate("() => created") == 1
    assert tab.events == [CONNECTED, ENDED] * 2
