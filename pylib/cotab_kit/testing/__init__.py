"""Test a provider: the built tab and the desktop in a real browser, and a local org. What is here is public.

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
    from cotab_kit.emulator import Fault, Faults, LocalOrg
    from cotab_kit.testing.console import ConsoleWatch
    from cotab_kit.testing.desktop import Desktop
    from cotab_kit.testing.served import ServedBuild
    from cotab_kit.testing.tab import Tab

__all__ = ["ConsoleWatch", "Desktop", "Fault", "Faults", "LocalOrg", "ServedBuild", "Tab"]

_HOMES = {
    "ConsoleWatch": "cotab_kit.testing.console",
    "Desktop": "cotab_kit.testing.desktop",
    "Fault": "cotab_kit.emulator",
    "Faults": "cotab_kit.emulator",
    "LocalOrg": "cotab_kit.emulator",
    "ServedBuild": "cotab_kit.testing.served",
    "Tab": "cotab_kit.testing.tab",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
