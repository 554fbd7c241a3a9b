"""Whichever call of the configuration page fails, and however: in the end the org is as if none had."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cotab_setup.provisioning import set_up
from fake_configuration_page import WANTED, Opened, Tables, opened, org
from sizes import by_class_and_whole

if TYPE_CHECKING:
    from sizes import Choose

# The buttons to press for a wish, and what must be shown for that.
BUTTONS = {"set up": {"set-up": "set-up"}, "remove": {"remove": "remove", "remove-now": "confirm"}}
CHOSEN_FAULTS = ["before", "after", 429, 500]


async def carried_out(it: Opened, wish: str) -> None:
    """Press what is there to be pressed for it, as an administrator does who sees a failure."""
    if not it.page.is_shown("set-up"):
        await it.press("look-again")
    for button, shown in BUTTONS[wish].items():
        if it.page.is_shown(shown):
            await it.press(button)


@pytest.mark.parametrize("times", [1, 5])  # a request is tried five times
@pytest.mark.parametrize("fault", CHOSEN_FAULTS)
@pytest.mark.parametrize("wish", BUTTONS)
@by_class_and_whole
async def test_whichever_call_fails_the_result_is_the_same_in_the_end(
    wish: str, fault: str | int, times: int, choose: Choose
) -> None:
    async def prepared() -> tuple[Tables, Opened, int]:
        tables = org()
        if wish == "remove":
            await set_up(tables, WANTED)
        return tables, await opened(tables), len(tables.requests)

    tables, it, first = await prepared()
    await carried_out(it, wish)
    expected, requests = tables.rows, tables.requests[first:]
    for number in (first + place for place in choose(requests)):
        tables, it, _ = await prepared()
        failing: dict[int, Any] = dict.fromkeys(range(number, number + times), fault)
        tables.lose, tables.refuse = (failing, {}) if isinstance(fault, str) else ({}, failing)
        await carried_out(it, wish)
        assert it.page.reported == []
        assert it.page.is_shown("error") is (times > 1), tables.requests[number]
        tables.lose, tables.refuse = {}, {}
        if times > 1:
            await carried_out(it, wish)
        assert tables.rows == expected, tables.requests[number]
        assert it.page.state == ("complete" if wish == "set up" else "nothing")
