"""The contract of adapters, case by case, in the page: in Pyodide and in PyScript, as it is built."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contract.drivers import CASES, InThePage
from sizes import in_full

if TYPE_CHECKING:
    from cotab_kit.testing import ServedBuild, Tab
    from variants import Variants


# A case of each concern is enough to see that the page is driven as the stand-in is.
IN_THE_CORE = {CASES[name].__module__: name for name in CASES}.values()


@pytest.fixture(params=["pyodide", in_full("pyscript")])
def cotab_server(request: pytest.FixtureRequest, variant: Variants) -> ServedBuild:
    """The build of tests/projects/contract."""
    return variant("contract", boot=request.param)


@pytest.mark.parametrize("name", [name if name in IN_THE_CORE else in_full(name) for name in CASES])
def test_the_page_keeps_the_contract(tab: Tab, name: str) -> None:
    CASES[name].run(InThePage(CASES[name], tab))
