"""The provider's SDK, its service and its viewer fail: what the agent reads, and what Omnichannel is told."""

from __future__ import annotations

from base64 import b64encode
from enum import Enum
from hashlib import sha384
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from browser.failures import CONNECTED, ENDED, expect_failure

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Route

    from cotab_kit.testing import Tab

    Simulate = Callable[..., None]
    Join = Callable[[], None]

SDK = Path(__file__).parents[2] / "examples" / "minimal" / "assets" / "fake_sdk.js"

INTEGRITY = f"sha384-{b64encode(sha384(SDK.read_bytes()).digest()).decode()}"


class Sdk(Enum):
    """What arrives instead of the SDK, and what the agent reads then."""

    CHANGED = (lambda route: route.fulfill(body=SDK.read_text("utf-8") + "//", content_type="text/jscript"), "digest")
    MISSING = (lambda route: route.fulfill(status=404), "404")
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


@pytest.mark.full
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
