"""Side panes of the desktop: a page in one outlives the tab that has made it, in the ways that orgs may have."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from playwright.sync_api import Error, expect

from desktop.wrong_tabs import right_tab

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Frame

    from cotab_kit.testing import Desktop
    from desktop.conftest import At

TAB = "Contoso Assist co-browse"
DATA = '{"a": 1}'
PAGE = "contoso_/assist/pane.html"
HIDDEN = {"paneId": "ours", "isSelected": False, "hidden": True, "alwaysRender": True}

OPEN = """async ([options, webresourceName, data]) => {
  const pane = await top.Xrm.App.sidePanes.createPane(options);
  await pane.navigate({ pageType: "webresource", webresourceName, data });
}"""
ACT = "([id, act]) => { top.Xrm.App.sidePanes.getPane(id)[act]() }"
STATE = "(state) => { top.Xrm.App.sidePanes.state = state }"
OPEN_PANES = "() => top.Xrm.App.sidePanes.getAllPanes().map(({ paneId, hidden }) => [paneId, hidden])"


@pytest.fixture(scope="module")
def agent(agent_at: At) -> Iterator[Desktop]:
    page = b"<!DOCTYPE html><title>In a pane</title><link rel=icon href=data:,><script>console.info('here')</script>"
    with right_tab(**{"pane.html": page}) as server, agent_at(server) as agent:
        yield agent


def begun(agent: Desktop, way: str) -> Frame:
    """A tab on a desktop that does this with side panes."""
    agent.open(panes=way)
    agent.open_conversation()
    agent.press(TAB)
    agent.expect_event("CobrowseConnectedEvent")
    return agent.tab()


def marked(agent: Desktop) -> None:
    """Leave a mark in the page of the pane, once it is there."""
    inside = agent.page.frame_locator("[name=side-pane-ours]")
    expect(inside.locator("html")).to_be_attached()
    inside.locator("html").evaluate("(html) => { html.dataset.mark = 'first' }")


def expect_marked(agent: Desktop, mark: str | None = "first") -> None:
    html = agent.page.frame_locator("[name=side-pane-ours]").locator("html")
    if mark:
        expect(html).to_have_attribute("data-mark", mark)
    else:
        expect(html).not_to_have_attribute("data-mark", "first")
        expect(html).to_be_attached()


def frames(agent: Desktop) -> int:
    return agent.page.locator(".side-panes iframe").count()


def test_a_hidden_page_outlives_the_tab_that_made_it(agent: Desktop) -> None:
    tab = begun(agent, "keep")
    tab.evaluate(OPEN, [HIDDEN, PAGE, DATA])
    marked(agent)
    assert agent.page.locator(".side-panes").is_hidden()
    (frame,) = [each for each in agent.page.frames if PAGE in each.url]
    assert frame.url.endswith(f"?data={quote(DATA, safe='')}")
    agent.switch_tab("Customer summary")
    agent.switch_tab(TAB)
    agent.expect_event("CobrowseConnectedEvent", times=2)
    agent.open_conversation("Priya Natarajan")
    expect_marked(agent)
    agent.switch_conversation("Alex Morgan")
    agent.close_tab(TAB)
    expect_marked(agent)
    agent.page.evaluate(ACT, ["ours", "close"])
    expect(agent.page.locator(".side-panes iframe")).to_have_count(0)
    assert agent.page.evaluate(OPEN_PANES) == []


@pytest.mark.full
def test_a_page_that_is_not_to_be_kept_is_there_while_it_is_seen(agent: Desktop) -> None:
    tab = begun(agent, "keep")
    tab.evaluate(OPEN, [{"paneId": "ours", "title": "Ours", "canClose": True}, PAGE, ""])
    marked(agent)
    panes = agent.page.get_by_role("complementary", name="Side panes")
    expect(panes.get_by_role("heading", name="Ours")).to_be_visible()
    assert agent.happened("console") == ["Ours: info: here"]
    agent.page.evaluate(STATE, 0)
    expect(agent.page.locator(".side-panes iframe")).to_have_count(0)
    agent.page.evaluate(ACT, ["ours", "select"])
    expect_marked(agent, None)
    panes.get_by_role("button", name="Close Ours").click()
    assert agent.page.evaluate(OPEN_PANES) == []


def test_an_org_that_unmounts_what_is_hidden(agent: Desktop) -> None:
    tab = begun(agent, "unmount")
    tab.evaluate(OPEN, [HIDDEN, PAGE, ""])
    assert agent.page.evaluate(OPEN_PANES) == [["ours", True]]
    assert frames(agent) == 0


@pytest.mark.full
def test_an_org_that_makes_panes_anew_with_each_session(agent: Desktop) -> None:
    tab = begun(agent, "remake")
    tab.evaluate(OPEN, [HIDDEN, PAGE, ""])
    marked(agent)
    agent.switch_tab("Customer summary")
    expect_marked(agent)
    agent.open_conversation("Priya Natarajan")
    expect_marked(agent, None)


@pytest.mark.full
def test_an_org_that_keeps_web_resources_out_of_panes(agent: Desktop) -> None:
    tab = begun(agent, "forbidden")
    with pytest.raises(Error, match="cannot show a web resource"):
        tab.evaluate(OPEN, [HIDDEN, PAGE, ""])
    assert frames(agent) == 0


@pytest.mark.full
def test_who_is_signed_in_can_change(agent: Desktop) -> None:
    tab = begun(agent, "keep")
    signed_in = "() => top.Xrm.Utility.getGlobalContext().userSettings.userName"
    assert tab.evaluate(signed_in) == "Local agent"
    agent.open(agent="second")
    assert agent.page.evaluate(signed_in) == "Second agent"
    key = agent.page.evaluate("() => top.Xrm.Utility.getGlobalContext().userSettings.userId")
    (user,) = agent.server.desktop.org.rows("systemuser", systemuserid=str(key).strip("{}").lower())
    assert user["fullname"] == "Second agent"


@pytest.mark.full
def test_an_org_without_panes(agent: Desktop) -> None:
    tab = begun(agent, "absent")
    assert tab.evaluate("() => top.Xrm.App.sidePanes === undefined")
