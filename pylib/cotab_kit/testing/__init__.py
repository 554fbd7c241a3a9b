"""Test a provider in a real browser: the built tab, and the whole desktop. What is here is public.

The pytest plugin (plugin.py) has the fixtures `tab` and `desktop`; these are the types of what they give:

    from cotab_kit.testing import Tab

    def test_connecting_is_reported(tab: Tab) -> None:
        tab.open(mode="cobrowse")
        tab.expect_events("CobrowseConnectedEvent")

Playwright is imported with the first of these names, not with the package.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cotab_kit.testing.console import ConsoleWatch
    from cotab_kit.testing.desktop import Desktop
    from cotab_kit.testing.served import ServedBuild
    from cotab_kit.testing.tab import Tab

__all__ = ["ConsoleWatch", "Desktop", "ServedBuild", "Tab"]

_HOMES = {"ConsoleWatch": "console", "Desktop": "desktop", "ServedBuild": "served", "Tab": "tab"}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
