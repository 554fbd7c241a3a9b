"""Pictures of a long session: what the viewer has in memory is what its page shows, and little more."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from customers import Stage
from web.sides import opened
from web.sites import WebSite

AT_ONCE, TIMES = 4, 3
SPARE = 2  # of a canvas, the one before as well
COUNT = """(() => {
  const { createObjectURL, revokeObjectURL } = URL;
  window.kept = new Set();
  window.made = 0;
  URL.createObjectURL = (what) => {
    const url = createObjectURL.call(URL, what);
    window.kept.add(url);
    window.made += 1;
    return url;
  };
  URL.revokeObjectURL = (url) => {
    window.kept.delete(url);
    revokeObjectURL.call(URL, url);
  };
})()"""
SHOWN = """(count) => {
  const pictures = [...document.querySelector("#content iframe").contentDocument.images];
  return pictures.filter(({ src, naturalWidth }) => src.startsWith("blob:") && naturalWidth === 16).length === count;
}"""
BACKGROUNDS = """(doc) => [...doc.querySelectorAll("#place div")].filter((each) =>
  doc.defaultView.getComputedStyle(each).backgroundImage.startsWith('url("blob:')).length"""
VARIABLES = """(doc) => [...doc.documentElement.style].filter((name) => name.startsWith("--tandem-")).length"""


@pytest.mark.full
def test_pictures_that_are_gone_are_not_kept(browser: Browser, stage: Stage, site: WebSite) -> None:
    with opened(browser, stage, site) as sides:
        sides.contexts[1].add_init_script(COUNT)
        sides.load("passing.html")
        sides.join()
        for _ in range(TIMES):
            sides.step("show", AT_ONCE)
            sides.viewer.wait_for_function(SHOWN, arg=AT_ONCE)
        sides.call("pass()")
        sides.viewer.wait_for_function(f"() => window.kept.size <= {AT_ONCE + SPARE}")
        assert sides.viewer.evaluate("() => window.made") > AT_ONCE + SPARE  # so that some have gone
        assert sides.difference("pictures") == ""
        assert sides.mirrored(BACKGROUNDS) == AT_ONCE
        assert sides.mirrored(VARIABLES) <= AT_ONCE
