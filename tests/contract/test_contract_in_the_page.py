"""The contract of adapters, case by case, in the page: in Pyodide and in PyScript, as it is built."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contract.drivers import CASES, InThePage

if TYPE_CHECKING:
    from cotab_kit.testing import ServedBuild, Tab
    from variants import Variants


@pytest.fixture(params=["pyodide", "pyscript"])
def cotab_server(request: pytest.FixtureRequest, variant: Variants) -> ServedBuild:
    """The build of tests/projects/contract."""
    return variant("contract", boot=request.param)


@pytest.mark.parametrize("name", CASES)
def test_the_page_keeps_the_contract(tab: Tab, name: str) -> None:
    CASES[name].run(InThePage(CASES[name], tab))
