"""Playwright's words for WebKit, as far as tests use them that run in every engine: so they are written once.

Its driver knows no console and no script that runs before a page's own. Nothing is said of the one; for the other the
site of the tests serves what was added (`Preloading`): so the script's closed shadow root is an open one here, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Self

import httpx
import playwright.sync_api
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from webkit import ENTER, TAB, WebKit, driver, until
from webkit_places import Expecting, Frame, Locator, fits, tried

SIZE = (1280, 720)  # as Playwright has it
CONTROL = "\ue009"
DOWN: dict[str, object] = {"type": "pointerDown", "button": 0}
UP: dict[str, object] = {"type": "pointerUp", "button": 0}
FOCUSED = "return !/^(body|html|iframe)$/.test(document.activeElement?.localName ?? 'body')"
FRAMES = "return [...document.querySelectorAll('iframe')].filter((each) => !each.sandbox.length)"
KEYS = {"Enter": ENTER, "Tab": TAB, "Backspace": "\ue003", "Escape": "\ue00c"}


@dataclass
class Engine:
    """What a test calls a browser: a driver, and what the site is to load before a page's own scripts."""

    http: httpx.Client
    scripts: list[str] = field(default_factory=list)
    heard: list[Callable[[Request], None]] = field(default_factory=list)

    def new_context(self, **_: object) -> Context:
        self.scripts.clear()
        self.heard.clear()
        return Context(self)


class Context:
    """A profile of its own, with the windows that are opened in it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.webkit = WebKit(engine.http)
        self.pages: list[Page] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.webkit.close()

    def new_page(self) -> Page:
        page = Page(self, self.webkit.open() if self.pages else self.webkit.window)
        page.bring_to_front()
        self.webkit.fit(*SIZE)
        self.pages.append(page)
        return page

    def add_init_script(self, script: str) -> None:
        if script not in self._engine.scripts:
            self._engine.scripts.append(script)

    def on(self, event: str, heard: Callable[[Request], None]) -> None:
        """Hear of requests that reach the site; of the console the driver tells nothing."""
        if event == "request":
            self._engine.heard.append(heard)

    def set_default_timeout(self, _: float) -> None:
        """Leave it at what the driver waits for."""


class Page(Frame):
    """A window."""

    def __init__(self, context: Context, window: str) -> None:
        super().__init__(self)
        self.context = context
        self.window = window
        self.mouse, self.keyboard = Mouse(self), Keyboard(self)
        self.add_init_script, self.on = context.add_init_script, context.on
        self.set_default_timeout = context.set_default_timeout

    @property
    def main_frame(self) -> Frame:
        return self

    @property
    def frames(self) -> list[Frame]:
        count = self.run("return document.querySelectorAll('iframe').length")
        return [self, *(Frame(self, (("css", "iframe"), ("nth", at), ("frame",))) for at in range(count))]

    def frame(self, url: str) -> Frame | None:
        return next((each for each in self.frames if fits(each.url, url)), None)

    @contextmanager
    def expect_event(self, event: str, is_it: Callable[[Frame], bool]) -> Iterator[None]:
        """Wait for a frame that has another page."""
        assert event == "framenavigated", event
        yield
        until(lambda: tried(lambda: any(is_it(each) for each in self.frames)), event)

    def is_closed(self) -> bool:
        return False

    def goto(self, url: str, **_: object) -> None:
        self.bring_to_front()
        self.context.webkit.go(url)

    def reload(self) -> None:
        self.evaluate("() => { window.before = true; location.reload(); }")
        self.wait_for_function("() => !window.before && document.readyState === 'complete'")

    def wait_for_timeout(self, milliseconds: float) -> None:
        self.evaluate("(time) => new Promise((resolve) => setTimeout(resolve, time))", milliseconds)

    def bring_to_front(self) -> None:
        self.context.webkit.look(self.window)


class Mouse:
    def __init__(self, page: Page) -> None:
        self._page = page
        self._at = (0.0, 0.0)

    def _do(self, *steps: dict[str, object]) -> None:
        self._page.bring_to_front()
        self._page.context.webkit.mouse(*steps)

    def move(self, x: float, y: float, steps: int = 1) -> None:
        self._do(*self._moves(x, y, steps))

    def _moves(self, x: float, y: float, steps: int = 1) -> Iterator[dict[str, object]]:
        (left, top), self._at = self._at, (x, y)
        for way in (at / steps for at in range(1, steps + 1)):
            across, down = round(left + (x - left) * way), round(top + (y - top) * way)
            yield {"type": "pointerMove", "duration": 0, "x": across, "y": down}

    def down(self) -> None:
        self._do(DOWN)

    def up(self) -> None:
        self._do(UP)

    def click(self, x: float, y: float) -> None:
        """Move there, press and release in one go: between calls the driver may lose what it is at."""
        self._do(*self._moves(x, y), DOWN, UP)


class Keyboard:
    def __init__(self, page: Page) -> None:
        self._page = page

    def type(self, text: str, *, held: str = "") -> None:
        """Press keys where the focus is: whatever is looked into takes it for itself, as far as keys go."""
        webkit = self._page.context.webkit
        webkit.look(self._page.window)
        if not _seek_focus(webkit):
            webkit.out()
        webkit.type(text, held)

    def press(self, key: str) -> None:
        """Press a key, or one with Control."""
        held, _, pressed = key.rpartition("+")
        self.type(KEYS.get(pressed, pressed), held=CONTROL if held else "")


def _seek_focus(webkit: WebKit) -> bool:
    """Look into the frame in which something has the focus."""
    if webkit.run(FOCUSED):
        return True
    for frame in webkit.run(FRAMES):
        webkit.into(frame)
        if _seek_focus(webkit):
            return True
        webkit.up()
    return False


@contextmanager
def webkit_pages() -> Iterator[Engine]:
    """A WebKit for tests that are written for Playwright, whose `expect` takes what is found there, too."""
    real = type(playwright.sync_api.expect).__call__

    def expect(self: Any, actual: Any, *more: Any) -> Any:  # noqa: ANN401 - Playwright's
        return Expecting(actual) if isinstance(actual, Locator) else real(self, actual, *more)

    with driver() as http, pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(playwright.sync_api.expect), "__call__", expect)
        yield Engine(http)


class Preloading:
    """Has pages of a site load what was added before their own scripts, and tells what the site is asked for."""

    def __init__(self, app: ASGIApp, engine: Engine) -> None:
        self._app = app
        self._engine = engine

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        for heard in self._engine.heard:
            heard(Request(scope))
        if scope["path"] == "/preload.js":
            script = "".join(f"{{ {each} }}\n" for each in self._engine.scripts)
            return await Response(script, media_type="text/javascript")(scope, receive, send)

        async def put(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [each for each in message["headers"] if each[0] != b"content-length"]
            else:
                message["body"] = message["body"].replace(b"<head>", b'<head><script src="/preload.js"></script>', 1)
            await send(message)

        return await self._app(scope, receive, put)
