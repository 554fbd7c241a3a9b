"""Places in pages of WebKit in Playwright's words: frames, elements, and what is expected of them (webkit_pages.py)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Any

from webkit import until

if TYPE_CHECKING:
    from webkit_pages import Page

Step = tuple[Any, ...]
LOCATED = f"{Path(__file__).with_name('locating.js').read_text('utf-8')}\nconst found = locate(arguments[0]);"
FIRST = "const [each] = found; if (!each) return null;"
# Where something is in the frame that is looked into, whatever others in that it lies in.
BOX = """const boxOf = (each) => {
  const { left, top, width, height } = each.getBoundingClientRect();
  let [x, y] = [left, top];
  for (let view = each.ownerDocument.defaultView; view !== window; view = view.parent) {
    const around = view.frameElement.getBoundingClientRect();
    [x, y] = [x + around.left + view.frameElement.clientLeft, y + around.top + view.frameElement.clientTop];
  }
  return { x, y, width, height };
};"""
INTO = f"""{FIRST} {BOX}
  const within = each.sandbox.length > 0 && !each.sandbox.contains("allow-scripts");
  const {{ x, y }} = boxOf(each);
  return within ? {{ within }} : {{ each, x: x + each.clientLeft, y: y + each.clientTop }};"""
HIT = f"""{FIRST} {BOX}
  each.scrollIntoView({{ block: "nearest", inline: "nearest", behavior: "instant" }});
  const {{ left, top, width, height }} = each.getBoundingClientRect();
  const hit = each.getRootNode().elementFromPoint(left + width / 2, top + height / 2);
  return width && hit && (each.contains(hit) || hit.control === each) ? boxOf(each) : null;"""
SHOWN = "(each) => each.checkVisibility({ visibilityProperty: true }) && each.getClientRects().length > 0"
READY = f"{FIRST} return each.checkVisibility({{ visibilityProperty: true }}) && !each.disabled;"


class Place:
    """Somewhere in a page: a frame, or elements that are found anew each time."""

    def __init__(self, page: Page, steps: tuple[Step, ...] = ()) -> None:
        self.page = page
        self.steps = steps

    def run(self, script: str, *values: object) -> Any:  # noqa: ANN401 - what the script answers
        """Run a function's body in the frame, with `found` in it: what the steps lead to."""
        rest, _ = self._enter()
        return self.page.context.webkit.run(LOCATED + script, rest, *values)

    def _enter(self) -> tuple[list[Step], tuple[float, float]]:
        """Look into the frame; the steps that are left in it, and where it is in the window's page."""
        webkit, rest, x, y = self.page.context.webkit, list[Step](), 0.0, 0.0
        webkit.look(self.page.window)
        for step in self.steps:
            frame: dict[str, Any] = webkit.run(LOCATED + INTO, rest) if step[0] == "frame" else {"within": True}
            assert frame, f"There is no frame: {self.steps}"
            rest.append(step)
            if "each" in frame:
                webkit.into(frame["each"])
                rest, x, y = [], x + frame["x"], y + frame["y"]
        return rest, (x, y)

    def until(self, script: str, *values: object) -> Any:  # noqa: ANN401 - as above
        """Wait until the answer is true; while a page comes, there is none."""
        return until(lambda: tried(lambda: self.run(script, *values)), f"{self.steps} {script} {values}")

    def _more(self, *steps: Step) -> Locator:
        return Locator(self.page, (*self.steps, *steps))

    def locator(self, selector: str) -> Locator:
        return self._more(("css", selector))

    def frame_locator(self, selector: str) -> Frame:
        return Frame(self.page, (*self.steps, ("css", selector), ("frame",)))

    def get_by_role(self, role: str, name: str | None = None, *, exact: bool = False) -> Locator:
        return self._more(("role", role, name, exact))

    def get_by_label(self, text: str, *, exact: bool = False) -> Locator:
        return self._more(("label", text, exact))

    def get_by_text(self, text: str, *, exact: bool = False) -> Locator:
        return self._more(("text", text, exact))

    def get_by_title(self, text: str, *, exact: bool = False) -> Locator:
        return self._more(("title", text, exact))


class Frame(Place):
    """A frame, whose functions are its own page's."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Frame) and (self.page.window, self.steps) == (other.page.window, other.steps)

    def __hash__(self) -> int:
        return hash((self.page.window, self.steps))

    @property
    def url(self) -> str:
        return str(self.evaluate("() => location.href"))

    @property
    def parent_frame(self) -> Frame | None:
        frames = [at for at, step in enumerate(self.steps) if step[0] == "frame"]
        return Frame(self.page, self.steps[: [-1, *frames][-2] + 1]) if frames else None

    def wait_for_url(self, url: str | re.Pattern[str], **_: object) -> None:
        until(lambda: fits(tried(lambda: self.url) or "", url), f"the address {url}")

    def evaluate(self, function: str, arg: object = None) -> Any:  # noqa: ANN401 - as above
        return self.run(f"return ({function})(arguments[1])", arg)

    def wait_for_function(self, function: str, *, arg: object = None) -> Handle:
        return Handle(self.until(f"return ({function})(arguments[1])", arg))


@dataclass(frozen=True)
class Handle:
    value: Any

    def json_value(self) -> Any:  # noqa: ANN401 - as above
        return self.value


class Locator(Place):
    """Elements; what is done is done with the first of them, once it can be."""

    @property
    def first(self) -> Locator:
        return self.nth(0)

    @property
    def last(self) -> Locator:
        return self.nth(-1)

    def nth(self, at: int) -> Locator:
        return self._more(("nth", at))

    def filter(self, *, visible: bool = False, has_text: str | None = None) -> Locator:
        steps = [*([("visible",)] if visible else []), *([("saying", has_text)] if has_text else [])]
        return self._more(*steps)

    def or_(self, other: Locator) -> Locator:
        return self._more(("or", other.own))

    def and_(self, other: Locator) -> Locator:
        return self._more(("and", other.own))

    @property
    def own(self) -> tuple[Step, ...]:
        """The steps within the frame."""
        frames = [at for at, step in enumerate(self.steps) if step[0] == "frame"]
        return self.steps[[-1, *frames][-1] + 1 :]

    def element_handle(self) -> Locator:
        return self

    def content_frame(self) -> Frame:
        return Frame(self.page, (*self.steps, ("frame",)))

    def count(self) -> int:
        return int(self.run("return found.length"))

    def evaluate(self, function: str, arg: object = None) -> Any:  # noqa: ANN401 - as above
        self.until(f"{FIRST} return true")
        return self.run(f"return ({function})(found[0], arguments[1])", arg)

    def inner_text(self) -> str:
        return str(self.evaluate("({ innerText }) => innerText"))

    def text_content(self) -> str:
        return str(self.evaluate("({ textContent }) => textContent"))

    def all_inner_texts(self) -> list[str]:
        return list(self.run("return found.map(({ innerText }) => innerText)"))

    def all_text_contents(self) -> list[str]:
        return list(self.run("return found.map(({ textContent }) => textContent)"))

    def get_attribute(self, name: str) -> str | None:
        value: str | None = self.evaluate("(each, name) => each.getAttribute(name)", name)
        return value

    def input_value(self) -> str:
        return str(self.evaluate("({ value }) => value"))

    def bounding_box(self) -> dict[str, float]:
        return self._box(f"{FIRST} {BOX} return boxOf(each);")

    def _box(self, script: str) -> dict[str, float]:
        box: dict[str, float] = self.until(script)
        _, (x, y) = self._enter()
        return box | {"x": box["x"] + x, "y": box["y"] + y}

    def _middle(self) -> tuple[float, float]:
        """Where a user would press, once nothing lies over it."""
        self.until(READY)
        box = self._box(HIT)
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def click(self, *, trial: bool = False, **_: object) -> None:
        place = self._middle()
        if not trial:
            self.page.mouse.click(*place)

    def hover(self) -> None:
        self.page.mouse.move(*self._middle())

    def fill(self, text: str) -> None:
        self.until(READY)
        self.evaluate("(field) => { field.focus(); field.select(); }")
        self.page.keyboard.type(text)

    def press(self, key: str) -> None:
        self.evaluate("(field) => field.focus()")
        self.page.keyboard.press(key)

    def select_option(self, value: str | None = None, *, index: int | None = None) -> None:
        """Choose as Playwright does: no driver opens what a browser draws for a list."""
        self.until(READY)
        self.evaluate(
            """(list, [value, index]) => {
              list.selectedIndex = index ?? [...list.options].findIndex((option) => option.value === value);
              for (const type of ["input", "change"]) list.dispatchEvent(new Event(type, { bubbles: true }));
            }""",
            [value, index],
        )


@dataclass(frozen=True)
class Expecting:
    """What is waited for of a place."""

    place: Locator

    def _until(self, script: str, is_it: Callable[[Any], bool]) -> None:
        seen: list[Any] = [None]

        def ask() -> bool:
            seen[0] = tried(lambda: self.place.run(script))
            return is_it(seen[0])

        try:
            until(ask, str(self.place.steps))
        except AssertionError as error:
            raise AssertionError(f"{error}; in the end: {seen[0]!r}") from error

    def to_contain_text(self, text: str, **_: object) -> None:
        self._until(f"{FIRST} return each.textContent", lambda seen: _words(text) in _words(seen or ""))

    def to_have_text(self, text: str | re.Pattern[str], **_: object) -> None:
        self._until(f"{FIRST} return each.textContent", lambda seen: seen is not None and fits(_words(seen), text))

    def to_have_value(self, value: str, **_: object) -> None:
        self._until(f"{FIRST} return each.value", lambda seen: bool(seen == value))

    def to_have_attribute(self, name: str, value: str | re.Pattern[str], **_: object) -> None:
        script = f"{FIRST} return each.getAttribute('{name}')"
        self._until(script, lambda seen: seen is not None and fits(seen, value))

    def to_have_count(self, count: int, **_: object) -> None:
        self._until("return found.length", lambda seen: bool(seen == count))

    def to_be_attached(self, **_: object) -> None:
        self._until("return found.length", bool)

    def to_be_visible(self, **_: object) -> None:
        self._until(f"return found.some({SHOWN})", bool)

    def to_be_hidden(self, **_: object) -> None:
        self._until(f"return !found.some({SHOWN})", bool)


def tried(ask: Callable[[], Any]) -> Any:  # noqa: ANN401 - as above
    """Ask; while a page goes and the next one comes, there is no answer."""
    try:
        return ask()
    except AssertionError:
        return None


def _words(text: str) -> str:
    return " ".join(text.split())


def fits(seen: str, wanted: str | re.Pattern[str]) -> bool:
    """Whether it is that, or what a pattern says: a regular expression, or one with asterisks."""
    if isinstance(wanted, re.Pattern):
        return bool(wanted.search(seen))
    return seen == _words(wanted) or ("**" in wanted and fnmatch(seen, wanted.replace("?", "[?]")))
