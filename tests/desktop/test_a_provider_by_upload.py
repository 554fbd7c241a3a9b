"""A publisher's solution by upload: its buttons, words and tabs come without a reload, and go without a trace."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from cotab_kit.desktop.bundle import pages
from cotab_kit.desktop.server import Desktop as LocalOmnichannel
from cotab_kit.desktop.server import serve
from cotab_kit.emulator import LocalOrg
from cotab_kit.preview.seed import WIDGET, seed
from desktop.wrong_tabs import WRONG, with_page
from kit.deploy.runs import release
from kit.desktop.site import data_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import FilePayload

    from cotab_kit.testing import Desktop
    from desktop.conftest import At

ENGLISH = {"label": "Browse along", "tooltip": "See the page of the customer", "slash_command": "/along"}
GERMAN = {"label": "Mitlesen", "tooltip": "Die Seite des Kunden sehen", "slash_command": "/along"}
SHARE = {"label": "See the screen", "tooltip": "See the screen of the customer", "slash_command": "/screen"}
ASSIST = with_page(
    release(
        cobrowse={"languages": {"en-US": ENGLISH, "de-DE": GERMAN}},
        screenshare={"languages": {"en-US": SHARE}},
    ),
    WRONG / "right.html",
)


@pytest.fixture(scope="module")
def agent(agent_at: At) -> Iterator[Desktop]:
    with LocalOrg.open() as org:
        seed(org)
        with serve(LocalOmnichannel(org, pages=pages())) as server, agent_at(server) as agent:
            yield agent


@pytest.fixture
def admin(agent: Desktop) -> Iterator[Page]:
    with agent.context.new_page() as page:
        page.goto(f"{agent.server.url}/admin")
        expect(page.locator("html")).to_have_attribute("data-ready", "true")
        yield page


def upload(admin: Page, *contents: bytes) -> None:
    """As an administrator does it; the first is the data package, which must not be installed first."""
    names = ["assist_data.zip", "assist.zip"]
    payload: list[FilePayload] = [
        {"name": name, "mimeType": "application/zip", "buffer": each}
        for name, each in zip(names, contents, strict=False)
    ]
    admin.get_by_label("Zip file").set_input_files(payload)


def test_an_administrator_installs_chooses_orders_and_uninstalls(agent: Desktop, admin: Page) -> None:
    agent.open_conversation()
    assert agent.buttons == []
    admin.get_by_role("link", name="Chat widgets").click()
    cobrowse, sharing = (admin.get_by_role("switch", name=name) for name in ("Co-browse", "Screen sharing"))
    expect(cobrowse).to_be_disabled()
    expect(admin.get_by_text("No co-browse provider is installed.")).to_be_visible()

    admin.get_by_role("link", name="Solutions").click()
    upload(admin, data_of(ASSIST), ASSIST.zip)
    expect(admin.locator("#progress")).to_contain_text("rows are written")
    admin.get_by_text("Rows of its provider").click()
    expect(admin.get_by_text("Contoso Assist_cobrowse")).to_be_visible()

    admin.get_by_role("link", name="Chat widgets").click()
    cobrowse.check()
    expect(admin.get_by_label("Co-browse provider")).to_have_value(provider_id(agent))
    sharing.check()
    control = agent.page.locator("#control fluent-button")
    expect(control).to_have_text(["Browse along", "See the screen"])

    admin.get_by_role("link", name="Conversation actions").click()
    admin.get_by_label("Order of Contoso Assist co-browse").fill("7")
    admin.get_by_label("Order of Contoso Assist co-browse").press("Enter")
    expect(control).to_have_text(["See the screen", "Browse along"])
    expect(control.last).to_have_attribute("title", "See the page of the customer")

    agent.slash("/al")
    agent.expect_event("CobrowseConnectedEvent")
    agent.close_tab("Browse along")
    admin.get_by_role("link", name="Solutions").click()
    admin.get_by_role("button", name="Uninstall").click()
    expect(admin.locator("#report")).to_contain_text("Nothing.")
    expect(control).to_have_count(0)
    expect(admin.get_by_text("No solution is installed.")).to_be_visible()
    agent.expect_no_violation()


def test_what_is_no_solution_is_refused_with_a_reason(admin: Page) -> None:
    upload(admin, b"no zip")
    expect(admin.locator("#progress")).to_contain_text("invalid")
    expect(admin.locator("#progress")).to_have_attribute("data-state", "failed")


def provider_id(agent: Desktop) -> str:
    (row,) = agent.server.desktop.org.rows("msdyn_provider")
    return str(row["msdyn_providerid"])


@pytest.mark.full
def test_switches_make_it_another_omnichannel(agent: Desktop) -> None:
    agent.install(ASSIST.zip)
    agent.install(data_of(ASSIST))
    agent.enable("cobrowse", provider="Contoso Assist", widget=WIDGET)
    agent.enable("screenshare")
    agent.open(lcid=1031, encode="twice", csp="strict-wasm", latency=20, icon="token", refresh=0, close="navigate")
    conversation = agent.open_conversation("Jonas Weber")
    assert agent.buttons == ["Mitlesen", "See the screen"]  # German has no words for the second
    expect(agent.page.locator("#control img")).to_have_count(0)
    agent.expect_console_error("Executing inline script violates")  # the page's; strict-wasm forbids it
    agent.press("Mitlesen")
    url = agent.tab().url
    assert "-strict-wasm-20ms%7D/WebResources/contoso_/assist/cobrowse.html?data=%257B%2522" in url
    assert conversation in url
    agent.tab().evaluate("() => { window.kept = true }")
    agent.switch_tab("Customer summary")
    agent.switch_tab("Browse along")
    assert agent.tab().evaluate("() => window.kept")
    agent.close_tab("Browse along")
