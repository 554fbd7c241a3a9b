"""Where the tab may run: content security policies, the three runtimes, what Dataverse accepts, the file system."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from playwright.sync_api import expect

from browser.cdn import Cdn
from cotab_kit.layout import Workspace
from sizes import in_full

if TYPE_CHECKING:
    from collections.abc import Callable

    from cotab_kit.testing import Tab

CONNECTED, ENDED = "CobrowseConnectedEvent", "CobrowseEndedEvent"
DATA = "?data=%7B%22conversationId%22%3A%22x%22%7D"

# Dataverse's numbers for the types of web resources (docs/internals/dataverse.md#types), by extension.
TYPES = {".html": 1, ".css": 2, ".js": 3, ".xml": 4, ".png": 5, ".jpg": 6, ".gif": 7, ".ico": 10, ".svg": 11}


RECORD = """
(names) => {
  globalThis.seen = [];
  for (const name of names) addEventListener(name, () => seen.push(name));
}
"""


def expect_failure(tab: Tab, code: str, text: str) -> None:
    tab.expect_state("failed")
    expect(tab.frame.locator("#error-code")).to_have_text(code)
    assert text in tab.text()
    assert tab.events == []


def end(tab: Tab) -> None:
    tab.press("end-session")
    tab.expect_state("ended")


# What a page asks for before it knows whether Python may run: its own script, and the interpreter ahead.
AHEAD = {"floor.js", "boot.js", "interpreter.js"}


def loaded(tab: Tab) -> set[str]:
    """The names of the scripts the page has asked for."""
    urls: list[str] = tab.frame.evaluate("() => performance.getEntriesByType('resource').map(({ name }) => name)")
    return {url.rpartition("/")[2] for url in urls if url.endswith(".js")}


# Content security policies. The session of test_tab.py runs under "default" with PyScript and under "strict-wasm"
# with plain Pyodide.


def test_where_eval_is_forbidden_a_pyscript_page_starts_on_pyodide(tab: Tab, join: Callable[[], None]) -> None:
    tab.open(csp="strict-wasm")
    join()
    assert "interpreter.js" in loaded(tab)
    assert "pyscript.js" not in loaded(tab)
    end(tab)
    tab.expect_events(CONNECTED, ENDED)


@pytest.mark.full
@pytest.mark.variant(project="scripted")
def test_where_eval_is_forbidden_a_page_that_needs_pyscript_names_the_directive(tab: Tab) -> None:
    tab.open(csp="strict-wasm")
    expect_failure(tab, "EVAL_BLOCKED", "'unsafe-eval' to script-src")
    assert loaded(tab) == AHEAD


def test_where_wasm_is_forbidden_the_directive_is_named(tab: Tab) -> None:
    tab.open(csp="strict")
    expect_failure(tab, "WASM_BLOCKED", "'wasm-unsafe-eval' to script-src")
    assert loaded(tab) == AHEAD


# Runtime "solution": web resources


def test_everything_built_is_a_legal_web_resource(cotab_dist: Path) -> None:
    folder = cotab_dist / "webresources"
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert len(files) > 10
    for path in files:
        name = path.relative_to(folder).as_posix()
        assert re.fullmatch(r"[A-Za-z0-9_.]+(/[A-Za-z0-9_.]+)*", name), name
        assert path.suffix in TYPES, name
        assert path.stat().st_size <= 3_500_000, name


def test_carriers_are_well_formed_xml(cotab_dist: Path) -> None:
    carriers = [path for path in (cotab_dist / "webresources").rglob("*.xml") if path.name != "sbom.xml"]
    assert len(carriers) >= 6
    for path in carriers:
        root = ET.fromstring(path.read_bytes())  # noqa: S314 - our own file
        assert root.tag == "carrier", path
        assert re.fullmatch(r"[A-Za-z0-9+/=]+", root.text or ""), path


def test_pages_hold_no_script_and_refer_relatively(cotab_dist: Path) -> None:
    pages = sorted(cotab_dist.rglob("*share.html")) + sorted(cotab_dist.rglob("cobrowse.html"))
    assert len(pages) == 2
    for path in pages:
        html = path.read_text("utf-8")
        scripts = re.findall(r"<script\b[^>]*>.*?</script>", html, re.DOTALL)
        assert scripts == [f'<script src="{name}" defer></script>' for name in ("floor.js", "boot.js")]
        assert re.search(r"\son\w+\s*=|<style|javascript:", html) is None
        assert re.findall(r'<link[^>]*href="([^"]+)"', html) == ["style.css", "interpreter.js"]


# Runtime "inline": one file


@pytest.mark.full
@pytest.mark.variant(project="scripted", runtime="inline")
def test_an_inline_page_is_one_file_and_works_in_a_window_of_its_own(tab: Tab) -> None:
    names = [path.name for path in (tab.server.dist / "webresources").rglob("*") if path.is_file()]
    assert sorted(names) == ["cobrowse.html", "cobrowse.svg", "configuration.html"]
    requested: list[str] = []
    tab.context.on("request", lambda request: requested.append(request.url))
    tab.open(within="nothing")
    tab.page.evaluate(RECORD, [CONNECTED, ENDED])
    tab.expect_state("inviting")
    assert tab.frame.title() == "Set by pyscript.document"
    tab.press("Pressed 0 times")
    tab.expect_state("connected")
    tab.expect_text("Pressed 1 times")
    tab.expect_text("Dynamics 365 was not found around this tab.")
    tab.press("show-invitation")
    expect(tab.frame.locator("#send-invitation")).to_be_hidden()
    end(tab)
    expect(tab.frame.locator("#attach-note")).to_be_hidden()
    assert tab.page.evaluate("() => seen") == [CONNECTED, ENDED]
    assert [url for url in requested if not url.endswith("/favicon.ico")] == [tab.frame.url]


@pytest.mark.full
@pytest.mark.variant(project="scripted", runtime="inline")
def test_an_inline_page_works_from_the_file_system(tab: Tab) -> None:
    [page] = tab.server.dist.rglob("cobrowse.html")
    tab.page.goto(page.as_uri() + DATA)
    expect(tab.page.locator("html")).to_have_attribute("data-state", "inviting", timeout=30_000)
    tab.page.get_by_role("button", name="Pressed 0 times").click()
    expect(tab.page.locator("html")).to_have_attribute("data-state", "connected")


def test_a_page_that_must_be_served_names_the_command(tab: Tab) -> None:
    [page] = tab.server.dist.rglob("cobrowse.html")
    tab.expect_console_error("Access to script at .*interpreter.js")  # the browser's own, of what it loads ahead
    tab.expect_console_error("Failed to load resource")
    tab.page.goto(page.as_uri() + DATA)
    expect(tab.page.locator("#error-code")).to_have_text("FILE_PROTOCOL")
    expect(tab.page.locator("#error-next")).to_contain_text("python build.py preview")


# Runtime "cdn": pinned public addresses


@pytest.fixture
def cdn(tab: Tab, pytestconfig: pytest.Config) -> Cdn:
    return Cdn(tab.context, Workspace(pytestconfig.rootpath).node / "node_modules" / "pyodide")


@pytest.mark.full
@pytest.mark.variant(runtime="cdn")
def test_a_page_can_take_its_runtime_from_a_cdn(tab: Tab, cdn: Cdn, join: Callable[[], None]) -> None:
    tab.open()
    join()
    assert set(cdn.asked) == {"pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip"}
    end(tab)
    tab.expect_events(CONNECTED, ENDED)


@pytest.mark.full
@pytest.mark.parametrize("name", ["pyodide.asm.mjs", in_full("pyodide.asm.wasm")])
@pytest.mark.variant(runtime="cdn")
def test_a_changed_file_of_the_cdn_is_refused(tab: Tab, cdn: Cdn, name: str) -> None:
    cdn.tampered = name
    tab.expect_console_error("integrity")
    tab.open()
    expect_failure(tab, "RUNTIME_MISSING", name)
    assert name in cdn.asked
