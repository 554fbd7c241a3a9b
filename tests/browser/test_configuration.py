"""The configuration page in a browser, as a web resource of a local org into which the solution has been imported."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest
from playwright.sync_api import expect

from browser.cdn import Cdn
from browser.orgs import TABLES, Administrator, served, settings
from cotab_kit.emulator import Fault, Faults, LocalOrg
from cotab_kit.emulator.webresources import policies
from cotab_kit.layout import Workspace
from cotab_kit.testing.plugin import watched
from reading import CUT, SPACED
from sizes import in_full

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Frame

    Axe = Callable[[Frame], list[str]]

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
STRINGS = Path(__file__).parents[2] / "webresource" / "page" / "configuration" / "strings"
CAPABILITY = "msdyn_channelcapability"


@pytest.fixture
def faults(org: LocalOrg) -> Faults:
    """What fails on the way to the org: nothing, until its members are set."""
    return Faults(org.app)


@pytest.fixture
def administrator(
    request: pytest.FixtureRequest, browser: Browser, org: LocalOrg, built: Path, faults: Faults
) -> Iterator[Administrator]:
    """Whoever sets the solution up; the page is not opened yet."""
    resource = json.loads((built / "build.json").read_text("utf-8"))["configuration"]
    wanted = settings(built, resource)["provisioning"]
    with (
        served(faults) as server,
        browser.new_context(locale="en-US") as context,
        watched(request.node, context) as watch,
    ):
        yield Administrator(org, server.url, context, watch, context.new_page(), resource, wanted)


@pytest.mark.parametrize(
    "policy",
    [
        pytest.param("default", id="pyscript"),
        in_full("strict-wasm", id="pyodide", marks=[pytest.mark.variant(boot="pyodide")]),
        in_full("default", id="cdn", marks=[pytest.mark.variant(runtime="cdn")]),
    ],
)
def test_an_org_is_set_up_and_left_as_it_was(
    administrator: Administrator, policy: str, pytestconfig: pytest.Config
) -> None:
    org = administrator.org
    Cdn(administrator.context, Workspace(pytestconfig.rootpath).node / "node_modules" / "pyodide")
    org.seed_settings(policy=policies()[policy] or "")
    before = org.snapshot()
    administrator.open()
    administrator.expect_state("nothing")
    expect(administrator.page.locator("#remove")).to_be_hidden()

    administrator.press("set-up")
    administrator.expect_state("complete")
    assert administrator.rows == administrator.all_rows
    assert set(administrator.found.values()) == {"there"}
    assert administrator.text("notice").startswith(f"Done: {len(administrator.all_rows)} created")
    after = org.snapshot()

    administrator.press("set-up")
    expect(administrator.page.locator("#notice")).to_contain_text(f"{len(administrator.all_rows)} as they were")
    assert org.snapshot() == after

    administrator.press("remove", "remove-now")
    administrator.expect_state("nothing")
    assert org.snapshot() == before


def test_the_page_is_that_of_the_solution(administrator: Administrator) -> None:
    (solution,) = administrator.org.rows("solution", ismanaged=True)
    assert f"<org>/WebResources/{administrator.resource} " in str(solution["description"])


@pytest.mark.full
def test_what_is_missing_is_named_and_made_again(administrator: Administrator) -> None:
    administrator.open()
    administrator.expect_state("nothing")
    administrator.press("set-up")
    administrator.expect_state("complete")
    gone = administrator.org.rows(CAPABILITY)[0]
    delete(administrator, f"msdyn_channelcapabilities({gone['msdyn_channelcapabilityid']})")
    administrator.press("look-again")
    administrator.expect_state("partly")
    assert administrator.found[str(gone["msdyn_name"])] == "missing"
    administrator.press("set-up")
    administrator.expect_state("complete")
    assert administrator.text("notice").startswith("Done: 1 created, 0 updated, 0 removed")
    assert administrator.rows == administrator.all_rows


def delete(administrator: Administrator, path: str) -> None:
    """As someone else does it in the meantime."""
    answer = administrator.context.request.delete(f"{administrator.url}/api/data/v9.2/{path}")
    assert answer.ok


@pytest.mark.full
@pytest.mark.parametrize("button", [in_full("remove-now"), "remove-and-reset"])
def test_chat_widgets_that_point_to_the_provider_are_shown_before_it_goes(
    administrator: Administrator, button: str
) -> None:
    administrator.open()
    administrator.expect_state("nothing")
    administrator.press("set-up")
    administrator.expect_state("complete")
    capability = str(administrator.org.rows(CAPABILITY)[0]["msdyn_channelcapabilityid"])
    administrator.org.seed_widget("Web shop", cobrowse=capability)
    administrator.org.seed_widget("Others", cobrowse="someone else's")
    administrator.press("remove")
    expect(administrator.page.locator("#widget-list li")).to_have_text(["Web shop"])
    expect(administrator.page.locator("#confirm")).to_be_focused()
    assert administrator.rows == administrator.all_rows

    administrator.press("keep")
    expect(administrator.page.locator("#confirm")).to_be_hidden()
    expect(administrator.page.locator("#remove")).to_be_focused()
    administrator.press("remove", button)
    administrator.expect_state("nothing")
    assert administrator.rows == set()
    (widget,) = administrator.org.rows("msdyn_livechatconfig", msdyn_name="Web shop")
    left = capability if button == "remove-now" else None
    assert (widget["msdyn_cobrowseprovider"], widget["msdyn_enablecobrowse"]) == (left, left is not None)
    (other,) = administrator.org.rows("msdyn_livechatconfig", msdyn_name="Others")
    assert other["msdyn_cobrowseprovider"] == "someone else's"


@pytest.mark.full
def test_missing_privileges_are_named_and_what_the_org_refuses_is_explained(administrator: Administrator) -> None:
    administrator.org.restrict("prvCreatemsdyn_channelcapability")
    administrator.open()
    administrator.expect_problem("PRIVILEGES_MISSING")
    assert administrator.text("error-detail") == "prvCreatemsdyn_channelcapability"
    administrator.console.expect("403")
    administrator.press("set-up")
    administrator.expect_problem("ACCESS_DENIED")
    assert "missing prvCreatemsdyn_channelcapability privilege" in administrator.text("error-detail")
    administrator.expect_state("partly")
    administrator.org.restrict()
    administrator.press("set-up")
    administrator.expect_state("complete")
    expect(administrator.page.locator("#error")).to_be_hidden()


@pytest.mark.full
@pytest.mark.parametrize(
    ("fault", "code"),
    [
        in_full(Fault.BROKEN, "ORG_FAILED"),
        in_full(Fault.THROTTLED, "ORG_BUSY"),
        (None, "CONNECTION_LOST"),
    ],
)
def test_a_set_up_that_was_cut_off_is_completed_by_pressing_the_button_again(
    administrator: Administrator, faults: Faults, fault: Fault | None, code: str
) -> None:
    page = administrator.page
    page.clock.install()
    administrator.open()
    administrator.expect_state("nothing")
    administrator.console.expect("Failed to load resource")
    page.route("**/msdyn_conversationactionlocales(*", lambda route: fail(fault, faults, route.abort, route.continue_))
    administrator.press("set-up")
    administrator.wait_out(lambda: page.locator("#error").is_visible())
    administrator.expect_problem(code)
    administrator.expect_state("partly")
    assert 0 < len(administrator.rows) < len(administrator.all_rows)
    page.unroute("**/msdyn_conversationactionlocales(*")
    faults.fault = None
    administrator.press("set-up")
    administrator.expect_state("complete")
    assert administrator.rows == administrator.all_rows


def fail(fault: Fault | None, faults: Faults, abort: Callable[[], None], go_on: Callable[[], None]) -> None:
    """Cut the connection in the browser, or let the org fail at the next call."""
    if fault is None:
        abort()
        return
    faults.fault, faults.at, faults.times = fault, len(faults.calls) + 1, 1
    go_on()


@pytest.mark.full
def test_an_org_without_omnichannel_is_said_to_have_none(administrator: Administrator) -> None:
    administrator.org.remove_tables(*TABLES)
    administrator.console.expect("404")
    administrator.open()
    administrator.expect_problem("OMNICHANNEL_MISSING")
    administrator.expect_state("failed")
    expect(administrator.page.locator("#set-up")).to_be_hidden()


@pytest.mark.full
def test_who_has_been_signed_out_is_told_so_and_can_go_on(administrator: Administrator) -> None:
    administrator.org.seed_settings(sign_in=True)
    administrator.console.expect("401")
    administrator.open()
    administrator.expect_problem("SIGNED_OUT")
    administrator.org.seed_settings(sign_in=False)
    administrator.press("look-again")
    administrator.expect_state("nothing")


@pytest.mark.full
def test_a_page_that_is_in_no_org_says_so(administrator: Administrator) -> None:
    administrator.console.expect("404")
    administrator.page.route("**/api/**", lambda route: route.fulfill(status=404, body="Not Found"))
    administrator.open()
    administrator.expect_problem("NOT_IN_AN_ORG")


@pytest.mark.full
@pytest.mark.parametrize(("body", "code"), [(None, "RUNTIME_MISSING"), ("<carrier/>", "RUNTIME_DAMAGED")])
def test_a_part_of_its_own_that_is_missing_or_damaged_is_named(
    administrator: Administrator, body: str | None, code: str
) -> None:
    status, text = (404, "") if body is None else (200, body)
    administrator.console.expect("404", optional=True)
    administrator.page.route("**/configuration_json.xml", lambda route: route.fulfill(status=status, body=text))
    administrator.open()
    administrator.expect_problem(code)
    assert "configuration_json.xml" in administrator.text("error-detail")
    administrator.expect_state("failed")


@pytest.mark.full
def test_the_log_tells_every_step_and_can_be_copied(administrator: Administrator) -> None:
    administrator.context.grant_permissions(["clipboard-read", "clipboard-write"])
    administrator.open()
    administrator.expect_state("nothing")
    administrator.press("set-up")
    administrator.expect_state("complete")
    administrator.press("log-title", "copy-log")
    administrator.page.wait_for_function("async () => (await navigator.clipboard.readText()).includes('cotab: ')")
    copied: str = administrator.page.evaluate("navigator.clipboard.readText()")
    assert copied.count("cotab: create ") == len(administrator.all_rows)
    assert "Traceback" not in copied


@pytest.mark.full
def test_axe_finds_nothing_in_any_state(administrator: Administrator, axe: Axe) -> None:
    page = administrator.page

    def faultless() -> None:
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            assert axe(page.main_frame) == [], scheme

    administrator.org.restrict("prvDeletemsdyn_provider")
    administrator.open()
    administrator.expect_problem("PRIVILEGES_MISSING")
    faultless()
    administrator.press("set-up")
    administrator.expect_state("complete")
    faultless()
    action = administrator.org.rows("msdyn_conversationaction")[0]
    path = f"msdyn_conversationactions({action['msdyn_conversationactionid']})"
    patched = administrator.context.request.patch(
        f"{administrator.url}/api/data/v9.2/{path}", data={"msdyn_icon": "/other.svg"}
    )
    assert patched.ok
    administrator.press("look-again")
    administrator.expect_state("differs")
    faultless()
    administrator.org.seed_widget("Web shop", cobrowse=str(administrator.wanted["rows"][0]["id"]))
    administrator.press("remove")
    expect(page.locator("#widgets")).to_be_visible()
    faultless()


@pytest.mark.full
def test_everything_is_done_with_the_keyboard_alone_in_another_language(administrator: Administrator) -> None:
    texts = json.loads((STRINGS / "de-DE.json").read_text("utf-8"))
    page = administrator.page
    page.goto(f"{administrator.url}/WebResources/{administrator.resource}?userlcid=1031")
    administrator.expect_state("nothing")
    expect(page.locator("#state")).to_have_text(texts["state.nothing"])
    press(administrator, "set-up")
    administrator.expect_state("complete")
    expect(page.locator("#set-up")).to_be_focused()
    press(administrator, "remove")
    expect(page.locator("#confirm")).to_be_focused()
    press(administrator, "remove-now")
    administrator.expect_state("nothing")
    assert administrator.rows == set()


def press(administrator: Administrator, button: str) -> None:
    """Walk to the button with the Tab key, and press Enter."""
    for _ in range(40):
        if administrator.page.evaluate("document.activeElement.id") == button:
            administrator.page.keyboard.press("Enter")
            return
        administrator.page.keyboard.press("Tab")
    raise AssertionError(f"{button} cannot be reached")


@pytest.mark.full
def test_all_can_be_read_on_320_pixels_with_wide_texts(administrator: Administrator) -> None:
    page = administrator.page
    page.set_viewport_size({"width": 320, "height": 600})
    page.goto(f"{administrator.url}/WebResources/{administrator.resource}?userlcid=1031")
    page.evaluate(f"() => ({SPACED})(document)")
    administrator.expect_state("nothing")
    assert page.evaluate(CUT) == []
    administrator.press("set-up")
    administrator.expect_state("complete")
    assert page.evaluate(CUT) == []
    administrator.press("remove")
    expect(page.locator("#confirm")).to_be_focused()
    assert page.evaluate(CUT) == []
