"""The control pages: what a user can do with a mouse and a keyboard, an agent can do through the viewer."""

from __future__ import annotations

import math

from playwright.sync_api import Browser, expect

from customers import Stage
from web.cases import CONTROL, cases
from web.hands import AgentHand, Spot
from web.scenarios import SCENARIOS, VERIFIED
from web.sides import Sides, opened
from web.sites import Tag, WebSite
from web.traffic import leaks

VALUES = "[...document.querySelectorAll('input, textarea')].map((field) => field.value)"
CHANGED: dict[str, tuple[str, ...]] = {"plain": (), "scrolled": ("step1",), "zoomed": ("step1", "step2")}
LASER = """() => {
  const canvas = document.querySelector("[data-tandem-ui]")?.shadowRoot?.querySelector("canvas.overlay");
  if (!canvas?.width) return null;
  const { data, width, height } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let [x, y, all] = [0, 0, 0];
  for (let at = 3; at < data.length; at += 4) {
    if (!data[at]) continue;
    const pixel = (at - 3) / 4;
    [x, y, all] = [x + (pixel % width), y + Math.floor(pixel / width), all + 1];
  }
  const { left, top, width: wide, height: high } = canvas.getBoundingClientRect();
  return all ? [left + ((x / all + 0.5) * wide) / width, top + ((y / all + 0.5) * high) / height] : null;
}"""


@cases("control", CONTROL, "user", "agent")
def test_an_agent_does_what_a_user_can_do(browser: Browser, stage: Stage, site: WebSite, page: str, way: str) -> None:
    with opened(browser, stage, site) as sides:
        sides.load(f"{page}.html")
        if way == "agent":
            sides.join()
            sides.allow_acting()
        SCENARIOS[page](sides, sides.user if way == "user" else sides.agent)
        wrong = sides.verified(VERIFIED.get(page, "verify"))
        assert not wrong
        if way == "agent" and sides.call("'probe' in window"):
            assert not sides.difference()


@cases("refusals", ["16-control-native-widgets"])
def test_an_agent_is_told_that_only_the_customer_can_choose_a_file(
    browser: Browser, stage: Stage, site: WebSite, page: str
) -> None:
    with opened(browser, stage, site) as sides:
        sides.load(f"{page}.html")
        sides.join()
        sides.allow_acting()
        sides.agent.click("#file")
        expect(sides.desk.viewer.locator("#notice")).to_contain_text("file", ignore_case=True)
        assert sides.call("document.getElementById('file').files.length") == 0


@cases("refusals", ["13-control-type-into-masked"])
def test_what_is_masked_is_neither_shown_nor_changed_by_an_agent(
    browser: Browser, stage: Stage, site: WebSite, page: str
) -> None:
    with opened(browser, stage, site) as sides:
        sides.load(f"{page}.html", Tag())
        before = sides.call(VALUES)
        sides.join()
        sides.allow_acting()
        SCENARIOS[page](sides, sides.agent)
        expect(sides.desk.viewer.locator("#notice")).to_be_visible()
        sides.pause(0.5)
        assert sides.call(VALUES) == before
        assert leaks(f"{sides.traffic.text}\n{sides.mirror_text}", []) == set()


@cases("laser", ["14-control-hit-testing-laser"], *CHANGED)
def test_the_laser_is_where_the_agent_points(
    browser: Browser, stage: Stage, site: WebSite, page: str, way: str
) -> None:
    with opened(browser, stage, site) as sides:
        sides.load(f"{page}.html")
        sides.join()
        for name in CHANGED[way]:
            sides.step(name)
        sides.pause(1)
        sides.desk.use("pointer")
        shown = [target for target in sides.call("targets()") if min(target["at"]) > 0]
        off = {target["id"]: off_by(sides, sides.agent, tuple(target["at"])) for target in shown}
        assert {name: by for name, by in off.items() if by > 4} == {}
        assert sides.call("document.elementFromPoint(5, 300)?.closest('[data-tandem-ui]')") is None


def off_by(sides: Sides, agent: AgentHand, target: Spot) -> float:
    """How many pixels the mark on the customer's screen is off what the agent points at."""
    agent.move(target)
    off = math.inf
    for _ in range(10):
        sides.pause(0.1)
        found = sides.customer.page.evaluate(LASER)
        off = math.dist(found, target) if found else math.inf
        if off <= 4:
            break
    return round(off, 1)
