"""What the customer does on the mirror pages, one step after the other, and what else must hold after each."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator

from playwright.sync_api import Page

from web.sides import Sides

Drive = Callable[[Sides], Iterator[str]]
Check = Callable[[Sides, str], str]
"""After a step: what is wrong, or nothing."""

SETTLED = {"26-mirror-web-animations": 0.7, "30-mirror-scroll-positions": 1.0, "l3-anim": 0.7}
PHONE = {
    "color_scheme": "dark",
    "reduced_motion": "reduce",
    "has_touch": True,
    "is_mobile": True,
    "device_scale_factor": 3,
    "viewport": {"width": 750, "height": 900},
}
EMULATED: dict[str, dict[str, object]] = {"31-mirror-user-preferences": PHONE}
HUGE = {"25-mirror-css-parser-stress": "step9"}  # a matter of performance


def steps(sides: Sides, without: str | None = None) -> Iterator[str]:
    """Do all steps of the page; after each, its name."""
    for name in sides.steps:
        if name != without:
            sides.step(name)
            yield name


def preferences(sides: Sides) -> Iterator[str]:
    """The customer's system turns to light colors."""
    sides.customer.page.emulate_media(color_scheme="light")
    yield "switched"
    yield from steps(sides)


def pointing(sides: Sides) -> Iterator[str]:
    """The customer points, tabs and presses."""
    user, page = sides.user, sides.customer.page
    for where in ("#nav", "#leaf", "#xh button"):
        user.move(where)
        yield f"over {where}"
    user.click((700.0, 700.0))
    yield "away"
    while page.evaluate("() => document.activeElement.id") != "field":
        user.press("Tab")
    yield "in #field"
    user.press_mouse("#press")
    yield "#press held"
    user.release()
    user.click("#tog")
    yield "#tog clicked"
    yield from steps(sides)


DRIVES: dict[str, Drive] = {
    "25-mirror-css-parser-stress": lambda sides: steps(sides, without="step9"),
    "31-mirror-user-preferences": preferences,
    "32-mirror-hover-focus": pointing,
}


def pixel(page: Page, x: float, y: float) -> list[int]:
    """The color of a point of the screen."""
    picture = page.screenshot(clip={"x": round(x), "y": round(y), "width": 1, "height": 1})
    at = picture.index(b"IDAT") + 4
    size = int.from_bytes(picture[at - 8 : at - 4], "big")
    return list(zlib.decompressobj().decompress(picture[at : at + size])[1:4])


def stacking(sides: Sides, step: str) -> str:
    """Which of the page's boxes lies on top, as the agent sees it."""
    wanted = sides.call(f"expectPixel.{step} ?? null") if step.startswith("step") else None
    if wanted is None:
        return ""
    x, y, color = wanted
    left, top = sides.agent.origin
    found = pixel(sides.desk.page, left + x, top + y)
    if all(abs(mine - int(theirs)) <= 2 for mine, theirs in zip(found, color.split(","), strict=True)):
        return ""
    return f"pixel {found} instead of {color}"


# What says why there is a hole where something cannot be shown: on the element, or over it.
LABELLED = """(doc) => ID_LIST.filter((id) => {
  const each = doc.getElementById(id);
  if (!each) return false;
  const texts = [each, each.parentElement, each.nextElementSibling].filter(Boolean).flatMap((at) =>
    [at.getAttribute("aria-label"), at.title, at.getAttribute("alt"),
     ...["::before", "::after"].map((part) => doc.defaultView.getComputedStyle(at, part).content)]);
  return !texts.some((text) => text && !["none", "normal"].includes(text));
})"""


def unlabelled(sides: Sides, names: list[str]) -> list[str]:
    """Which of these elements are holes without a label in the mirror."""
    found: list[str] = sides.mirrored(LABELLED.replace("ID_LIST", repr(names)))
    return found


def drawings(sides: Sides, step: str) -> str:
    """The canvases are shown, or say why not; the customer's own have not changed."""
    if not sides.call("ownCanvasOk()"):
        return "the customer's canvas has changed"
    if step not in {"step5", "late"}:
        return ""
    wanted, found = sides.call("expectCanvas"), sides.mirrored(sides.call("canvasProbe.toString()"))
    wrong = [name for name in wanted if not isinstance(found, dict) or found[name] != wanted[name]]
    silent = unlabelled(sides, [*wrong, "vi"])
    return f"neither shown nor labelled: {silent}" if silent else ""


def frames(sides: Sides, step: str) -> str:
    """Frames throw no errors in the page, and one that cannot be seen is labelled."""
    if errors := sides.call("errors"):
        return f"errors in the page: {errors}"
    return "#opaque has no label" if step in ("step7", "late") and unlabelled(sides, ["opaque"]) else ""


def addresses(sides: Sides, step: str) -> str:
    """The agent sees which page it is."""
    path, title = ("/shop/cart", "Cart") if step == "step1" else ("/shop/pay", "Cart")
    if not step.startswith("step") and step != "late":
        return ""
    shown = sides.viewer.evaluate(
        "() => [document.querySelector('#address').value, document.querySelector('#title').innerText]"
    )
    return "" if path in shown[0] and shown[1] == title else f"the agent sees {shown} instead of {path}, {title}"


CHECKS: dict[str, Check] = {
    "20-mirror-popover-dialog": stacking,
    "29-mirror-dynamic-iframes": frames,
    "33-mirror-assets-blob-base-font-canvas": drawings,
    "p1-spa": addresses,
}
