"""What the driver says when the tab is not as a test expects, shown with a hand-made tab in a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from small_build import small_build

if TYPE_CHECKING:
    from pathlib import Path

    from cotab_kit.testing import Tab

PAGE = """<!doctype html>
<html lang="en" data-state="starting">
<head><meta charset="utf-8"><title>A hand-made tab</title><script src="boot.js"></script></head>
<body>
<h2 id="error-what"></h2><code id="error-code"></code><span id="error-detail"></span>
<button id="inviting">Invite</button><button id="failed">Fail</button>
</body>
</html>
"""

# Each button leads to the state that is its id.
BOOT = """
const texts = { "error-code": "SDK_NOT_LOADED", "error-what": "No SDK", "error-detail": "too long" };
addEventListener("click", ({ target }) => {
  document.documentElement.dataset.state = target.id;
  for (const [id, text] of Object.entries(texts)) document.getElementById(id).textContent = text;
});
"""


@pytest.fixture(scope="module")
def cotab_dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_build(tmp_path_factory.mktemp("dist"), PAGE, BOOT)


def test_a_tab_that_has_failed_is_not_waited_for_and_its_error_is_told(tab: Tab) -> None:
    tab.open()
    tab.press("failed")
    tab.expect_state("failed")
    with pytest.raises(AssertionError, match="be inviting, but has failed: SDK_NOT_LOADED: No SDK: too long"):
        tab.expect_state("inviting")


def test_a_state_is_found_whole_and_one_that_does_not_come_is_named_beside_the_one_there_is(tab: Tab) -> None:
    tab.open()
    tab.expect_state("starting")
    for state in ("start", "inviting"):
        with pytest.raises(AssertionError, match=rf"The tab should be {state}\n(.+\n)?Actual value: starting"):
            tab.expect_state(state, timeout=0.1)
    tab.press("Invite")
    tab.expect_state("inviting")
