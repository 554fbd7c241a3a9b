"""The pages that lie beside the checkout, ../shared/cases/web: what each is of, and how they become tests."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from web.known import KNOWN

FOLDER = Path(__file__).parents[3] / "shared" / "cases" / "web"

# What a page, or a variant of one, shows. Some are of two kinds.
MIRROR = [
    *("20-mirror-popover-dialog", "21-mirror-adopted-sheets", "23-mirror-css-var-shorthand"),
    *("25-mirror-css-parser-stress", "26-mirror-web-animations", "27-mirror-form-state"),
    *("28-mirror-shadow-late-slots", "29-mirror-dynamic-iframes", "30-mirror-scroll-positions"),
    *("31-mirror-user-preferences", "32-mirror-hover-focus", "33-mirror-assets-blob-base-font-canvas"),
    *("a1-select", "a2-checked", "b1-slots", "c1-attrsel", "c2-hostattr", "d1-property", "d2-pictures"),
    *("f1-modal", "f2-popover", "g1-frames", "l1-linkvar", "l3-anim", "l4-adopted", "l5-themes", "l6-form", "l7-late"),
    *("m1-scroll", "p1-spa"),
]
MASKING = [
    *("01-mask-hidden-button-inputs", "02-mask-attributes", "04-mask-textarea-editor", "06-mask-url-title-links"),
    *("07-mask-css-and-inert-text", "08-mask-iframe-srcdoc", "13-control-type-into-masked", "k1-password"),
]
HOSTILE = ["09-replay-active-content"]
CONTROL = [
    *("10-control-react-tracker", "11-control-pointerdown-menu", "13-control-type-into-masked"),
    *("14-control-hit-testing-laser", "16-control-native-widgets", "18-control-virtual-scroll"),
    *("32-mirror-hover-focus", "e1-prefilled", "e2-masks", "e3-change", "e4-richtext", "e5-keys", "e7-toolbar"),
    *("e8-where", "e9-hover", "e10-wheel", "f1-modal", "f2-popover", "g2-scaledframe"),
]
LIFECYCLE = [
    *("19-lifecycle-navigation-tabs-bfcache", "35-lifecycle-hostile-globals", "36-lifecycle-strict-csp"),
    *("h1-htmlswap", "h2-write", "i1-csp", "j1-observer"),
]
PERFORMANCE = [
    *("25-mirror-css-parser-stress", "37-perf-mutation-storm", "38-perf-large-table-reorder"),
    *("39-perf-churn-leak", "n1-leak"),
]
PARTS = {"frame-page"}  # of other pages
KINDS = {
    "mirror": MIRROR,
    "masking": MASKING,
    "hostile": HOSTILE,
    "control": CONTROL,
    "lifecycle": LIFECYCLE,
    "performance": PERFORMANCE,
}


def case(kind: str, page: str, *way: str) -> ParameterSet:
    """Return the parameters of a test in the full size; a fault that is known must show itself."""
    name = " ".join([kind, page, *way])
    marks: list[pytest.MarkDecorator] = [pytest.mark.full]
    if not FOLDER.is_dir():
        marks.append(pytest.mark.skip(reason=f"{FOLDER} is not here"))
    elif name in KNOWN:
        failing = (AssertionError, PlaywrightTimeout)
        marks.append(pytest.mark.xfail(reason=KNOWN[name], strict=True, raises=failing))
    return pytest.param(page, *way, id=name, marks=marks)


def cases(kind: str, pages: Iterable[str], *ways: str) -> pytest.MarkDecorator:
    """Return what makes a test of each page in each way: of the parameters `page` and `way`, or of `page` alone."""
    if not ways:
        return pytest.mark.parametrize("page", [case(kind, page) for page in pages])
    return pytest.mark.parametrize(("page", "way"), [case(kind, page, way) for page in pages for way in ways])
