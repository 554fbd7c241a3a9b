"""What an administrator sets for an org reaches the adapter; an org that fails to tell does not stop it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from browser.orgs import TIMEOUT, served
from cotab_kit.emulator import Faults
from cotab_kit.testing import ConsoleWatch
from cotab_kit.testing.plugin import watched
from sizes import in_full

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page, Route

    from cotab_kit.emulator import LocalOrg
    from cotab_kit.testing import Tab

VARIABLE = "cotab_faults_settings"
READING = "**/api/data/v9.2/environmentvariabledefinitions?*"
XRM = "{ Utility: { getGlobalContext: () => ({ getClientUrl: () => location.origin, userSettings: {} }) } }"
WINDOW = "<!DOCTYPE html><title>Dynamics</title><script>Xrm = {xrm}</script><iframe src='{tab}'></iframe>"

both_boots = pytest.mark.parametrize(
    "boot",
    [
        pytest.param("pyodide", marks=pytest.mark.variant(project="faults", boot="pyodide")),
        in_full("pyscript", marks=[pytest.mark.variant(project="faults", boot="pyscript")]),
    ],
)


@dataclass
class Agent:
    """Whoever opens the tab in an org, as often as wanted. `requests` are those of the last time, in their order."""

    org: LocalOrg
    url: str
    page: Page
    console: ConsoleWatch
    requests: list[str] = field(default_factory=list)
    opened: int = 0

    def open(self) -> None:
        """Open the tab for another conversation."""
        self.opened += 1
        self.requests.clear()
        self.console.entries.clear()
        data = quote(json.dumps({"conversationId": f"c-{self.opened}"}))
        tab = f"/WebResources/cotab_/faults/cobrowse.html?data={data}"
        self.page.route("**/desktop", lambda route: route.fulfill(body=WINDOW.format(xrm=XRM, tab=tab)))
        self.page.goto(f"{self.url}/desktop", wait_until="commit")

    def expect_region(self, region: str) -> None:
        """Wait for the invitation, and look which setting the adapter has."""
        root = self.page.frame_locator("iframe").locator("html")
        expect(root).to_have_attribute("data-state", "inviting", timeout=TIMEOUT)
        assert root.evaluate("() => globalThis.region") == region

    def expect_warning(self, *parts: str) -> None:
        """One warning, in these words."""
        [warning] = self.warnings
        assert warning.startswith("cotab: the solution's own settings count, because")
        for part in (VARIABLE, *parts):
            assert part in warning

    @property
    def warnings(self) -> list[str]:
        """What cotab has warned of on the console."""
        return [entry.text for entry in self.console.entries if entry.kind == "warning" and "cotab" in entry.text]

    def set(self, value: str) -> None:
        """As an administrator sets it in Power Apps."""
        self.clear()
        bind = {
            "EnvironmentVariableDefinitionId@odata.bind": f"/environmentvariabledefinitions(schemaname='{VARIABLE}')"
        }
        self.org.seed("environmentvariablevalue", schemaname=VARIABLE, value=value, **bind)

    def clear(self) -> None:
        """Take the value away again."""
        for row in self.org.rows("environmentvariablevalue"):
            path = f"environmentvariablevalues({row['environmentvariablevalueid']})"
            assert self.page.request.delete(f"{self.url}/api/data/v9.2/{path}").ok


@pytest.fixture
def agent(request: pytest.FixtureRequest, browser: Browser, org: LocalOrg) -> Iterator[Agent]:
    with (
        served(Faults(org.app)) as server,
        browser.new_context(locale="en-US") as context,
        watched(request.node, context) as watch,
    ):
        agent = Agent(org, server.url, context.new_page(), watch)
        context.on("request", lambda request: agent.requests.append(request.url))
        yield agent


@pytest.mark.full
@both_boots
def test_the_adapter_sees_what_is_set_and_starts_whatever_becomes_of_it(agent: Agent, boot: str) -> None:
    agent.open()
    agent.expect_region("eu")
    names = [url.partition("?")[0].rpartition("/")[2] for url in agent.requests]
    assert names.index("environmentvariabledefinitions") < names.index("snapshot_bin_1.xml"), boot
    assert agent.warnings == []

    agent.set('{"region": "us", "more": ["things"]}')
    agent.open()
    agent.expect_region("us")
    assert agent.warnings == []

    for value, problem in {"us": "Expecting value", "[" * 2000: ""}.items():
        agent.set(value)
        agent.open()
        agent.expect_region("eu")
        agent.expect_warning(problem)

    agent.page.route(READING, lambda route: route.fulfill(body="<p>Sign in</p>", content_type="text/html"))
    agent.open()
    agent.expect_region("eu")
    agent.expect_warning("not valid JSON")
    agent.page.unroute(READING)

    agent.org.restrict("prvReadEnvironmentVariableDefinition")
    agent.open()
    agent.expect_region("eu")
    agent.expect_warning("status 403")
    agent.console.expect("403")  # the browser's own


@both_boots
def test_an_org_that_does_not_answer_delays_neither_the_page_nor_for_long_the_adapter(agent: Agent, boot: str) -> None:
    held: list[Route] = []
    agent.page.route(READING, lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks it
    agent.page.clock.install()
    agent.open()
    root = agent.page.frame_locator("iframe").locator("html")
    expect(root).to_have_attribute("data-up", "true", timeout=TIMEOUT)
    expect(root).to_have_attribute("data-state", "starting")
    assert len(held) == 1, boot
    assert root.evaluate("() => globalThis.region") is None
    agent.page.clock.fast_forward(5_000)
    agent.expect_region("eu")
    agent.expect_warning("no answer within 5 s")


@pytest.mark.full
@pytest.mark.variant(project="faults")
def test_outside_dynamics_nobody_is_asked_and_in_the_preview_a_test_may_set_it(tab: Tab) -> None:
    asked: list[str] = []
    tab.context.on("request", lambda request: asked.append(request.url))
    tab.open(within="nothing")
    tab.expect_state("inviting")
    assert tab.frame.evaluate("() => globalThis.region") == "eu"
    assert not any("/api/" in url for url in asked)
    tab.server.set_org_settings('{"region": "us"}')
    tab.open()
    tab.expect_state("inviting")
    assert tab.frame.evaluate("() => globalThis.region") == "us"
