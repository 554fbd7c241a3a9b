"""The agent's side for browser tests: a page that stands for the tab, with the real viewer in it."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import BrowserContext, FrameLocator, Page, expect

from customers import Stage

EMBED = """(relay) => {
  window.received = [];
  document.body.replaceChildren();
  const frame = Object.assign(document.createElement("iframe"), { src: `${relay}/viewer`, title: "Tandem" });
  frame.allow = "autoplay; fullscreen; clipboard-write";
  frame.style = "position: fixed; inset: 0; width: 100%; height: 100%; border: 0";
  addEventListener("message", ({ data, origin, source }) => {
    if (source === frame.contentWindow && origin === relay) window.received.push(data);
  });
  document.body.append(frame);
  window.post = (message) => frame.contentWindow.postMessage({ tandem: 1, ...message }, relay);
}"""

MIRROR = "#content iframe"
MIDDLE = """(node) => {
  const { x, y, width, height } = node.getBoundingClientRect();
  return [x + width / 2, y + height / 2, node.ownerDocument.defaultView.innerWidth];
}"""


def middle(viewer: FrameLocator, selector: str) -> tuple[float, float]:
    """Where something in the mirror is on the agent's screen; of that frame Firefox does not tell Playwright."""
    x, y, width = viewer.frame_locator(MIRROR).locator(selector).evaluate(MIDDLE)
    box = viewer.locator(MIRROR).bounding_box()
    assert box is not None
    scale = box["width"] / width
    return box["x"] + x * scale, box["y"] + y * scale


class Desk:
    """The tab's page. `post` sends the viewer a message, `received` waits for what it emits."""

    def __init__(self, context: BrowserContext, stage: Stage, path: str = "/plain.html") -> None:
        self.stage = stage
        self.page: Page = context.new_page()
        self.page.goto(f"{stage.site}{path}")
        self.embed()

    @property
    def viewer(self) -> FrameLocator:
        return self.page.frame_locator("iframe")

    @property
    def mirror(self) -> FrameLocator:
        """What the agent sees of the customer's page."""
        return self.viewer.frame_locator(MIRROR)

    def embed(self) -> None:
        """Put the viewer into the page, and wait until it is there."""
        self.page.evaluate(EMBED, self.stage.relay)
        self.received("ready")

    def post(self, kind: str, **members: object) -> None:
        self.page.evaluate("(message) => window.post(message)", {"type": kind, **members})

    def received(self, kind: str, **members: object) -> dict[str, Any]:
        """Wait for a message with these members, and forget it and what came before it."""
        taken: dict[str, Any] = self.page.wait_for_function(
            """([kind, members]) => {
              const fits = (each) => each.type === kind &&
                Object.entries(members).every(([name, value]) => each[name] === value);
              const at = window.received.findIndex(fits);
              return at < 0 ? null : window.received.splice(0, at + 1)[at];
            }""",
            arg=[kind, members],
        ).json_value()
        return taken

    def open(self, mode: str = "cobrowse", session: str | None = None, language: str = "en-US") -> dict[str, Any]:
        """Open or resume a session; the invitation."""
        site = f"{self.stage.site}/shop.html"
        self.post("open", mode=mode, conversation="1", session=session, site=site, language=language)
        return self.received("invitation")

    def use(self, tool: str | None) -> None:
        self.post("tool", tool=tool)

    def sees(self, text: str) -> None:
        expect(self.mirror.get_by_text(text).first).to_be_visible()

    def center(self, name: str) -> tuple[float, float]:
        """Where the element with this id is on the agent's screen."""
        return middle(self.viewer, f"#{name}")
