"""The preview in a browser: an edit shows in the open tab, and the customer's site shuts nobody out."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from rich.console import Console

from cotab_kit.desktop.shop.shop import PAGES
from cotab_kit.layout import kit_files
from cotab_kit.preview.preview import preview
from cotab_kit.progress import Steps
from cotab_kit.project.project import Project
from cotab_kit.project.scaffold import not_copied

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Frame

    from desktop.conftest import At

    Axe = Callable[[Frame], list[str]]


@pytest.mark.full
def test_an_edit_shows_in_the_open_tab_and_the_shop_is_for_everybody(tmp_path: Path, agent_at: At, axe: Axe) -> None:
    root = tmp_path / "a provider"
    shutil.copytree(kit_files().templates["minimal"], root, ignore=not_copied)
    code = root / "main.py"
    steps = Steps(Console(quiet=True), quiet=True)
    with preview(Project.at(root), steps) as server, agent_at(server) as agent:
        agent.open_conversation()
        agent.press(agent.buttons[0])
        agent.expect_state("inviting")
        for mark in ("first edit", "second edit"):
            aside = tmp_path / "main.py"
            text = (kit_files().templates["minimal"] / "main.py").read_text("utf-8")
            aside.write_text(text.replace('session.get("pin")', f'"{mark}"'), "utf-8")
            aside.replace(code)
            expect(agent.page.frame_locator("#stage iframe").get_by_text(mark).first).to_be_visible(timeout=20_000)

        customer = agent.shop()
        for path, scheme in [*((path, "light") for path in PAGES), ("/products/orchard", "dark"), ("/cart", "dark")]:
            customer.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            customer.goto(f"{server.desktop.shop}{path}")
            expect(customer.locator("html")).to_have_attribute("data-ready", "true")
            assert axe(customer.main_frame) == [], f"{path}, {scheme}"
