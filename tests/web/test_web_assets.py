"""What a page shows beside its document: pictures that only the customer can load, and holes with their labels."""

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


BACKGROUNDS = """() => {
  const doc = document.querySelector("#content iframe").contentDocument;
  const shown = (id) => /^url."blob:/.test(doc.defaultView.getComputedStyle(doc.getElementById(id)).backgroundImage);
  return ["inline", "sheet", "before"].every(shown);
}"""


@pytest.fixture
def sides(browser: Browser, stage: Stage, site: WebSite) -> Iterator[Sides]:
    with opened(browser, stage, site) as both:
        both.contexts[0].add_cookies([{"name": "login", "value": "1", "url": stage.site}])
        both.load("assets.html", Tag(allow="main"))
        both.join()
        yield both


@pytest.mark.full
def test_a_hole_has_its_size_and_says_why_until_it_is_filled(sides: Sides) -> None:
    assert sides.difference("boxes") == ""
    drawing = "Drawing: not shown"
    named = [drawing, "Video: not shown", "Document or plug-in: not shown", "Page of another site: not shown", drawing]
    assert sides.mirrored(LABELS) == named
    sides.step("open_frame")
    sides.viewer.wait_for_function(OPENED)


def test_pictures_that_only_the_customer_can_load_are_shown(sides: Sides) -> None:
    assert sides.difference("pictures") == ""
    sides.viewer.wait_for_function(BACKGROUNDS)
    assert "SEKRET" not in sides.traffic.text + sides.mirror_text
    foreign = sides.mirrored("(doc) => decodeURIComponent(doc.getElementById('foreign').src)")
    assert "Picture: only the customer sees it" in foreign
    masked = sides.mirrored("(doc) => doc.getElementById('masked-picture').naturalWidth")
    assert masked == 48  # of the gray one in its place


@pytest.mark.full
def test_the_relay_has_them_for_an_agent_who_comes_back(sides: Sides) -> None:
    sides.viewer.wait_for_function(BACKGROUNDS)
    assert sides.difference("pictures") == ""
    sent = sides.traffic.inboxes[0].assets
    assert len(sent) == 3  # one by its content: a data: picture, a blob: picture, and five times the private one
    sent.clear()
    sides.rejoin()
    sides.viewer.wait_for_function(BACKGROUNDS)
    assert sides.difference("pictures") == ""
    assert not sent
