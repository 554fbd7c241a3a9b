"""A customer's page that wants to harm the agent: nothing of it runs, and nothing but pictures is fetched for it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Request
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from customers import Stage
from desks import Desk
from sizes import in_full

# Every one of these would post "harmed" to the tab, or fetch something.
HARM = "top.postMessage('harmed', '*')"
INSIDE = "http://10.0.0.1/reboot"
STYLES = [
    '@import "https://harm.test/a.css";',
    '@import url("https://harm.test/b.css");',
    "body { background: url(http://harm.test/c) }",
    r"body { background: u\72l(http://harm.test/d) }",
    f"p {{ background: url('{INSIDE}') }}",
    'h1 { background: image-set("http://harm.test/e" 1x) }',
    "@font-face { font-family: evil; src: url(http://harm.test/f) } * { font-family: evil }",
    '/* url("https://harm.test/ */ div { background: url(http://harm.test/g) } /* ") */',
    ":root { --a: url(http://harm.test/h) } span { background: var(--a) }",
]
ELEMENTS = [
    ("script", {"src": "http://harm.test/x.js"}, HARM),
    ("img", {"src": "x", "onerror": HARM, "ONERROR": HARM}, ""),
    ("img", {"srcset": "http://harm.test/i 1x", "src": INSIDE}, ""),
    ("iframe", {"src": f"javascript:{HARM}", "srcdoc": f"<script>{HARM}</script>"}, ""),
    ("iframe", {"src": "http://harm.test/frame"}, ""),
    ("object", {"data": "http://harm.test/object"}, ""),
    ("embed", {"src": "http://harm.test/embed"}, ""),
    ("meta", {"http-equiv": "refresh", "content": "0;url=http://harm.test/away"}, ""),
    ("base", {"href": "http://harm.test/"}, ""),
    ("link", {"rel": "stylesheet", "href": "http://harm.test/link.css"}, ""),
    ("link", {"rel": "prefetch", "href": "http://harm.test/prefetch"}, ""),
    ("a", {"href": f"javascript:{HARM}", "ping": "http://harm.test/ping", "autofocus": ""}, "link"),
    ("form", {"action": "http://harm.test/form"}, ""),
    ("video", {"src": "http://harm.test/video", "poster": "http://harm.test/poster", "rr_mediaState": "played"}, ""),
    ("input", {"type": "image", "src": "http://harm.test/image", "formaction": f"javascript:{HARM}"}, ""),
    ("div", {"style": "background: url(http://harm.test/style)", "onclick": HARM}, "div"),
    ("style", {"_cssText": '@import "http://harm.test/text.css";'}, ""),
    ("td", {"background": "http://harm.test/td"}, ""),
    ("canvas", {"rr_dataURL": "http://harm.test/canvas"}, ""),
    ("bad name<", {}, ""),
]
DRAWN = [
    ("script", {}, HARM),
    ("foreignObject", {"onload": HARM}, ""),
    ("image", {"href": "http://harm.test/svg"}, ""),
    ("use", {"xlink:href": "http://harm.test/use#a"}, ""),
    ("animate", {"attributeName": "href", "to": f"javascript:{HARM}"}, ""),
    ("rect", {"fill": "url(http://harm.test/fill)"}, ""),
]


class Page:
    """Numbers nodes as rrweb does."""

    def __init__(self) -> None:
        self.last = 0

    def node(self, **members: object) -> dict[str, object]:
        self.last += 1
        return {"id": self.last, **members}

    def text(self, text: str) -> dict[str, object]:
        return self.node(type=3, textContent=text)

    def element(
        self, tag: str, *children: object, attributes: Mapping[str, object] | None = None, svg: bool = False
    ) -> dict[str, object]:
        drawn = {"isSVG": True} if svg else {}
        return self.node(type=2, tagName=tag, attributes=dict(attributes or {}), childNodes=list(children), **drawn)

    def hostile(self) -> list[object]:
        elements = [self.element(tag, self.text(text), attributes=attributes) for tag, attributes, text in ELEMENTS]
        drawn = [self.element(tag, self.text(text), attributes=attributes, svg=True) for tag, attributes, text in DRAWN]
        return [*elements, self.element("svg", *drawn, attributes={"onload": HARM}, svg=True)]


def events(address: str) -> list[dict[str, object]]:
    page = Page()
    styles = [self_style(page, css) for css in STYLES]
    head = page.element("head", *styles)
    body = page.element("body", page.element("h1", page.text("Hostile")), *page.hostile(), attributes={"onload": HARM})
    html = page.element("html", head, body)
    document = page.node(type=0, childNodes=[page.node(type=1, name="html", publicId='"><script>', systemId=""), html])
    late = [{"parentId": body["id"], "nextId": None, "node": node} for node in page.hostile()]
    mutation = {"source": 0, "texts": [], "removes": [], "adds": late, "attributes": []}
    attributes = [{"id": body["id"], "attributes": {"onclick": HARM, "background": "http://harm.test/late"}}]
    return [
        {"type": 4, "data": {"href": address, "width": 800, "height": 600}, "timestamp": 1},
        {"type": 2, "data": {"node": document, "initialOffset": {"left": 0, "top": 0}}, "timestamp": 2},
        {"type": 3, "data": mutation, "timestamp": 3},
        {"type": 3, "data": {**mutation, "adds": [], "attributes": attributes}, "timestamp": 4},
        {
            "type": 3,
            "data": {"source": 10, "family": "evil", "fontSource": "url(http://harm.test/font)"},
            "timestamp": 5,
        },
        {"type": 3, "data": {"source": 16, "define": {"name": "x-evil"}}, "timestamp": 6},
        {"type": 3, "data": {"source": "__proto__"}, "timestamp": 7},
        {"type": 5, "data": {"tag": "evil", "payload": HARM}, "timestamp": 8},
        {"type": 3, "data": {**mutation, "adds": fine(page, body["id"])}, "timestamp": 9},
    ]


def self_style(page: Page, css: str) -> dict[str, object]:
    return page.element("style", page.node(type=3, textContent=css, isStyle=True))


def fine(page: Page, parent: object) -> list[dict[str, object]]:
    """A paragraph as rrweb adds it: node by node."""
    paragraph, text = page.element("p"), page.text("All is well")
    return [
        {"parentId": parent, "nextId": None, "node": paragraph},
        {"parentId": paragraph["id"], "nextId": None, "node": text},
    ]


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context() as made:
        made.set_default_timeout(30_000)
        yield made


@pytest.mark.parametrize("address", [in_full("https://shop.test/"), in_full("http://10.0.0.1/"), "http://harm.test/"])
def test_a_hostile_page_is_shown_and_harms_nobody(context: BrowserContext, stage: Stage, address: str) -> None:
    """Whatever address the customer gives the page: it is not where customers may be, so no request goes there."""
    asked: list[str] = []
    faults: list[str] = []
    desk = Desk(context, stage)
    desk.page.on("pageerror", lambda error: faults.append(str(error)))

    def note(request: Request) -> None:
        if not request.url.startswith((stage.relay, stage.site, "data:", "blob:")):
            asked.append(request.url)

    context.on("request", note)
    desk.page.evaluate(
        "() => addEventListener('message', ({ data }) => { if (data === 'harmed') window.harmed = true; })"
    )
    invitation = desk.open()
    with httpx.Client(base_url=stage.relay, trust_env=False) as http:
        joined = http.post("/api/join", json={"pin": invitation["pin"]}, headers={"origin": stage.site}).json()
    dialing = connect(
        f"{stage.relay.replace('http', 'ws')}/ws/customer",
        origin=Origin(stage.site),
        subprotocols=[Subprotocol("tandem.1")],
        proxy=None,
    )
    with dialing as customer:
        customer.send(json.dumps({"t": "hello", "v": 1, "ticket": joined["ticket"]}))
        customer.send(json.dumps({"t": "consent", "view": True}))
        customer.send(json.dumps({"t": "page", "width": 800, "height": 600, "title": f"<img src=x onerror={HARM}>"}))
        customer.send(bytes([1, 5, 0, 0, 0, 0]) + json.dumps(events(address)).encode())
        desk.received("connected")
        desk.sees("Hostile")
        desk.sees("All is well")
        tags = desk.mirror.locator("script, object, embed, base, [onload], [onerror], [onclick], [srcdoc]")
        assert tags.count() == 0
    assert desk.page.evaluate("() => window.harmed") is None
    assert asked == []
    assert faults == []
