"""The runtime, the browser and the window fail, from outside: what the agent reads, and what Omnichannel is told."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from browser.failures import CONNECTED, ENDED, expect_failure
from sizes import in_full

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Route

    from cotab_kit.testing import Tab

    Simulate = Callable[..., None]
    Join = Callable[[], None]


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

# Without these a page starts all the same; test_snapshot_in_the_page.py takes them away.
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
    harmless = {"cobrowse.html", "screenshare.html", "notices.html", "style.css", "floor.js", "boot.js", "fake_sdk.js"}
    harmless |= {"cobrowse.svg", "sbom.xml", "screenshare.svg", "watchdog.js"}
    harmless |= {"configuration.html", "configuration.css", "configuration_json.xml"}  # test_configuration.py has these
    harmless |= {"trial.html", "trial.js"}  # and tests/desktop/test_guided_trial.py those
    built = {path.name for path in (cotab_dist / "webresources").rglob("*") if path.is_file()}
    assert built - harmless - SNAPSHOT - RESTS == set(Part)


@pytest.mark.full
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
        in_full(Part.WASM, missing, "RUNTIME_MISSING"),
        (Part.INTERPRETER, cut, "RUNTIME_MISSING"),
        in_full(Part.WASM, cut, "RUNTIME_DAMAGED"),
        in_full(Part.PROJECT, shortened, "RUNTIME_DAMAGED"),
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
    tab.frame.evaluate("""() => cotab.update('{"error-code": {"text": "all is well"}}')""")
    expect_failure(tab, "BOOT_TIMEOUT")
    tab.frame.evaluate(f"() => {{ globalThis.done = ({PYTHON_IS_DONE})() }}")
    [route] = held
    route.continue_()
    tab.frame.evaluate("() => done.then(() => null)")
    expect_failure(tab, "BOOT_TIMEOUT")
    assert tab.frame.evaluate("() => typeof FakeSdk") == "undefined"
    assert tab.events == []


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
    tab.press("show-invitation")
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


@pytest.mark.full
def test_in_a_window_of_another_origin_the_session_works_untold(tab: Tab, join: Join) -> None:
    tab.open(within="another origin", csp="none")
    join()
    tab.expect_text("Dynamics 365 runs inside another site here, so it cannot be told")
    tab.press("show-invitation")
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


@pytest.mark.full
def test_every_button_can_be_pressed_twice(tab: Tab, join: Join, simulate: Simulate) -> None:
    def twice(name: str) -> None:
        tab.frame.locator(f"#{name}").dblclick()

    tab.open()
    join()
    tab.frame.evaluate(COUNT)
    twice("show-invitation")
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
