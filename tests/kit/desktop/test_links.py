"""The links in the chats of the desktop and of the shop: what ends a sentence is no part of an address."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from cotab_kit.desktop.shop import shop
from cotab_kit.layout import Workspace, kit_files
from cotab_kit.progress import Steps
from cotab_kit.tools.node import ensure_node

if TYPE_CHECKING:
    import pytest

SCRIPT = Path(__file__).with_name("links.mjs")

# What stands before an address, the address, what stands behind it.
TEXTS = [
    ("Please open ", "https://join.example/s-1", "."),
    ("", "https://join.example/s-1", ", and enter the PIN 123."),
    ("(see ", "https://join.example/s-1", ")!"),
    ("", "https://wiki.example/A_(b)", ""),
    ("", "https://join.example/?a=1&b=2#c", "?"),
    ("“", "https://join.example/", "…”"),
    ("", "https://join.example/a.b", '"'),
    ("", "http://127.0.0.1:8080", ":"),
    ("", "https://join.example/s", "。"),
]


def test_addresses_end_where_the_sentence_goes_on(pytestconfig: pytest.Config) -> None:
    workspace, steps = Workspace(pytestconfig.rootpath), Steps(Console(quiet=True), quiet=True)
    node = ensure_node(workspace, kit_files(), steps, dev=True)
    texts = ["".join(parts) for parts in TEXTS]
    answers = json.loads(node.run(SCRIPT, shop.FILES / "links.js", json.dumps([*texts, "no address", ""])))
    assert answers == [*map(list, TEXTS), ["no address"], [""]]
