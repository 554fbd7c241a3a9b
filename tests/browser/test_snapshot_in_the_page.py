"""A page restored from its snapshot: what a restore puts right, where it takes its parts from, and the fallback."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import pytest

import cotab
from browser.parts import ORDINARY, carriers_requested, garble, log, not_there, wait_until_kept
from cotab_kit.layout import Workspace, source_root
from sizes import in_full

if TYPE_CHECKING:
    from playwright.sync_api import Route

    from cotab_kit.testing import Tab

Python = Callable[[str], Any]

BROKEN_CALL = """
import main, traceback
try:
    main.Faulty.joined(None, {})
except AttributeError:
    text = traceback.format_exc()
text
"""


@pytest.mark.full
@pytest.mark.variant(project="faults")
def test_every_start_has_its_own_randomness_and_the_agents_clock(tab: Tab, python: Python) -> None:
    devtools = tab.context.new_cdp_session(tab.page)
    devtools.send("Emulation.setTimezoneOverride", {"timezoneId": "Asia/Tokyo"})
    draw = "import random, uuid\nstr((random.random(), uuid.uuid4()))"
    tab.open()
    tab.expect_state("inviting")
    first = python(draw)
    assert python("import time\ntime.timezone") == -9 * 3600
    assert python("from datetime import datetime\nstr(datetime.now().astimezone().utcoffset())") == "9:00:00"
    assert abs(python("import time\ntime.time()") - tab.page.evaluate("Date.now() / 1000")) < 5
    tab.reload()
    tab.expect_state("inviting")
    assert ORDINARY not in log(tab)
    assert python(draw) != first


@pytest.mark.full
@pytest.mark.variant(project="faults", boot="pyodide")
def test_any_module_of_the_standard_library_can_be_imported_later_without_a_network(tab: Tab, python: Python) -> None:
    tab.open()
    tab.expect_state("inviting")
    wait_until_kept(tab)
    tab.expect_console_error("ERR_INTERNET_DISCONNECTED|Failed to fetch", optional=True)  # the window around the tab
    tab.context.set_offline(offline=True)
    code = """
import csv, statistics, email.mime.text, xml.dom.minidom
def inside():
    import html.parser, difflib
    return difflib.SequenceMatcher(None, "ab", "ab").ratio()
str((statistics.mean([1, 2, 3]), email.mime.text.MIMEText("x").get_content_type(), inside()))
"""
    assert python(code) == "(2, 'text/plain', 1.0)"
    assert python("import importlib.metadata\nimportlib.metadata.version('pydantic')")
    assert python("import cotab\ncotab.__version__") == cotab.__version__
    tab.context.set_offline(offline=False)


@pytest.mark.full
@pytest.mark.variant(project="faults", boot="pyodide")
def test_every_module_that_is_left_for_later_can_be_imported(tab: Tab, python: Python) -> None:
    tab.open()
    tab.expect_state("inviting")
    code = """
import sys, warnings
warnings.simplefilter("ignore")
late = next(finder for finder in sys.meta_path if type(finder).__name__ == "LateFiles")
for name in sorted(late._modules):
    if name not in ("antigravity", "this") and not name.endswith("__main__"):
        __import__(name)
len(late._modules)
"""
    assert python(code) > 400


@pytest.mark.full
@pytest.mark.variant(project="faults")
def test_an_import_that_comes_before_the_late_modules_fetches_them_at_once(tab: Tab, python: Python) -> None:
    def refuse_once(route: Route) -> None:
        route.fulfill(status=404)

    tab.context.route("**/late_json.xml", refuse_once, times=1)
    tab.expect_console_error("late_json")
    with tab.page.expect_response("**/late_json.xml"):
        tab.open()
        tab.expect_state("inviting")
    assert python("import statistics\nstatistics.mean([1, 2, 3])") == 2
    with pytest.raises(Exception, match="No module named 'numpy'"):
        python("import numpy")


@pytest.mark.variant(project="faults")
def test_a_traceback_names_file_line_and_source(tab: Tab, python: Python) -> None:
    tab.open()
    tab.expect_state("inviting")
    text = python(BROKEN_CALL)
    assert '"/project/main.py", line' in text
    assert "self.tab.report.connected()" in text


IN_THE_LIBRARY = """
import json, traceback
try:
    json.loads("no JSON")
except ValueError as error:
    frame = traceback.extract_tb(error.__traceback__)[-1]
f"{frame.filename}:{frame.lineno}"
"""


@pytest.mark.full
@pytest.mark.variant(project="faults")
def test_a_traceback_names_the_line_in_the_library_too(tab: Tab, python: Python) -> None:
    tab.open()
    tab.expect_state("inviting")
    path, _, line = str(python(IN_THE_LIBRARY)).rpartition(":")
    library = Workspace(source_root() or Path()).node / "node_modules" / "pyodide" / "python_stdlib.zip"
    with ZipFile(library) as archive:
        source = archive.read(path.removeprefix("/lib/python3.14/")).decode().splitlines()
    assert "raise JSONDecodeError" in source[int(line) - 1]


def test_later_starts_take_their_parts_from_the_top_window_and_from_cache_storage(tab: Tab) -> None:
    tab.open()
    tab.expect_state("inviting")
    wait_until_kept(tab)
    asked = carriers_requested(tab)
    tab.reload()
    tab.expect_state("inviting")
    assert tab.frame.evaluate("cotab.parts.kept !== null"), "the second start of an agent session"
    tab.open()
    tab.expect_state("inviting")
    assert tab.frame.evaluate("cotab.parts.kept === null"), "the first start of a later agent session"
    wait_until_kept(tab)
    assert asked == []
    assert ORDINARY not in log(tab)


@pytest.mark.full
def test_another_build_takes_nothing_from_the_top_window_and_replaces_what_is_there(tab: Tab) -> None:
    tab.open()
    tab.expect_state("inviting")
    wait_until_kept(tab)
    before = tab.page.evaluate("window[Symbol.for('cotab.kept')].map(({ build }) => build)")

    def another_build(route: Route) -> None:
        text = route.fetch().text()
        route.fulfill(body=text.replace(before[0], before[0][::-1]), content_type="text/html")

    tab.context.route("**/cobrowse.html*", another_build)
    tab.reload()
    tab.expect_state("inviting")
    assert tab.frame.evaluate("cotab.parts.kept === null")
    tab.page.evaluate(
        """async (old) => {
          while (window[Symbol.for("cotab.kept")][0].build === old)
            await new Promise((resolve) => requestAnimationFrame(resolve));
        }""",
        before[0],
    )
    kept = tab.page.evaluate("window[Symbol.for('cotab.kept')].map(({ build }) => build)")
    assert kept == [before[0][::-1]]


def test_a_refused_cache_storage_is_no_matter(tab: Tab) -> None:
    tab.context.add_init_script(
        "Object.defineProperty(window, 'caches', { get() { throw new DOMException('no', 'SecurityError'); } })"
    )
    tab.open()
    tab.expect_state("inviting")
    assert ORDINARY not in log(tab)


def without_the_option(route: Route) -> None:
    text = route.fetch().text()
    assert text.count("_loadSnapshot:new Uint8Array") == 1, "the sabotage no longer bites"
    body = text.replace("_loadSnapshot:new Uint8Array", "_gone:new Uint8Array")
    route.fulfill(body=body, content_type="text/jscript")


@pytest.mark.parametrize(
    ("part", "sabotage"),
    [
        ("snapshot_bin_1.xml", garble),
        in_full("snapshot_bin_2.xml", not_there),
        in_full("interpreter.js", without_the_option),
    ],
)
def test_a_page_whose_image_cannot_be_restored_starts_ordinarily_and_says_so_once(
    tab: Tab, part: str, sabotage: Callable[[Route], None]
) -> None:
    bitten: list[str] = []

    def bite(route: Route) -> None:
        bitten.append(route.request.url)
        sabotage(route)

    tab.context.route(f"**/{part}", bite)
    if sabotage is not_there:
        tab.expect_console_error(part)
    tab.open()
    tab.expect_state("inviting")
    assert bitten
    assert log(tab).count(ORDINARY) == 1


@pytest.mark.full
def test_an_image_of_another_pyodide_is_not_restored(tab: Tab) -> None:
    tab.context.add_init_script(
        """{
          const { decode } = TextDecoder.prototype;
          TextDecoder.prototype.decode = function (...values) {
            return decode.apply(this, values).replace(/^{"build":"..../, '{"build":"0000');
          };
        }"""
    )
    tab.open()
    tab.expect_state("inviting")
    assert log(tab).count(ORDINARY) == 1


@pytest.mark.full
def test_an_image_too_large_for_the_heap_is_not_restored(tab: Tab) -> None:
    tab.context.add_init_script(
        """{
          const { slice } = Uint8Array.prototype;
          Uint8Array.prototype.slice = function (...range) {
            const bytes = slice.apply(this, range); // how zstd.js takes a part from the decoder
            const wasm = String.fromCharCode(...bytes.subarray(1, 4)) === "asm";
            if (bytes.length > 5e6 && !wasm) new Uint32Array(bytes.buffer, 0, 1)[0] = 1 << 30; // its memory's length
            return bytes;
          };
        }"""
    )
    tab.open()
    tab.expect_state("inviting")
    assert log(tab).count("it is larger than the memory") == 1


@pytest.mark.full
def test_many_starts_leave_the_top_window_as_it_was(tab: Tab) -> None:
    devtools = tab.context.new_cdp_session(tab.page)
    devtools.send("Performance.enable")

    def used() -> dict[str, float]:
        devtools.send("HeapProfiler.collectGarbage")
        metrics = devtools.send("Performance.getMetrics")["metrics"]
        return {metric["name"]: metric["value"] for metric in metrics}

    def at_rest() -> dict[str, float]:
        """The least of many: what a tab had begun keeps it alive for a moment after it is closed."""
        found = []
        for _ in range(40):
            found.append(used())
            tab.page.evaluate("new Promise((resolve) => setTimeout(resolve, 16))")
        return min(found, key=lambda metrics: metrics["JSHeapUsedSize"])

    tab.open()
    tab.expect_state("inviting")
    wait_until_kept(tab)
    # V8's cache of numbers as strings grows once in a window's life, by 48 kB: now, not between the two readings.
    tab.page.evaluate("() => { for (let number = 0; number < 50_000; number++) String(number + 0.5); }")
    after_ten: dict[str, float] = {}
    for count in range(100):
        tab.remove()
        if count == 10:
            after_ten = at_rest()
        tab.reopen()
        tab.expect_state("inviting")
    tab.remove()
    # At most so many tries: memory that a busy machine collects late comes back, what is leaked never does.
    for _ in range(40):
        at_the_end = at_rest()
        if at_the_end["JSHeapUsedSize"] <= after_ten["JSHeapUsedSize"] * 1.05:
            break
    assert at_the_end["JSHeapUsedSize"] <= after_ten["JSHeapUsedSize"] * 1.05
    assert at_the_end["Documents"] <= after_ten["Documents"] + 2
