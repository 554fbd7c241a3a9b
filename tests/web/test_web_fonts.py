"""Fonts and symbols that only the customer's browser can load, and where a policy or the site says no."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from customers import Stage
from sizes import in_full
from web.sides import Sides, opened
from web.sites import Tag, WebSite
from web.traffic import SECRET

WIDE, WIDER = 200, 300  # pixels of ten letters
TRUETYPE = b"\0\1\0\0"
FONTS = 2  # of style sheets, in what is allowed
SERIF = "(doc) => doc.getElementById('sheet').getBoundingClientRect().width"
SYMBOLS = "(doc) => ['symbol', 'masked-symbol'].map((id) => doc.getElementById(id).getBBox().width)"


@pytest.fixture
def sides(browser: Browser, stage: Stage, site: WebSite) -> Iterator[Sides]:
    with opened(browser, stage, site) as both:
        both.contexts[0].add_cookies([{"name": "login", "value": "1", "url": stage.site}])
        yield both
        site.policy = ""


def joined(sides: Sides, tag: Tag) -> None:
    sides.load("fonts.html", tag)
    sides.call("begin()")
    sides.join()


def sent(sides: Sides) -> list[bytes]:
    return list(sides.traffic.inboxes[0].assets.values())


def foreign(stage: Stage) -> str:
    return stage.site.replace("127.0.0.1", "localhost")


@pytest.mark.full
def test_fonts_and_symbols_are_shown_as_the_customer_sees_them(sides: Sides) -> None:
    joined(sides, Tag(allow="main"))
    assert sides.difference("fonts") == ""
    assert sides.seen("fonts")[0] == {"sheet": WIDE, "words": WIDER, "script": WIDE, "bytes": WIDER, "icon": 20}
    assert sides.difference("symbols") == ""
    sides.step("step1")
    assert sides.difference("fonts") == ""
    assert sides.difference("symbols") == ""
    fonts = [each for each in sent(sides) if each.startswith(TRUETYPE)]
    assert len(fonts) == FONTS  # each once, and none of what is masked
    assert not SECRET.findall(sides.traffic.text + sides.mirror_text)


def test_of_a_file_of_symbols_the_one_that_is_shown_is_sent(sides: Sides) -> None:
    joined(sides, Tag(allow="main"))
    assert sides.difference("symbols") == ""
    assert sides.mirrored(SYMBOLS) == [40, 0]
    (symbol,) = [each.decode() for each in sent(sides) if each.startswith(b"<svg")]
    assert not SECRET.findall(symbol)
    assert "fill: rgb(200, 0, 0)" in symbol
    assert all(word not in symbol for word in ("script", "onload", "http://127", "foreignObject", "<a", "image"))
    assert symbol.count("<rect") == 2
    assert "fill: url(#t" in symbol
    assert "<circle" in symbol
    assert "<linearGradient" in symbol


@pytest.mark.full
def test_the_relay_has_them_for_an_agent_who_comes_back(sides: Sides) -> None:
    joined(sides, Tag(allow="main"))
    assert sides.difference("fonts") == ""
    assert sides.difference("symbols") == ""
    sides.traffic.inboxes[0].assets.clear()
    sides.rejoin()
    assert sides.difference("fonts") == ""
    assert sides.difference("symbols") == ""
    assert not sent(sides)


@pytest.mark.parametrize("way", ["listed", in_full("other")])
def test_of_other_origins_only_what_the_site_lists_is_loaded(sides: Sides, stage: Stage, way: str) -> None:
    joined(sides, Tag(allow="main", assets=foreign(stage) if way == "listed" else ""))
    sides.call("foreign()")
    sides.customer.page.wait_for_function("() => listed(document)[0] === 300 && listed(document)[1] === 48")
    assert sides.difference("fonts") == ""
    assert (sides.difference("listed") == "") == (way == "listed")


@pytest.mark.parametrize("where", ["header", in_full("meta"), in_full("listed")])
def test_where_a_policy_forbids_it_nothing_is_loaded_nor_reported(
    sides: Sides, stage: Stage, site: WebSite, where: str
) -> None:
    relay = f"{stage.relay} {stage.relay.replace('http', 'ws')}"
    own = "'self' " if where == "listed" else ""
    policy = f"connect-src {own}{relay}"
    site.policy = "" if where == "meta" else policy
    sides.load("fonts.html", Tag(allow="main", assets=stage.site if where == "listed" else ""))
    if where == "meta":
        sides.call(META.format(policy=policy))
    sides.join()
    if where == "listed":
        assert sides.difference("fonts") == ""
    else:
        refused(sides)
    assert sides.call("reports") == []


META = """document.head.append(Object.assign(document.createElement("meta"), {{
  httpEquiv: "Content-Security-Policy", content: "{policy}" }}))"""


def refused(sides: Sides) -> None:
    """Wait until the customer's side has said that it cannot have the fonts, and see that none is there."""
    customer: Any = sides.traffic.inboxes[0]
    for _ in range(600):
        told = [each for each in customer.control if each["t"] == "asset" and ".ttf" in each["name"]]
        if len(told) >= FONTS:
            break
        sides.pause(0.1)
    assert len(told) >= FONTS
    assert all("hash" not in each for each in told)
    assert sides.mirrored(SERIF) < WIDE
