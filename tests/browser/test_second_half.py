"""The rest of the wasm modules: a start does without it, what needs it gets it at once, and its loss is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from browser.parts import (
    ORDINARY,
    carriers_requested,
    cut,
    garble,
    log,
    not_there,
    unreachable,
    wait_until_kept,
)
from sizes import in_full

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Route

    from cotab_kit.testing import Tab

CONNECTED, ENDED = "CobrowseConnectedEvent", "CobrowseEndedEvent"
MAIN = "pyodide.asm.wasm"
CORE = "_pydantic_core.cpython-314-wasm32-emscripten.so"
MAIN_REST = "pyodide_asm_wasm_rest.xml"
CORE_REST = "_pydantic_core_cpython_314_wasm32_emscripten_so_rest.xml"
EARLY = {"conversationId": "x", "early": "parses"}

both_boots = pytest.mark.parametrize(
    "boot",
    [
        pytest.param("pyodide", marks=pytest.mark.variant(project="faults", boot="pyodide")),
        in_full("pyscript", marks=[pytest.mark.variant(project="faults", boot="pyscript")]),
    ],
)


def rests(tab: Tab) -> dict[str, Any]:
    """What is known of each module's rest: whether a call could not wait for it, and whether it is there."""
    found: dict[str, Any] = tab.frame.evaluate(
        """() => Object.fromEntries(
          Object.entries(cotab.parts.rests).map(([name, { hurried, loaded }]) => [name, [hurried, loaded.value]]))"""
    )
    return found


def wait_until_joined(tab: Tab) -> None:
    tab.frame.wait_for_function("() => Object.values(cotab.parts.rests).every(({ loaded }) => loaded.value)")


def expect_failure(tab: Tab, code: str, detail: str) -> None:
    expect(tab.frame.locator("#error-code")).to_have_text(code, timeout=30_000)
    tab.expect_state("failed")
    assert detail in tab.text()


@pytest.mark.parametrize(
    "boot",
    [
        in_full("pyodide", marks=[pytest.mark.variant(boot="pyodide")]),
        pytest.param("pyscript", marks=pytest.mark.variant(boot="pyscript")),
    ],
)
def test_an_ordinary_start_and_session_do_without_the_rest(tab: Tab, boot: str) -> None:
    held: list[Route] = []
    tab.context.route("**/*_rest.xml", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks it
    tab.open()
    tab.expect_state("inviting")
    assert rests(tab) == {MAIN: [False, 0], CORE: [False, 0]}, boot
    for route in held:
        route.continue_()
    tab.context.unroute_all()
    wait_until_joined(tab)
    assert rests(tab) == {MAIN: [False, 1], CORE: [False, 1]}


@pytest.mark.full
@both_boots
def test_what_is_called_early_is_loaded_at_once_in_every_kind_of_start(
    tab: Tab, subtests: pytest.Subtests, boot: str
) -> None:
    def started() -> None:
        tab.expect_state("inviting")
        assert rests(tab)[MAIN] == [True, 1], boot
        assert ORDINARY not in log(tab)

    with subtests.test("nothing is there yet"):
        tab.open(data=EARLY)
        started()
        wait_until_joined(tab)
        wait_until_kept(tab)
    with subtests.test("the second start in a session"):
        tab.reload()
        started()
    with subtests.test("parts from Cache Storage"):
        tab.open(data=EARLY)
        started()
        wait_until_kept(tab)


@pytest.mark.full
@both_boots
def test_what_is_called_early_of_a_library_is_loaded_at_once(tab: Tab, boot: str) -> None:
    tab.open(data={"conversationId": "x", "early": "validates"})
    tab.expect_state("inviting")
    assert rests(tab)[CORE] == [True, 1], boot


LOSSES = [
    (not_there, "RUNTIME_MISSING", "404"),
    in_full(unreachable, "RUNTIME_MISSING", "ERR_FAILED"),
    (garble, "RUNTIME_DAMAGED", ""),
    in_full(cut, "RUNTIME_DAMAGED", ""),
]


def expect_the_end_of_python(tab: Tab, told: str = "") -> None:
    """What the console says when a call into the rest fails."""
    tab.expect_console_error("Pyodide has suffered a fatal error")
    tab.expect_console_error("fatal error was|while handling the fatal error|_rest.xml", optional=True)
    if told:
        tab.expect_console_error(told)


@pytest.mark.full
@pytest.mark.variant(project="faults")
@pytest.mark.parametrize(("loss", "code", "told"), LOSSES)
def test_a_session_whose_rest_is_lost_works_until_it_needs_it_and_ends_in_plain_words(
    tab: Tab, join: Callable[[], None], *, loss: Callable[[Route], None], code: str, told: str
) -> None:
    expect_the_end_of_python(tab, told)
    tab.context.route(f"**/{MAIN_REST}", loss)
    with tab.page.expect_request(f"**/{MAIN_REST}"):
        tab.open()
    join()
    tab.frame.evaluate("() => { setTimeout(() => FakeSdk.current.simulate('do', 'parses')) }")
    expect_failure(tab, code, "A part of this tab")
    tab.expect_text("Reload this tab")
    tab.expect_events(CONNECTED, ENDED)

    tab.context.unroute_all()
    tab.reload()
    tab.expect_state("connected")
    tab.frame.evaluate("() => FakeSdk.current.simulate('do', 'parses')")
    assert rests(tab)[MAIN][1]
    tab.expect_state("connected")


@pytest.mark.full
@both_boots
def test_a_start_that_needs_a_lost_rest_says_so(tab: Tab, boot: str) -> None:
    expect_the_end_of_python(tab, "404")
    tab.context.route(f"**/{CORE_REST}", not_there)
    tab.open(data={"conversationId": "x", "early": "validates"})
    expect_failure(tab, "RUNTIME_MISSING", CORE)
    assert tab.frame.evaluate("cotab.page.boot") == boot
    assert tab.events == []


@pytest.mark.variant(project="faults")
def test_a_rest_that_was_lost_is_asked_for_again_when_it_is_needed(tab: Tab, simulate: Callable[..., None]) -> None:
    tab.expect_console_error("404")
    tab.context.route(f"**/{MAIN_REST}", not_there, times=1)
    with tab.page.expect_response(f"**/{MAIN_REST}"):
        tab.open()
    tab.expect_state("inviting")
    simulate("do", "parses")
    assert rests(tab)[MAIN] == [True, 1]
    tab.expect_state("inviting")


@pytest.mark.full
@both_boots
def test_an_ordinary_start_has_the_whole_modules(tab: Tab, boot: str) -> None:
    tab.expect_console_error("snapshot_bin_1")
    tab.context.route("**/snapshot_bin_1.xml", not_there)
    tab.open(data=EARLY)
    tab.expect_state("inviting")
    assert ORDINARY in log(tab), boot
    assert rests(tab) == {MAIN: [False, 1], CORE: [False, 1]}


@pytest.mark.full
@pytest.mark.parametrize("part", [in_full(MAIN_REST), CORE_REST])
def test_an_ordinary_start_without_the_rest_says_what_is_missing(tab: Tab, part: str) -> None:
    tab.expect_console_error("snapshot_bin_1")
    tab.expect_console_error(part)
    tab.context.route("**/snapshot_bin_1.xml", not_there)
    tab.context.route(f"**/{part}", not_there)
    tab.open()
    expect_failure(tab, "RUNTIME_MISSING", part)
    assert tab.events == []


@pytest.mark.full
@pytest.mark.variant(project="faults")
def test_parts_that_cache_storage_has_lost_come_from_their_carriers(tab: Tab) -> None:
    tab.open()
    tab.expect_state("inviting")
    wait_until_kept(tab)
    tab.page.evaluate(
        """async () => {
          const cache = await caches.open((await caches.keys())[0]);
          for (const { url } of await cache.keys()) if (/rest$|snapshot/.test(url)) await cache.delete(url);
        }"""
    )
    asked = carriers_requested(tab)
    tab.open()
    tab.expect_state("inviting")
    wait_until_joined(tab)
    wait_until_kept(tab)
    assert {name.partition(".")[0].rstrip("_12") for name in asked} == {
        "snapshot_bin",
        *(part.partition(".")[0] for part in (MAIN_REST, CORE_REST)),
    }


@pytest.mark.full
@pytest.mark.variant(project="faults")
def test_a_tab_that_is_closed_before_its_rest_is_there_still_says_goodbye(tab: Tab, join: Callable[[], None]) -> None:
    tab.context.route("**/*_rest.xml", lambda route: None)  # noqa: ARG005 - it never comes
    tab.open()
    join()
    tab.page.evaluate("() => { window.tabs = document.querySelector('iframe').contentWindow.cotab }")
    tab.remove()
    assert tab.events == [CONNECTED, ENDED]
    assert not tab.page.evaluate("Object.values(tabs.parts.rests).some(({ hurried }) => hurried)")
    tab.context.unroute_all()
    tab.reopen()
    tab.expect_state("connected")
