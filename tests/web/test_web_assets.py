"""What a page shows beside its document: the holes that the mirror has for it, and their labels."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from customers import Stage
from web.sides import Sides, opened
from web.sites import Tag, WebSite

LABELS = """(doc) => {
  const holes = ["canvas", "video", "object", "frame"].map((id) => doc.getElementById(id));
  return [...holes, doc.getElementById("host").shadowRoot.firstElementChild].map((each) => {
    const picture = decodeURIComponent(doc.defaultView.getComputedStyle(each).backgroundImage);
    const label = each.ariaLabel;
    return label && picture.includes(label) ? label : null;
  });
}"""

OPENED = """() => {
  const frame = document.querySelector("#content iframe").contentDocument.getElementById("frame");
  return frame.contentDocument?.body?.innerText === "open" && !frame.ariaLabel;
}"""


@pytest.fixture
def sides(browser: Browser, stage: Stage, site: WebSite) -> Iterator[Sides]:
    with opened(browser, stage, site) as both:
        both.load("assets.html", Tag(allow="main"))
        both.join()
        yield both


def test_a_hole_has_its_size_and_says_why_until_it_is_filled(sides: Sides) -> None:
    assert sides.difference("boxes") == ""
    drawing = "Drawing: not shown"
    named = [drawing, "Video: not shown", "Document or plug-in: not shown", "Page of another site: not shown", drawing]
    assert sides.mirrored(LABELS) == named
    sides.step("open_frame")
    sides.viewer.wait_for_function(OPENED)
