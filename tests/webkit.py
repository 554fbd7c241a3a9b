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
    """One window of WebKit. What is waited for are conditions, never a time."""

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

    def type(self, text: str) -> None:
        """Press keys where the focus is."""
        keys = [{"type": kind, "value": key} for key in text for kind in ("keyDown", "keyUp")]
        self._post("actions", actions=[{"type": "key", "id": "keyboard", "actions": keys}])

    def mouse(self, x: float, y: float) -> None:
        """Click at a place of the window's page."""
        move = {"type": "pointerMove", "duration": 0, "x": round(x), "y": round(y)}
        steps = [move, {"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}]
        self._post("actions", actions=[{"type": "pointer", "id": "mouse", "actions": steps}])

    def into(self, selector: str) -> None:
        """Look into a frame of the one that is looked into."""
        self._post("frame", id=self.find(selector))

    def out(self) -> None:
        """Look into the page again."""
        self._post("frame", id=None)

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
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with screen() as display:
        environment = os.environ | {"DISPLAY": display, "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1"}
        command = [str(DRIVER), f"--port={port}", "--host=127.0.0.1"]
        with subprocess.Popen(command, env=environment) as driver:
            try:
                with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=TIMEOUT) as http:
                    until(lambda: _is_up(http), "WebKitWebDriver is up")
                    browser = WebKit(http)
                    yield browser
                    browser.close()
            finally:
                driver.terminate()


def _is_up(http: httpx.Client) -> bool:
    try:
        return bool(http.get("/status").json()["value"]["ready"])
    except httpx.TransportError:
        return False
