"""A customer's page that wants to harm the agent: nothing of it runs, and nothing but pictures is fetched for it."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Request, Route, expect
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from customers import TIMEOUT, Stage
from desks import Desk
from sizes import in_full
from tandem.frames import ASSET

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


@contextmanager
def entered(stage: Stage, pin: str) -> Iterator[ClientConnection]:
    """A customer's end of a session that sends whatever it likes."""
    with httpx.Client(base_url=stage.relay, trust_env=False) as http:
        joined = http.post("/api/join", json={"pin": pin}, headers={"origin": stage.site}).json()
    dialing = connect(
        f"{stage.relay.replace('http', 'ws')}/ws/customer",
        origin=Origin(stage.site),
        subprotocols=[Subprotocol("tandem.1")],
        proxy=None,
    )
    with dialing as customer:
        customer.send(json.dumps({"t": "hello", "v": 1, "ticket": joined["ticket"]}))
        customer.send(json.dumps({"t": "consent", "view": True}))
        yield customer


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
    with entered(stage, desk.open()["pin"]) as customer:
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


# What a customer says is a picture, by the name that the agent's side asks for; the last one is.
CONTENTS = {
    "tandem:html": f"<!doctype html><script>{HARM}</script>".encode(),
    "tandem:svg": f'<svg xmlns="http://www.w3.org/2000/svg" onload="{HARM}"><script>{HARM}</script></svg>'.encode(),
    "tandem:script": HARM.encode(),
    "tandem:pdf": b"%PDF-1.7",
    "tandem:gif": base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"),
    "tandem:png": base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    ),
}
SOURCES = "(pictures) => pictures.map(({ src }) => src.slice(0, 5))"


@pytest.mark.full
def test_only_what_begins_like_a_picture_is_shown_as_one(context: BrowserContext, stage: Stage) -> None:
    desk, page = Desk(context, stage), Page()
    pictures = [page.element("img", attributes={"id": name[7:], "src": name}) for name in CONTENTS]
    html = page.element("html", page.element("head"), page.element("body", *pictures))
    document = page.node(type=0, childNodes=[html])
    shown = [
        {"type": 4, "data": {"href": stage.site, "width": 800, "height": 600}, "timestamp": 1},
        {"type": 2, "data": {"node": document, "initialOffset": {"left": 0, "top": 0}}, "timestamp": 2},
    ]
    with entered(stage, desk.open()["pin"]) as customer:
        customer.send(bytes([1, 5, 0, 0, 0, 0]) + json.dumps(shown).encode())
        given: set[str] = set()
        while given != set(CONTENTS):
            asked = json.loads(customer.recv(timeout=TIMEOUT))
            if asked["t"] != "want":
                continue
            content = CONTENTS[asked["name"]]
            digest = hashlib.sha256(content)
            if asked.get("hash") == digest.hexdigest():
                customer.send(bytes([ASSET, 1, 0, 0, 0, 0]) + digest.digest() + content)
                given.add(asked["name"])
            else:
                customer.send(json.dumps({"t": "asset", "name": asked["name"], "hash": digest.hexdigest()}))
        expect(desk.mirror.locator("#png[src^=blob]")).to_have_count(1)
        sources = desk.mirror.locator("img").evaluate_all(SOURCES)
    assert sources == ["data:"] * (len(CONTENTS) - 1) + ["blob:"]


@pytest.mark.full
def test_a_style_sheet_of_elsewhere_reaches_nothing_in_the_agents_network(
    context: BrowserContext, stage: Stage
) -> None:
    reached: list[str] = []

    def inside(route: Route) -> None:
        reached.append(route.request.url)
        route.abort()

    css = f'@import "{INSIDE}.css"; h1 {{ background: url({INSIDE}); width: 123px }}'
    context.route("http://10.0.0.1/**", inside)
    context.route("https://styles.example/**", lambda route: route.fulfill(content_type="text/css", body=css))
    desk, page = Desk(context, stage), Page()
    link = page.element("link", attributes={"rel": "stylesheet", "href": "https://styles.example/a.css"})
    html = page.element(
        "html", page.element("head", link), page.element("body", page.element("h1", page.text("Styled")))
    )
    shown = [
        {"type": 4, "data": {"href": stage.site, "width": 800, "height": 600}, "timestamp": 1},
        {"type": 2, "data": {"node": page.node(type=0, childNodes=[html]), "initialOffset": {}}, "timestamp": 2},
    ]
    with entered(stage, desk.open()["pin"]) as customer:
        customer.send(bytes([1, 5, 0, 0, 0, 0]) + json.dumps(shown).encode())
        expect(desk.mirror.locator("h1")).to_have_css("width", "123px")
    assert reached == []


SYMBOL = b'<svg xmlns="http://www.w3.org/2000/svg"><symbol viewBox="0 0 9 9"><path d="M0 0H9"/></symbol></svg>'


@pytest.mark.full
def test_a_page_in_quirks_mode_and_a_symbol_of_another_file_are_of_trusted_types(
    context: BrowserContext, stage: Stage
) -> None:
    desk, page = Desk(context, stage), Page()
    drawing = page.element("svg", page.element("use", attributes={"href": "tandem:cart"}, svg=True), svg=True)
    html = page.element("html", page.element("head"), page.element("body", page.text("Quirks"), drawing))
    shown = [
        {"type": 4, "data": {"href": stage.site, "width": 800, "height": 600}, "timestamp": 1},
        {
            "type": 2,
            "data": {
                "node": page.node(type=0, compatMode="BackCompat", childNodes=[html]),
                "initialOffset": {"left": 0, "top": 0},
            },
            "timestamp": 2,
        },
    ]
    digest = hashlib.sha256(SYMBOL)
    with entered(stage, desk.open()["pin"]) as customer:
        customer.send(bytes([1, 5, 0, 0, 0, 0]) + json.dumps(shown).encode())
        desk.sees("Quirks")
        assert desk.mirror.locator("body").evaluate("(body) => body.ownerDocument.compatMode") == "BackCompat"
        while (asked := json.loads(customer.recv(timeout=TIMEOUT))).get("hash") is None:
            if asked["t"] == "want":
                customer.send(json.dumps({"t": "asset", "name": asked["name"], "hash": digest.hexdigest()}))
        customer.send(bytes([ASSET, 1, 0, 0, 0, 0]) + digest.digest() + SYMBOL)
        expect(desk.mirror.locator("use[href^=blob]")).to_have_count(1)
