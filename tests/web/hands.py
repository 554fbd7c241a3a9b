"""A mouse and a keyboard, real ones of the browser: a user's on the page itself, or an agent's on its mirror.

A scenario is written once for both. What a user can do must work with `Hand`, which shows that the scenario is right.
"""

from __future__ import annotations

import time
from typing import Literal

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import FloatRect, FrameLocator, Locator, Page

from desks import Desk

PATIENCE = 10.0  # seconds until what is to be acted on must be there
LAG = 3.0  # seconds that what a hand sees may be behind the page
NEAR = 2  # pixels
Spot = tuple[float, float]
Where = str | tuple[str, ...]
"""A selector; or several, each but the last that of a frame."""


class Hand:
    """The hand of a user on a page. Places are selectors of elements, or points of the page's viewport."""

    def __init__(self, page: Page, root: Page | FrameLocator) -> None:
        self.page = page
        self.root = root

    @property
    def origin(self) -> Spot:
        """Where the viewport of the page begins on the screen."""
        return 0, 0

    # --- places ---

    def find(self, where: Where) -> Locator:
        *frames, last = (where,) if isinstance(where, str) else where
        root = self.root
        for frame in frames:
            root = root.frame_locator(frame)
        return root.locator(last).first

    def spot(self, where: Where | Spot, at: Spot | None = None) -> Spot:
        """Where on the screen: the middle of an element, or a point counted from its corner; or a point of the page."""
        if isinstance(where, tuple) and not isinstance(where[0], str):
            return self.origin[0] + float(where[0]), self.origin[1] + float(where[1])
        end = time.monotonic() + PATIENCE
        while not (box := self.find(where).bounding_box()) or not (box["width"] and box["height"]):
            assert time.monotonic() < end, f"{where} is not to be seen"
            self.page.wait_for_timeout(50)
        x, y = at or (box["width"] / 2, box["height"] / 2)
        return box["x"] + x, box["y"] + y

    def is_current(self, where: Where, box: FloatRect) -> bool:  # noqa: ARG002 - see AgentHand
        """Whether what is on the screen is where it is on the page: a user sees the page itself."""
        return True

    # --- the mouse ---

    def move(self, where: Where | Spot, at: Spot | None = None, steps: int = 3) -> None:
        self.page.mouse.move(*self.spot(where, at), steps=steps)

    def click(
        self,
        where: Where | Spot,
        at: Spot | None = None,
        *,
        button: Literal["left", "middle", "right"] = "left",
        with_key: str | None = None,
        count: int = 1,
    ) -> None:
        """Go there and click, with a key held down if one is named."""
        self.move(where, at)
        if with_key:
            self.page.keyboard.down(with_key)
        for number in range(count):
            self.page.mouse.down(button=button, click_count=number + 1)
            self.page.mouse.up(button=button, click_count=number + 1)
        if with_key:
            self.page.keyboard.up(with_key)

    def press_mouse(self, where: Where | Spot) -> None:
        """Go there and hold the button down."""
        self.move(where)
        self.page.mouse.down()

    def release(self) -> None:
        self.page.mouse.up()

    def drag(self, where: Where | Spot, by: Spot, steps: int = 6, pace: float = 0, rest: float = 0) -> None:
        """Press the mouse there, move it so far, and let it go.

        Each move takes at least `pace` milliseconds, and the hand rests so long before it lets go.
        """
        x, y = self.spot(where)
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        for step in range(1, steps + 1):
            self.page.mouse.move(x + by[0] * step / steps, y + by[1] * step / steps)
            self.page.wait_for_timeout(pace)
        self.page.wait_for_timeout(rest)
        self.page.mouse.up()

    def wheel(self, where: Where | Spot, x: float, y: float, at: Spot | None = None) -> None:
        """Turn the wheel there."""
        self.move(where, at)
        self.page.mouse.wheel(x, y)

    # --- the keyboard ---

    def type(self, text: str) -> None:
        """Press one key after the other, where the focus is."""
        self.page.keyboard.type(text, delay=20)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def paste(self, text: str) -> None:
        """Paste a text where the focus is."""
        self.page.evaluate("(text) => navigator.clipboard.writeText(text)", text)
        self.press("Control+v")

    # --- what browsers draw themselves ---

    def choose(self, where: Where, label: str) -> None:
        """Choose an option of a list."""
        self.find(where).select_option(label=label)

    def put(self, where: Where, value: str) -> None:
        """Give a field that has a picker of the browser a value."""
        self.find(where).fill(value)


class AgentHand(Hand):
    """The hand of an agent over the mirror; the viewer takes it."""

    def __init__(self, desk: Desk, user: Hand) -> None:
        super().__init__(desk.page, desk.mirror)
        self.desk = desk
        self.user = user

    @property
    def origin(self) -> Spot:
        box = self.desk.viewer.locator("#content iframe").bounding_box()
        assert box is not None
        return box["x"], box["y"]

    def is_current(self, where: Where, box: FloatRect) -> bool:
        """The mirror comes a moment later, which is long on a busy machine: what is hit there is refused as moved."""
        left, top = self.origin
        try:
            mine = self.user.find(where).bounding_box(timeout=LAG * 1000)
        except PlaywrightError:
            return False
        near = mine and max(abs(mine["x"] + left - box["x"]), abs(mine["y"] + top - box["y"])) <= NEAR
        return bool(near)

    def choose(self, where: Where, label: str) -> None:
        """The browser's own list is not in the mirror: the viewer shows one."""
        self.click(where)
        self.desk.viewer.get_by_label("Choose for the customer").select_option(label=label)

    def put(self, where: Where, value: str) -> None:
        """Nor is its picker: the viewer shows one."""
        self.click(where)
        self.desk.viewer.locator("#picker").fill(value)
