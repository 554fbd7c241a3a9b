"""What a tab finds on the window above it, what the other kinds of actions do, and that conversations do not mix."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Error, expect

from desktop.wrong_tabs import WRONG, right_tab, with_page
from kit.deploy.runs import release

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cotab_kit.emulator import LocalOrg
    from cotab_kit.testing import Desktop
    from desktop.conftest import At

ATTACH = """([id, subject]) => fetch("/api/data/v9.2/annotations", {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ subject, "objectid_msdyn_ocliveworkitem@odata.bind": `/msdyn_ocliveworkitems(${id})` }),
})"""
OTHER = "Other kinds of actions"
SCRIPT = b"var Local = { greet(text) { document.title = text } };"
GREET = "contoso_/assist/greet.js"
TAB = "Contoso Assist co-browse"


@pytest.fixture(scope="module")
def agent(agent_at: At) -> Iterator[Desktop]:
    with right_tab(**{"greet.js": SCRIPT}) as server, agent_at(server) as agent:
        other_actions(server.desktop.org)
        other_template(server.desktop.org)
        agent.open(lcid=1066)
        yield agent


PARAMETERS = {"webresourceName": "contoso_/assist/cobrowse.html", "data": '{"a":"{anchor.title}"}'}


def other_template(org: LocalOrg) -> None:
    """A template whose name and unique name are two."""
    org.seed(
        "msdyn_applicationtabtemplate",
        msdyn_name="Named",
        msdyn_uniquename="ctb_unique",
        msdyn_pagetype=509180002,
        msdyn_templateparameters=json.dumps(PARAMETERS),
    )


def other_actions(org: LocalOrg) -> None:
    """A widget whose co-browse button sends a message, and whose other button calls a function."""
    provider = org.seed("msdyn_provider", msdyn_name=OTHER)
    add_action(
        org,
        provider,
        192350002,
        msdyn_name="Reassure",
        msdyn_order=1,
        msdyn_eventname=100000001,
        msdyn_eventparameter="One moment, please.",
    )
    add_action(
        org,
        provider,
        100000000,
        msdyn_name="Greet",
        msdyn_order=2,
        msdyn_eventname=100000002,
        msdyn_eventparameter="Hi",
        msdyn_webresource=GREET,
        msdyn_functionname="Local.greet",
    )
    org.seed_widget(OTHER, cobrowse=provider, screen_sharing=provider)


def add_action(org: LocalOrg, provider: str, mode: int, **columns: str | int) -> None:
    action = org.seed("msdyn_conversationaction", **columns)
    lookups = {
        "msdyn_Provider@odata.bind": f"/msdyn_providers({provider})",
        "msdyn_ConversationAction@odata.bind": f"/msdyn_conversationactions({action})",
    }
    name = str(columns["msdyn_name"])
    org.seed("msdyn_channelcapability", msdyn_name=name, msdyn_escalationchannelmode=mode, **lookups)


@pytest.mark.full
def test_a_tab_uses_what_dynamics_puts_on_the_window(agent: Desktop) -> None:
    conversation = agent.open_conversation("Priya Natarajan")
    agent.press(TAB)
    agent.expect_event("CobrowseConnectedEvent")
    tab = agent.tab()
    assert tab.evaluate("() => top.Microsoft.Omnichannel.getConversationId()") == conversation
    assert tab.evaluate("() => top.Xrm.Utility.getGlobalContext().userSettings.languageId") == 1066

    tab.evaluate("() => top.Microsoft.Omnichannel.sendMessageToConversation('Please open the page')")
    box = agent.page.get_by_role("combobox", name="Message")
    expect(box).to_have_value("Please open the page")
    tab.evaluate("(id) => top.Microsoft.Omnichannel.sendMessageToConversation('At once', false, id)", conversation)
    agent.expect_message("At once")

    account = str(agent.server.desktop.org.rows("account")[0]["accountid"])
    tab.evaluate("(id) => top.Microsoft.Omnichannel.linkToConversation('account', id)", account)
    tab.evaluate(ATTACH, [conversation, "Three minutes"])
    tab.evaluate("() => console.info('half way')")
    expect(agent.page.locator("#timeline").get_by_text("Three minutes")).to_be_visible()
    assert agent.happened("note") == ["Three minutes"]
    assert agent.happened("call") == ["POST /api/data/v9.2/annotations"]
    assert agent.happened("console") == ["info: half way"]

    create = "(templateName) => top.Microsoft.Apm.createTab({ templateName, isFocused: false })"
    made = tab.evaluate(create, "contoso_assist_screenshare")
    assert tab.evaluate("() => top.Microsoft.Apm.getFocusedSession().getAllTabs().at(-1)") == made
    tab.evaluate("(id) => top.Microsoft.Apm.closeTab(id)", made)
    with pytest.raises(Error, match="no app tab template"):
        tab.evaluate(create, "nothing")
    agent.close_tab(TAB)
    agent.switch_tab("Customer summary")
    expect(agent.page.get_by_role("tabpanel")).to_contain_text(f"account {account}")
    expect(agent.page.get_by_role("tabpanel")).to_contain_text("Three minutes")


NESTED = """() => new Promise((resolve) => {
  const frame = Object.assign(document.createElement("iframe"), { srcdoc: "<p></p>" });
  frame.onload = () => resolve([typeof frame.contentWindow.parent.Xrm, typeof frame.contentWindow.top.Xrm]);
  document.body.append(frame);
})"""


def test_xrm_is_on_the_top_window_alone(agent: Desktop) -> None:
    agent.open_conversation("Lee Chan")
    agent.press(TAB)
    agent.expect_event("CobrowseConnectedEvent")
    tab = agent.tab()
    assert tab.evaluate("() => [typeof window.Xrm, typeof parent.Xrm]") == ["undefined", "object"]
    assert tab.evaluate(NESTED) == ["undefined", "object"]
    agent.close_tab(TAB)


CREATE = """([templateName, context]) =>
  top.Microsoft.Apm.createTab({ templateName, appContext: context ? new Map(context) : undefined })"""
ELSEWHERE = """() =>
  top.Microsoft.Omnichannel.sendMessageToConversation("x", false, "00000000-0000-0000-0000-000000000009")"""


@pytest.mark.full
def test_a_tab_by_its_unique_name_is_given_what_a_map_says(agent: Desktop) -> None:
    conversation = agent.open_conversation("Ada Fox")
    agent.press(TAB)
    agent.expect_event("CobrowseConnectedEvent")
    tab = agent.tab()
    expect(agent.page.locator("#timeline")).not_to_contain_text("is not filled in")
    data = """{"b": "+%&#😊'\\""}"""
    tab.evaluate(CREATE, ["ctb_unique", [["data", data]]])
    found = dict(parse_qsl(urlsplit(agent.tab().url).query))
    assert json.loads(found["data"]) == {**json.loads(data), "conversationId": conversation}
    assert set(found) == {"data"}
    agent.close_tab("Named")
    agent.switch_tab(TAB)
    for wrong in (["Named", []], ["ctb_nothing", []]):
        with pytest.raises(Error, match="no app tab template"):
            agent.tab().evaluate(CREATE, wrong)
    with pytest.raises(Error, match="no Map"):
        agent.tab().evaluate(
            "() => top.Microsoft.Apm.createTab({ templateName: 'ctb_unique', appContext: { data: '1' } })"
        )
    anchor = agent.tab().evaluate("() => top.Microsoft.Apm.getFocusedSession().getAllTabs()[0]")
    with pytest.raises(Error, match="cannot be closed"):
        agent.tab().evaluate("(id) => top.Microsoft.Apm.closeTab(id)", anchor)
    with pytest.raises(Error, match="no conversation"):
        agent.tab().evaluate(ELSEWHERE)
    agent.tab().evaluate(CREATE, ["ctb_unique", None])
    expect(agent.page.locator("#timeline")).to_contain_text("{anchor.title} is not filled in")
    for title in ("Named", TAB):
        agent.close_tab(title)


def test_other_kinds_of_actions_send_and_call(agent: Desktop) -> None:
    agent.open_conversation("Jonas Weber", widget=OTHER)
    assert agent.buttons == ["Reassure", "Greet"]
    agent.press("Reassure")
    agent.expect_message("One moment, please.")
    agent.press("Greet")
    expect(agent.page).to_have_title("Hi")
    assert agent.happened("tab") == ["Local.greet called"]


def test_conversations_keep_their_tabs_and_their_story(agent: Desktop) -> None:
    agent.open_conversation("First of two")
    agent.press(TAB)
    agent.expect_event("CobrowseConnectedEvent")
    agent.open_conversation("Second of two")
    assert agent.tabs == ["Customer summary"]
    assert agent.happened() == []
    agent.switch_conversation("First of two")
    assert agent.tabs == ["Customer summary", TAB]
    agent.expect_event("CobrowseConnectedEvent", times=2)  # coming back refreshes the tab
    agent.expect_event("CobrowseEndedEvent")
    agent.end_conversation()
    expect(agent.page.get_by_role("combobox", name="Message")).to_be_disabled()
    agent.page.get_by_role("button", name="Close the session with First of two").click()
    expect(agent.page.get_by_role("heading", name="New conversation")).to_be_visible()
    expect(agent.page.locator("#stage iframe")).to_have_count(0)


@pytest.mark.full
def test_a_failed_build_is_shown_and_a_new_version_renews_the_tab(agent: Desktop) -> None:
    agent.open_conversation("Builder's customer")
    agent.press(TAB)
    agent.expect_event("CobrowseConnectedEvent")
    omnichannel = agent.server.desktop
    omnichannel.set_build("failed", "main.py:3: unexpected indent")
    expect(agent.page.locator("#banner")).to_contain_text("main.py:3")
    changed = with_page(release("1.1.0.0"), WRONG / "detail.html")
    agent.install(changed.zip)
    omnichannel.set_build("ok")
    expect(agent.page.locator("#banner")).to_be_empty()
    agent.expect_violation("cannot be cloned")
    agent.expect_event("CobrowseEndedEvent")
