"""The contract of adapters, case by case, in the page: in Pyodide and in PyScript, as it is built."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contract.drivers import CASES, InThePage
from sizes import in_full

if TYPE_CHECKING:
    from cotab_kit.testing import ServedBuild, Tab
    from variants import Variants


IN_THE_CORE = 4  # a case of each kind is enough to see that the page is driven as the stand-in is


@pytest.fixture(params=["pyodide", in_full("pyscript")])
def cotab_server(request: pytest.FixtureRequest, variant: Variants) -> ServedBuild:
    """The build of tests/projects/contract."""
    return variant("contract", boot=request.param)


@pytest.mark.parametrize("name", [*list(CASES)[:IN_THE_CORE], *map(in_full, list(CASES)[IN_THE_CORE:])])
def test_the_page_keeps_the_contract(tab: Tab, name: str) -> None:
    CASES[name].run(InThePage(CASES[name], tab))
