"""Write docs/engines.md: what was tried in which engine, and how it ended.

`python tests/engines_table.py` runs the tests that stand in the table, which takes its time, and writes the page. With
results of earlier runs (`pytest --junitxml=FILE`) it takes these instead: `python tests/engines_table.py FILE ...`.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree as ET

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "engines.md"
HEAD = """# Engines

What was tried in which engine. `python tests/engines_table.py` has written this page from the results of the tests that
stand below it; the full size of the tests (`python build.py test --full`) runs them too. Firefox is Debian's ESR,
driven by the locked Playwright; WebKit is Debian's WebKitGTK, driven by its own WebDriver, and stands for Safari as far
as its engine goes: its driver tells nothing of the console, and the viewer's customer is one in Chromium. Edge and
Chrome have Chromium's engine.

"""
ENGINES = ("Chromium", "Firefox", "WebKit")
NO_WEBRTC = "pictures instead: it has no WebRTC"
WEBKIT_PAGES = "tests/tandem/test_customer_webkit_pages.py"
TANDEM, TAB, DESKTOP = "tests/tandem", "tests/browser", "tests/desktop"

# What somebody does, and the tests of it by engine; where there is none, why.
FUNCTIONS: dict[str, dict[str, str]] = {
    "Customer: join by PIN and by consent, be seen": {
        "Chromium": f"{TANDEM}/test_customer_session.py::test_a_customer_finds_the_way_in_by_pin",
        "Firefox": f"{TANDEM}/test_customer_firefox.py::test_a_customer_finds_the_way_in_by_pin",
        "WebKit": f"{WEBKIT_PAGES}::test_a_customer_finds_the_way_in_by_pin",
    },
    "Customer: let the agent act": {
        "Chromium": f"{TANDEM}/test_customer_session.py::test_an_agent_acts_only_as_far_as_allowed",
        "Firefox": f"{TANDEM}/test_customer_firefox.py::test_an_agent_acts_only_as_far_as_allowed",
        "WebKit": f"{WEBKIT_PAGES}::test_an_agent_acts_only_as_far_as_allowed",
    },
    "Customer: Stop in reach whatever a page does": {
        "Chromium": f"{TANDEM}/test_customer_consent.py::test_stop_stays_in_reach_whatever_a_page_does",
        "Firefox": f"{TANDEM}/test_customer_firefox.py::test_stop_stays_in_reach_whatever_a_page_does",
        "WebKit": f"{WEBKIT_PAGES}::test_stop_stays_in_reach_whatever_a_page_does",
    },
    "Customer: from page to page": {
        "Chromium": f"{TANDEM}/test_customer_session.py::test_the_session_goes_with_the_customer_from_page_to_page",
        "Firefox": f"{TANDEM}/test_customer_firefox.py::test_the_session_goes_with_the_customer_from_page_to_page",
        "WebKit": f"{WEBKIT_PAGES}::test_the_session_goes_with_the_customer_from_page_to_page",
    },
    "Customer: to another origin": {
        "Chromium": f"{TANDEM}/test_customer_origins.py::test_a_session_goes_along_to_an_origin_that_the_consent_named",
        "Firefox": f"{TANDEM}/test_customer_firefox.py::test_a_session_goes_along_to_an_origin_that_the_consent_named",
        "WebKit": f"{WEBKIT_PAGES}::test_a_session_goes_along_to_an_origin_that_the_consent_named",
    },
    "Customer: frames of other origins": {
        "Chromium": f"{TANDEM}/test_customer_frames.py::test_a_frame_that_both_have_named_is_part_of_the_page",
        "Firefox": f"{TANDEM}/test_customer_firefox.py::test_a_frame_that_both_have_named_is_part_of_the_page",
        "WebKit": f"{WEBKIT_PAGES}::test_a_frame_that_both_have_named_is_part_of_the_page",
    },
    "Customer and agent: a screen as a video": {
        "Chromium": f"{TANDEM}/test_viewer_screen.py::test_a_screen_comes_from_browser_to_browser",
        "Firefox": f"{TANDEM}/test_viewer_firefox.py::test_a_screen_comes_as_a_video",
        "WebKit": NO_WEBRTC,
    },
    "Customer: a screen as pictures, without WebRTC": {
        "Chromium": f"{TANDEM}/test_viewer_screen.py::test_where_there_is_no_webrtc_pictures_come_and_both_read_so",
        "Firefox": f"{TANDEM}/test_screen_firefox.py::test_without_webrtc_a_screen_comes_as_pictures",
        "WebKit": f"{TANDEM}/test_customer_webkit.py::test_a_screen_comes_as_pictures_where_there_is_no_webrtc",
    },
    "Customer: no picker of screens, which both read": {
        "Chromium": f"{TANDEM}/test_viewer_screen.py::test_a_browser_that_cannot_share_a_screen_says_so_to_both",
        "Firefox": f"{TANDEM}/test_viewer_firefox.py::test_a_browser_that_cannot_share_a_screen_says_so_to_both",
        "WebKit": f"{WEBKIT_PAGES}::test_a_browser_that_cannot_share_a_screen_says_so_to_both",
    },
    "Agent: the viewer mirrors, points and acts": {
        "Chromium": f"{TANDEM}/test_viewer.py::test_an_agent_sees_points_and_acts",
        "Firefox": f"{TANDEM}/test_viewer_firefox.py::test_an_agent_sees_points_and_acts",
        "WebKit": f"{TANDEM}/test_viewer_webkit.py::test_an_agent_sees_points_and_acts",
    },
    "Agent: the viewer survives a refresh": {
        "Chromium": f"{TANDEM}/test_viewer.py::test_a_session_survives_refreshes_and_ends_by_the_agent",
        "Firefox": f"{TANDEM}/test_viewer_firefox.py::test_a_session_survives_refreshes_and_ends_by_the_agent",
        "WebKit": f"{TANDEM}/test_viewer_webkit.py::test_a_session_survives_refreshes_and_ends_by_the_agent",
    },
    "Agent: the tab is restored from its snapshot, and invites": {
        "Chromium": f"{TAB}/test_other_tables.py::"
        "test_a_tab_is_restored_where_functions_come_out_of_tables_as_other_objects",
        "Firefox": f"{TAB}/test_tab_firefox.py::"
        "test_a_tab_is_restored_where_functions_come_out_of_tables_as_other_objects",
        "WebKit": f"{TAB}/test_tab_webkit.py::test_a_tab_invites_a_customer",
    },
    "Agent: a whole session in the tab": {
        "Chromium": f"{TAB}/test_tab.py::test_a_session_runs_from_invitation_to_note",
        "Firefox": f"{TAB}/test_tab_firefox.py::test_a_session_runs_from_invitation_to_note",
    },
    "Agent: the desktop, from the button to the closed tab": {
        "Chromium": f"{DESKTOP}/test_agent_desktop.py::test_a_session_from_the_button_to_the_closed_tab",
        "Firefox": f"{DESKTOP}/test_desktop_firefox.py::test_a_session_from_the_button_to_the_closed_tab",
    },
}


def main(files: list[str]) -> int:
    """Write the page; the exit code is 1 if something in it does not work."""
    with TemporaryDirectory() as folder:
        results = _read([Path(file) for file in files] or [_run(Path(folder) / "results.xml")])
    rows = [_row(name, tests, results) for name, tests in FUNCTIONS.items()]
    table = f"| | {' | '.join(ENGINES)} |\n|---|{'---|' * len(ENGINES)}\n{''.join(rows)}"
    PAGE.write_text(HEAD + table + _notes(), "utf-8")
    return int("fails" in table)


def _run(results: Path) -> Path:
    tests = sorted({test for tests in FUNCTIONS.values() for test in tests.values() if "::" in test})
    options = ["-p", "cotab_kit.testing.plugin", "-m", "full or not full", f"--junitxml={results}"]
    subprocess.run([sys.executable, "-m", "pytest", *options, *tests], cwd=ROOT, check=False)
    return results


def _read(files: list[Path]) -> dict[str, set[str]]:
    """Read how tests ended; one of several parameters counts several times."""
    ends: dict[str, set[str]] = {}
    for file in files:
        for case in ET.parse(file).iter("testcase"):  # noqa: S314 - our own pytest wrote it
            kinds = {child.tag for child in case} & {"failure", "error", "skipped"}
            name = case.get("name", "").partition("[")[0]
            module = case.get("classname", "").replace(".", "/")
            ends.setdefault(f"{module}.py::{name}", set()).update(kinds or {"passed"})
    return ends


def _row(name: str, tests: dict[str, str], results: dict[str, set[str]]) -> str:
    return f"| {name} | {' | '.join(_cell(tests.get(engine), results) for engine in ENGINES)} |\n"


def _cell(test: str | None, results: dict[str, set[str]]) -> str:
    if test is None or "::" not in test:
        return test or "not tried"
    ends = results.get(test, set())
    return "fails" if ends & {"failure", "error"} else "works" if ends == {"passed"} else "not tried"


def _notes() -> str:
    lines = [
        f"- {name}: {', '.join(f'{engine} `{test}`' for engine, test in tests.items() if '::' in test)}"
        for name, tests in FUNCTIONS.items()
    ]
    return "\n## The tests\n\n" + "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
