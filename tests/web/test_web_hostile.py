"""A page whose markup is the customer's, or anybody's: nothing of it runs or goes anywhere at the agent's."""

from __future__ import annotations

from playwright.sync_api import Browser, Dialog

from customers import Stage
from web.cases import HOSTILE, cases
from web.sides import Sides, opened
from web.sites import WebSite

# Scripts do not run in the mirror, so its frames are looked into from around them.
FIRED = """() => {
  const windows = [window];
  for (const each of windows) for (let at = 0; at < each.frames.length; at += 1) windows.push(each.frames[at]);
  return windows.flatMap((each) => {
    try {
      return each.__agentPwned ?? [];
    } catch {
      return []; // of another origin
    }
  });
}"""


def fired(sides: Sides) -> list[str]:
    """Which of the page's traps have fired in the agent's browser."""
    found: list[str] = sides.desk.page.evaluate(FIRED) + sides.viewer.evaluate(FIRED)
    return found


@cases("hostile", HOSTILE, "viewing", "acting")
def test_the_agent_stays_where_the_agent_is(browser: Browser, stage: Stage, site: WebSite, page: str, way: str) -> None:
    with opened(browser, stage, site) as sides:
        dialogs: list[str] = []

        def note(dialog: Dialog) -> None:
            dialogs.append(dialog.message)
            dialog.dismiss()

        sides.load(f"{page}.html")
        sides.join()
        desk = sides.desk.page
        here, tops = desk.url, [desk.main_frame]
        desk.on("dialog", note)
        desk.on("framenavigated", lambda frame: tops.append(frame) if frame == desk.main_frame else None)
        wrong = [sides.difference()]
        for step in sides.steps:
            sides.step(step)
            wrong.append(sides.difference())
        if way == "acting":
            sides.allow_acting()
        for where in ("#trap", "#top"):
            sides.agent.click(where)
            sides.desk.page.wait_for_timeout(500)
        assert [each for each in wrong if each] == []
        assert (fired(sides), dialogs, desk.url, len(tops), len(sides.contexts[1].pages)) == ([], [], here, 1, 1)
        assert sides.faults == []
