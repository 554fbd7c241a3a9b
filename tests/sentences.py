"""What is read in a browser that is too old, as the browser's scripts have it."""

from __future__ import annotations

import re

from cotab_kit.tools.esbuild import FLOOR


def sentence(language: str) -> str:
    """The sentence in a language."""
    found = re.search(rf'^  {language}: "(.*?)",?$', (FLOOR / "check.js").read_text("utf-8"), re.MULTILINE)
    assert found
    return found[1]
