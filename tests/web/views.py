"""What both sides show, compared: the text that is seen, the boxes of elements that have an id, and the pixels."""

from __future__ import annotations

import base64
import time
from dataclasses import asdict, dataclass
from typing import Any

from playwright.sync_api import Page

from web.sides import PATIENCE, Sides
from web.steps import Step

TOLERANCE = 16  # of 255: less is a matter of how a color was rounded
NEAR = 2.0  # CSS pixels that a box may lie elsewhere
MOST = 0.005  # of all pixels may differ
PAUSE = 0.3
PACE = 0.1

# What is read on a page: the lines that are seen, and where elements with an id are, through shadow roots and frames.
SEEN = """(root) => {
  const texts = [], boxes = {};
  const read = (node, path) => {
    texts.push(node.body ? node.body.innerText : [...node.children].map((each) => each.innerText ?? "").join("\\n"));
    for (const each of node.querySelectorAll("*")) {
      if (each.hasAttribute("data-tandem-ui")) continue;
      const { left, top, width, height } = each.getBoundingClientRect();
      const name = path + each.id;
      const isSent = !/\\d{6}/.test(each.id); // a name that carries a number does not leave
      if (each.id && isSent && (width || height) && !(name in boxes)) boxes[name] = [left, top, width, height];
      const isClosed = each.classList.contains("closed-root"); // cannot be read at the customer's
      if (each.shadowRoot && !isClosed) read(each.shadowRoot, `${name || each.localName} `);
      if (each.contentDocument?.body) read(each.contentDocument, `${name || each.localName} `);
    }
  };
  read(root, "");
  return [texts.join("\\n").split(/\\s+/).filter(Boolean).join(" "), boxes];
}"""

# The banner of the customer's side, with its shadow, which the agent does not see.
BANNER = """[...document.querySelectorAll("[data-tandem-ui]")].flatMap((each) => {
  const boxes = [...each.shadowRoot.querySelectorAll(".banner")].map((banner) => banner.getBoundingClientRect());
  return boxes.map(({ left, top, width, height }) => [left - 30, top - 30, width + 60, height + 60]);
})"""

# Where the mirror says that something is not shown, in CSS pixels of its viewport, through shadow roots and frames.
HOLES = """(root) => {
  const found = [];
  const read = (node, x, y) => {
    for (const each of node.querySelectorAll("*")) {
      const { left, top, width, height } = each.getBoundingClientRect();
      if (each.hasAttribute("data-tandem-hole")) found.push([x + left, y + top, width, height]);
      if (each.shadowRoot) read(each.shadowRoot, x, y);
      if (each.contentDocument) read(each.contentDocument, x + left + each.clientLeft, y + top + each.clientTop);
    }
  };
  read(root, 0, 0);
  return found;
}"""

# Two pictures of one size: how many pixels differ outside of a box, and both beside each other with what differs.
COMPARED = """async ([mine, theirs, hidden, tolerance]) => {
  const read = async (data) => {
    const picture = new Image();
    picture.src = `data:image/png;base64,${data}`;
    await picture.decode();
    return picture;
  };
  const pictures = [await read(mine), await read(theirs)];
  const { naturalWidth: width, naturalHeight: height } = pictures[0];
  const canvas = Object.assign(document.createElement("canvas"), { width: width * 3, height });
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pictures.forEach((each, at) => pen.drawImage(each, at * width, 0));
  const [one, other] = [0, 1].map((at) => pen.getImageData(at * width, 0, width, height).data);
  const shown = new ImageData(width, height);
  let count = 0;
  for (let at = 0; at < one.length; at += 4) {
    const x = (at / 4) % width, y = Math.floor(at / 4 / width);
    const isHidden = hidden.some((box) => x >= box[0] && x < box[0] + box[2] && y >= box[1] && y < box[1] + box[3]);
    const differs = !isHidden && [0, 1, 2].some((color) => Math.abs(one[at + color] - other[at + color]) > tolerance);
    count += differs ? 1 : 0;
    shown.data.set(differs ? [255, 0, 0, 255] : isHidden ? [190, 190, 255, 255] : [255, 255, 255, 255], at);
  }
  pen.putImageData(shown, 2 * width, 0);
  return [count / (width * height), canvas.toDataURL().split(",")[1]];
}"""


@dataclass(frozen=True)
class View:
    """How far the mirror was from the customer's page: a share of pixels, and what else differs.

    The pixels of what the mirror says is not shown do not count; its box does.
    """

    moment: str
    share: float
    texts: str
    boxes: str
    picture: bytes
    """The customer's, the agent's, and what differs, side by side."""

    @property
    def faults(self) -> list[str]:
        """What is more than may differ."""
        pixels = f"{self.share:.2%} of the pixels" if self.share > MOST else ""
        return [f"{self.moment}: {each}" for each in (self.texts, self.boxes, pixels) if each]


class Views:
    """Looks at both sides of a session. `desk` is a page of its own in which pictures are compared."""

    def __init__(self, sides: Sides) -> None:
        self.sides = sides
        self.desk: Page = sides.contexts[1].new_page()
        sides.viewer.add_style_tag(content=".replayer-mouse { visibility: hidden }")  # where the customer's is

    def settled(self, moment: str) -> View:
        """Compare both sides, again and again until they agree or should have."""
        end = time.monotonic() + PATIENCE
        while True:
            self.sides.pause(PAUSE)
            view = self.look(moment)
            if not view.faults or time.monotonic() > end:
                return view

    def look(self, moment: str) -> View:
        """Compare both sides as they are."""
        mine, theirs = self.sides.call(f"({SEEN})(document)"), self.sides.mirrored(SEEN)
        if isinstance(theirs, str):  # there is no mirror now, and why
            theirs = [theirs, {}]
        share, picture = self._pictures()
        return View(moment, share, text_difference(mine[0], theirs[0]), box_difference(mine[1], theirs[1]), picture)

    def _pictures(self) -> tuple[float, bytes]:
        page, agent = self.sides.customer.page, self.sides.agent
        size = page.viewport_size
        assert size is not None
        left, top = agent.origin
        mine = page.screenshot(caret="initial")
        theirs = agent.page.screenshot(
            caret="initial", clip={"x": left, "y": top, "width": size["width"], "height": size["height"]}
        )
        both = [base64.b64encode(each).decode() for each in (mine, theirs)]
        holes = self.sides.mirrored(HOLES)
        left_out = [*self.sides.call(BANNER), *(holes if isinstance(holes, list) else [])]
        share, picture = self.desk.evaluate(COMPARED, [*both, left_out, TOLERANCE])
        return share, base64.b64decode(picture)


def text_difference(mine: str, theirs: str) -> str:
    """In what two texts differ first."""
    if mine == theirs:
        return ""
    pairs = zip([*mine.split(" "), ""], [*theirs.split(" "), ""], strict=False)
    at = next(at for at, (one, other) in enumerate(pairs) if one != other)
    one, other = (" ".join(text.split(" ")[max(0, at - 2) : at + 6]) for text in (mine, theirs))
    return f"text {other!r} instead of {one!r}"


def box_difference(mine: dict[str, list[float]], theirs: dict[str, list[float]]) -> str:
    """Which boxes lie elsewhere."""

    def is_near(box: list[float], other: list[float] | None) -> bool:
        return other is not None and all(abs(one - two) <= NEAR for one, two in zip(box, other, strict=True))

    def told(box: list[float] | None) -> str:
        return " ".join(f"{each:.0f}" for each in box) if box else "nowhere"

    wrong = [name for name, box in mine.items() if not is_near(box, theirs.get(name))]
    shown = ", ".join(f"#{name} at {told(theirs.get(name))} instead of {told(mine[name])}" for name in wrong[:4])
    return f"{len(wrong)} boxes: {shown}" if wrong else ""


def first_acted_scrolled(sides: Sides, steps: tuple[Step, ...]) -> list[View]:
    """Compare both sides first, after the customer did the steps of the page, and scrolled."""
    views = Views(sides)
    found = [views.settled("first")]
    for step in steps:
        for act in step.acts:
            act(sides.user)
            sides.pause(PACE)
        sides.pause(PAUSE)  # a menu that closes is above the page for a while
    sides.call("Promise.resolve(window.act?.()).then(() => {})")
    found.append(views.settled("acted"))
    sides.call("Promise.resolve(window.scrolled?.()).then(() => scrollBy(0, 400))")
    found.append(views.settled("scrolled"))
    return found


def kept(view: View) -> dict[str, Any]:
    """What a report carries of it, plain for the workers of pytest."""
    return {**asdict(view), "faults": view.faults, "picture": base64.b64encode(view.picture).decode()}
