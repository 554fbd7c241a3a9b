"""A customer's side for browser tests: a site with the script, a relay, and an agent who is a plain WebSocket client.

What the agent gets is put together here once more, in Python, so that the tests do not trust the script's own code.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import httpx
from playwright.sync_api import BrowserContext, Locator, Page
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from cotab_kit.build.tandem import build_tandem
from cotab_kit.layout import Workspace, kit_files
from cotab_kit.progress import Steps
from cotab_kit.tools.node import ensure_node
from relays import served_app, serving
from tandem.clock import SystemClock
from tandem.frames import ASSET

SITE = Path(__file__).with_name("site")
TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
TIMEOUT = 30  # seconds, for a busy machine; waiting ends as soon as the condition holds

# Playwright cannot look into a closed shadow root: for tests, that of the script is an open one.
OPEN_SHADOW = """
const original = Element.prototype.attachShadow;
Element.prototype.attachShadow = function (options) {
  return original.call(this, this.hasAttribute("data-tandem-ui") ? { ...options, mode: "open" } : options);
};
"""

# The script has what it loads: tests are faster than customers.
WHOLE = """() => window.tandem && !document.querySelector('link[rel="modulepreload"]') &&
  performance.getEntriesByType("resource").some(({ name }) => name.includes("/tandem-app.js"))"""


@dataclass
class Stage:
    """A site, and the relay that its pages use."""

    site: str
    relay: str
    other: str = ""
    """The same site at another origin."""

    restart: Callable[[], None] = lambda: None
    """End the relay, and start it again where it was."""

    def agent(self, mode: str = "cobrowse", path: str = "/shop.html") -> Agent:
        """An agent who has opened a session and waits for the customer."""
        headers = {"origin": self.relay}
        with httpx.Client(base_url=self.relay, trust_env=False) as http:
            token = http.post("/api/sign-in", headers=headers).json()["token"]
            wanted = {"mode": mode, "conversation": "1", "site": f"{self.site}{path}"}
            made = http.post("/api/sessions", json=wanted, headers={"authorization": f"Bearer {token}"}).json()
        return Agent(self.relay, made)


class Agent:
    """The agent's end of a session."""

    def __init__(self, relay: str, session: dict[str, Any]) -> None:
        self.pin: str = session["pin"]
        self.link: str = session["link"]
        self.session: str = session["id"]
        self._relay = relay
        self._ticket: str = session["token"]
        self.inbox = Inbox()
        self._acts = 0
        self.socket = self._connect()

    def _connect(self) -> ClientConnection:
        self._open = ExitStack()
        dialing = connect(
            f"{self._relay.replace('http', 'ws')}/ws/agent",
            origin=Origin(self._relay),
            subprotocols=[Subprotocol("tandem.1")],
            proxy=None,
            max_size=None,
            max_queue=None,
        )
        socket = self._open.enter_context(dialing)
        socket.send(json.dumps({"t": "hello", "v": 1, "ticket": self._ticket}))
        return socket

    def send(self, **message: object) -> None:
        self.socket.send(json.dumps(message))

    def read(self) -> None:
        """Take in the next frame."""
        self.inbox.add(self.socket.recv(timeout=TIMEOUT))

    def wait(self, condition: Callable[[], object]) -> None:
        while not condition():
            self.read()

    def until(self, kind: str, **members: object) -> dict[str, Any]:
        """The next control message of a kind that has these members; earlier ones are forgotten."""
        while True:
            while self.inbox.control:
                message = self.inbox.control.pop(0)
                if message["t"] == kind and members.items() <= message.items():
                    return message
            self.read()

    def act(self, do: str, node: str | None = None, **members: object) -> str:
        """Do something to the node with this id attribute; "done", or why it was refused."""
        self._acts += 1
        if node is not None:
            members["id"] = self.inbox.node(node)
        self.send(t="act", n=self._acts, do=do, **members)
        self.wait(lambda: any(message.get("n") == self._acts for message in self.inbox.control))
        answer = next(message for message in self.inbox.control if message.get("n") == self._acts)
        return "done" if answer["t"] == "done" else cast("str", answer["why"])

    def point(self, do: str, node: str | None = None, **members: object) -> str:
        """Do something with the mouse in the middle of a node."""
        return self.act(do, node, button=0, count=1, **members)

    def click(self, node: str, count: int = 1, **members: object) -> str:
        """Click so many times; "done", or why it was refused."""
        answers = []
        for number in range(1, count + 1):
            answers += [self.act(do, node, **({"button": 0, "count": number} | members)) for do in ("down", "up")]
        return next((answer for answer in answers if answer != "done"), "done")

    def press(self, *keys: str, mods: str = "") -> str:
        """Press keys, one after the other, where the focus is; "done", or why one was refused."""
        answers = []
        for key in keys:
            text = {"text": key} if len(key) == 1 and not set(mods) & {"c", "m"} else {}
            answers += [self.act("key", key=key, mods=mods, **text), self.act("release", key=key, mods=mods)]
        return next((answer for answer in answers if answer != "done"), "done")

    def type(self, text: str) -> str:
        return self.press(*text)

    def away(self) -> None:
        self._open.close()

    def back(self) -> None:
        self.inbox = Inbox()
        self.socket = self._connect()


def wait_for_turn(page: Page, agent: Agent) -> None:
    """Wait until the customer's last input is so long ago that the agent may act; this act would do nothing."""
    while agent.act("navigate", url="about:blank") == "customer_input":
        page.wait_for_timeout(50)


@dataclass
class Inbox:
    """What an agent got: control messages, and the recorded events, put together and inflated."""

    control: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    pictures: list[bytes] = field(default_factory=list)
    everything: list[str] = field(default_factory=list)
    assets: dict[str, bytes] = field(default_factory=dict)
    _parts: list[bytes] = field(default_factory=list)
    _coming: bytes = b""

    def add(self, frame: str | bytes) -> None:
        if isinstance(frame, str):
            self.control.append(json.loads(frame))
            self.everything.append(frame)
            return
        if frame[0] == ASSET:
            self._asset(frame[6:38], frame[38:], last=bool(frame[1] & 1))
            return
        flags = frame[1]
        self._parts.append(frame[6:])
        if flags & 1:
            content = b"".join(self._parts)
            self._parts = []
            content = zlib.decompress(content, -15) if flags & 2 else content
            self._message(frame[0], content)

    def _asset(self, digest: bytes, part: bytes, *, last: bool) -> None:
        self._coming += part
        if last:
            assert hashlib.sha256(self._coming).digest() == digest
            self.assets[digest.hex()] = self._coming
            self._coming = b""

    def _message(self, kind: int, content: bytes) -> None:
        if kind == 1:
            self.everything.append(content.decode())
            self.events += json.loads(content)
        else:
            self.pictures.append(content)

    @property
    def text(self) -> str:
        """All that came, as one text without JSON's escapes."""
        parts = [json.dumps(json.loads(part), ensure_ascii=False) for part in self.everything]
        return "\n".join(parts)

    @property
    def snapshots(self) -> int:
        return sum(event["type"] == 2 for event in self.events)

    def nodes(self) -> Iterator[dict[str, Any]]:
        """Every node that was ever shown, the newest last."""
        for event in self.events:
            if event["type"] == 2:
                yield from _walk(event["data"]["node"])
            if event["type"] == 3 and event["data"]["source"] == 0:
                for add in event["data"]["adds"]:
                    yield from _walk(add["node"])

    def changes(self, name: str) -> Iterator[dict[str, Any]]:
        """How the attributes of the node with this id attribute have changed."""
        ids = {node["id"] for node in self.nodes() if node.get("attributes", {}).get("id") == name}
        for event in self.events:
            if event["type"] == 3 and event["data"]["source"] == 0:
                yield from (each["attributes"] for each in event["data"]["attributes"] if each["id"] in ids)

    def node(self, name: str) -> int:
        """The number of the node whose id attribute it is."""
        found = [node["id"] for node in self.nodes() if node.get("attributes", {}).get("id") == name]
        assert found, f"the agent sees no #{name}"
        return cast("int", found[-1])


def _walk(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node.get("childNodes", []):
        yield from _walk(child)


class Customer:
    """The customer's page, and what the script shows on it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.ui = page.locator("[data-tandem-ui]")

    @property
    def banner(self) -> Locator:
        return self.page.locator("section.banner")

    def button(self, name: str) -> Locator:
        return self.ui.get_by_role("button", name=name, exact=True)

    def state(self, wanted: str) -> None:
        self.page.wait_for_function("wanted => window.tandem.state === wanted", arg=wanted)

    def join(self, agent: Agent) -> None:
        """Enter the PIN and allow the agent to see."""
        self.page.evaluate("() => window.tandem.open()")
        self.ui.get_by_label("PIN").fill(agent.pin)
        self.button("Continue").click()
        self.button("Allow").click()
        self.state("live")
        agent.until("consent")
        agent.wait(lambda: agent.inbox.snapshots)


def customer(context: BrowserContext, stage: Stage, path: str = "/shop.html") -> Customer:
    page = context.new_page()
    page.add_init_script(OPEN_SHADOW)
    page.goto(f"{stage.site}{path}")
    page.wait_for_function(WHOLE)
    return Customer(page)


@contextmanager
def staged(
    assets: Path,
    port: int = 0,
    site: Callable[[Stage], Starlette] | None = None,
    **settings: Any,  # noqa: ANN401 - whatever a relay can be set to
) -> Iterator[Stage]:
    """Serve a site and a relay from a thread of their own, for Playwright has the main one."""
    pages = site or shop
    ready = threading.Event()
    again, stop = asyncio.Event(), asyncio.Event()
    stage = Stage("", "")
    loop = asyncio.new_event_loop()

    async def run() -> None:
        async with served_app(pages(stage)) as origin, served_app(pages(stage)) as other:
            stage.site, stage.other = origin, other
            nonlocal port
            origins = {"agent_origins": (origin,), "customer_origins": (origin, other)}
            while not stop.is_set():
                again.clear()
                async with serving(SystemClock(), port=port, assets=assets, **(origins | settings)) as relay:
                    stage.relay, port = relay.origin, urlsplit(relay.origin).port or 0
                    ready.set()
                    await again.wait()

    def restart(*, end: bool = False) -> None:
        ready.clear()
        for event in (stop, again) if end else (again,):
            loop.call_soon_threadsafe(event.set)
        assert end or ready.wait(TIMEOUT)

    stage.restart = restart
    thread = threading.Thread(target=loop.run_until_complete, args=(run(),))
    thread.start()
    assert ready.wait(TIMEOUT)
    try:
        yield stage
    finally:
        restart(end=True)
        thread.join(TIMEOUT)
        loop.close()


def shop(stage: Stage) -> Starlette:
    """The site, with as strict a policy as the script can live with."""

    async def file(request: Request) -> Response:
        path = SITE / Path(request.url.path).name
        if not path.is_file():
            return Response(status_code=404)
        text = path.read_text("utf-8").replace("RELAY", stage.relay).replace("SITE", stage.site)
        text = text.replace("OTHER", stage.other).replace("STRANGER", stage.other.replace("127.0.0.1", "localhost"))
        policy = (
            f"default-src 'none'; script-src 'self' {stage.relay}; style-src 'self'; "
            f"img-src 'self' data:; frame-src 'self' {stage.relay} {stage.other}; "
            f"connect-src {stage.relay} {stage.relay.replace('http', 'ws')}; base-uri 'none'; form-action 'self'"
        )
        styled = path.name == "hand.html"  # by each test as it likes
        headers = {} if styled else {"content-security-policy": policy}
        return Response(text, media_type=TYPES[path.suffix], headers=headers)

    return Starlette(routes=[Route("/{path:path}", file)])


def built_assets(root: Path) -> Path:
    """The customer script as it is now, built in the checkout's dist folder."""
    steps = Steps.for_this_terminal()
    workspace = Workspace(root)
    node = ensure_node(workspace, kit_files(), steps, dev=True)
    build_tandem(node, kit_files(), workspace, workspace.dist / "tandem", steps)
    return workspace.dist / "tandem"
