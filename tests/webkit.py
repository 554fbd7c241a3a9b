"""Debian's WebKit, driven by its own WebDriver, which is all that drives it: Playwright's WebKit is another build."""

from __future__ import annotations

import base64
import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest

from cotab_kit.tools.engines import WEBKIT

DRIVER, MINI_BROWSER, XVFB = WEBKIT.found() or (None, None, None)
IN_WEBKIT = [
    pytest.mark.browser,
    pytest.mark.full,
    pytest.mark.skipif(DRIVER is None, reason=WEBKIT.hint),
]
TAB, ENTER = "\ue004", "\ue007"
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
TIMEOUT = 60.0  # seconds, for a first start on a busy machine; waiting ends as soon as the condition holds
PAUSE = 0.05

T = TypeVar("T")


class WebKit:
    """A WebKit with a profile of its own, and the window of it that is looked into.

    What is waited for are conditions, never a time.
    """

    def __init__(self, http: httpx.Client) -> None:
        self._http = http
        options = {"binary": str(MINI_BROWSER), "args": ["--automation", "--enable-mock-capture-devices=true"]}
        wanted = {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}}
        self._session = f"/session/{self._call('POST', '/session', wanted)['sessionId']}"

    def close(self) -> None:
        self._call("DELETE", self._session)

    def go(self, url: str) -> None:
        self._post("url", url=url)

    def run(self, script: str, *values: object) -> Any:  # noqa: ANN401 - what the script answers
        """Run a function's body in the frame that is looked into."""
        return self._post("execute/sync", script=script, args=[*values])

    def wait(self, script: str, *values: object, timeout: float = TIMEOUT) -> Any:  # noqa: ANN401 - as above
        """Wait until a function's body answers with something that is true, and take it."""
        return until(lambda: self.run(script, *values), f"{script} {values}", timeout)

    def find(self, selector: str, timeout: float = TIMEOUT) -> dict[str, str]:
        """Wait for an element that is shown."""
        shown = "return [...document.querySelectorAll(arguments[0])].find((each) => each.checkVisibility()) ?? null"
        found: dict[str, str] = self.wait(shown, selector, timeout=timeout)
        return found

    def click(self, selector: str) -> None:
        self._post(f"element/{self.find(selector)[ELEMENT]}/click")

    def type(self, text: str, held: str = "") -> None:
        """Press keys where the focus is, while others are held."""
        keys = [{"type": kind, "value": key} for key in text for kind in ("keyDown", "keyUp")]
        keys = [{"type": "keyDown", "value": key} for key in held] + keys
        keys += [{"type": "keyUp", "value": key} for key in held]
        self._post("actions", actions=[{"type": "key", "id": "keyboard", "actions": keys}])

    def mouse(self, *steps: dict[str, object]) -> None:
        """Move the pointer over the window's page, and press its button, as WebDriver names the steps."""
        self._post("actions", actions=[{"type": "pointer", "id": "mouse", "actions": [*steps]}])

    def into(self, frame: str | dict[str, str]) -> None:
        """Look into a frame of the one that is looked into, by a selector or as it was found."""
        self._post("frame", id=self.find(frame) if isinstance(frame, str) else frame)

    def up(self) -> None:
        """Look into the frame around."""
        self._post("frame/parent")

    def out(self) -> None:
        """Look into the page again."""
        self._post("frame", id=None)

    @property
    def window(self) -> str:
        """The window that is looked into."""
        return str(self._call("GET", f"{self._session}/window"))

    def open(self) -> str:
        """Open another window."""
        return str(self._post("window/new", type="window")["handle"])

    def fit(self, width: int, height: int) -> None:
        """Make the window so large that its page has this size; a window that is not shown yet may not hear of it."""

        def fits() -> bool:
            more = self.run("return [arguments[0] - innerWidth, arguments[1] - innerHeight]", width, height)
            if any(more):
                rect = self._call("GET", f"{self._session}/window/rect")
                self._post("window/rect", width=rect["width"] + more[0], height=rect["height"] + more[1])
            return not any(more)

        until(fits, f"a page of {width} by {height}")

    def look(self, window: str) -> None:
        """Look into the page of a window."""
        self._post("window", handle=window)

    def picture(self, path: Path) -> None:
        path.write_bytes(base64.b64decode(self._call("GET", f"{self._session}/screenshot")))

    def _post(self, path: str, **body: object) -> Any:  # noqa: ANN401 - as above
        return self._call("POST", f"{self._session}/{path}", body)

    def _call(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - as above
        answer = self._http.request(method, path, json=body).json()["value"]
        if isinstance(answer, dict) and "error" in answer:
            raise AssertionError(f"{answer['error']}: {answer['message']}")
        return answer


def until(ask: Callable[[], T], what: str, timeout: float = TIMEOUT) -> T:
    """Ask until the answer is true."""
    end = time.monotonic() + timeout
    while not (answer := ask()):
        assert time.monotonic() < end, f"not in time: {what}"
        time.sleep(PAUSE)
    return answer


@contextmanager
def screen() -> Iterator[str]:
    """A screen that nobody sees; the name of the display."""
    read, write = os.pipe()
    command = [str(XVFB), "-displayfd", str(write), "-screen", "0", "1400x1000x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL) as process:
        os.close(write)
        with os.fdopen(read) as told:
            yield f":{told.readline().strip()}"
        process.terminate()


@contextmanager
def webkit() -> Iterator[WebKit]:
    """A WebKit with a profile of its own, on a screen that nobody sees."""
    with driver() as http:
        browser = WebKit(http)
        yield browser
        browser.close()


@contextmanager
def driver() -> Iterator[httpx.Client]:
    """A driver, which can have one WebKit at a time, on a screen that nobody sees."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with screen() as display:
        environment = os.environ | {"DISPLAY": display, "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1"}
        command = [str(DRIVER), f"--port={port}", "--host=127.0.0.1"]
        with subprocess.Popen(command, env=environment) as process:
            try:
                with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=TIMEOUT) as http:
                    until(lambda: _is_up(http), "WebKitWebDriver is up")
                    yield http
            finally:
                process.terminate()


def _is_up(http: httpx.Client) -> bool:
    try:
        return bool(http.get("/status").json()["value"]["ready"])
    except httpx.TransportError:
        return False
