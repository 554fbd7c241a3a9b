"""The table of engines: each of its tests is there, and what ended how is told as it was."""

from __future__ import annotations

import re
from pathlib import Path

import engines_table
from engines_table import ENGINES, FUNCTIONS, ROOT, _read, _row

RESULTS = """<testsuites><testsuite>
<testcase classname="tests.a.test_a" name="test_it[one]"/>
<testcase classname="tests.a.test_a" name="test_it[two]">{}</testcase>
</testsuite></testsuites>"""


def test_every_test_of_the_table_is_there() -> None:
    for tests in FUNCTIONS.values():
        for test in (each for each in tests.values() if "::" in each):
            path, _, name = test.partition("::")
            assert re.search(rf"\b{name}\b", (ROOT / path).read_text("utf-8")), test


def test_a_cell_says_how_its_tests_ended(tmp_path: Path) -> None:
    tests = {"Chromium": "tests/a/test_a.py::test_it", "WebKit": engines_table.NO_WEBRTC}
    for told, said in (("", "works"), ("<failure/>", "fails"), ("<error/>", "fails"), ("<skipped/>", "not tried")):
        file = tmp_path / "results.xml"
        file.write_text(RESULTS.format(told), "utf-8")
        assert _row("It", tests, _read([file])) == f"| It | {said} | not tried | {engines_table.NO_WEBRTC} |\n"
    assert ENGINES == ("Chromium", "Firefox", "WebKit")
