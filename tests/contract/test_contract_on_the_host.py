"""The contract of adapters, case by case, in the stand-in of host tests."""

from __future__ import annotations

import asyncio
import re

import pytest

from contract.drivers import CASES, OnTheHost


@pytest.mark.parametrize("name", CASES)
def test_the_stand_in_keeps_the_contract(name: str) -> None:
    case = CASES[name]
    with asyncio.Runner() as runner:
        tab = OnTheHost(case, runner.get_loop())
        case.run(tab)
        for pattern in case.errors:
            if not pattern.startswith("status of"):  # those are the browser's own
                tab.wait_for_log(pattern)
        assert [error for error in tab.errors if not any(re.search(pattern, error) for pattern in case.errors)] == []
