"""Faults on the way to an org: which call fails, how, and whether the org has acted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from cotab_kit.emulator import FOREVER, Fault, Faults
from cotab_kit.emulator.faults import ACTED
from emulator.client import BASE, Client, package

if TYPE_CHECKING:
    from cotab_kit.emulator import LocalOrg

BODY = {"msdyn_name": "x"}


def through(faults: Faults) -> Client:
    return Client(transport=httpx.ASGITransport(faults), base_url=BASE)


async def test_without_a_fault_calls_are_counted(org: LocalOrg) -> None:
    faults = Faults(org.app)
    async with through(faults) as client:
        await client.get("WhoAmI")
        await client.post("msdyn_providers", json=BODY)
    assert faults.calls == ["GET /api/data/v9.2/WhoAmI", "POST /api/data/v9.2/msdyn_providers"]
    assert not faults.struck


@pytest.mark.parametrize(("fault", "acted"), [(Fault.CUT_BEFORE, 0), (Fault.CUT_AFTER, 1)])
async def test_a_cut_comes_before_or_after_the_org_acts(org: LocalOrg, fault: Fault, acted: int) -> None:
    faults = Faults(org.app, fault, at=2)
    async with through(faults) as client:
        await client.get("WhoAmI")
        with pytest.raises(httpx.TransportError):
            await client.post("msdyn_providers", json=BODY)
        assert len(org.rows("msdyn_provider")) == acted
        assert (await client.post("msdyn_providers", json=BODY)).status_code == 204
    assert faults.struck


@pytest.mark.parametrize(("fault", "status"), [(Fault.THROTTLED, 429), (Fault.BROKEN, 500), (Fault.UNAVAILABLE, 503)])
async def test_a_refusal_comes_instead_of_the_org(org: LocalOrg, fault: Fault, status: int) -> None:
    async with through(Faults(org.app, fault, retry_after=7)) as client:
        refused = await client.post("msdyn_providers", json=BODY)
        assert refused.status_code == status
        assert refused.json()["error"]["message"]
        assert refused.headers.get("Retry-After") == ("7" if fault is Fault.THROTTLED else None)
        assert org.rows("msdyn_provider") == []
        assert (await client.post("msdyn_providers", json=BODY)).status_code == 204


@pytest.mark.parametrize("fault", Fault)
async def test_every_kind_of_answer_comes_once_and_acts_as_it_says(org: LocalOrg, fault: Fault) -> None:
    async with through(Faults(org.app, fault)) as client:
        if fault in (Fault.CUT_BEFORE, Fault.CUT_AFTER):
            with pytest.raises(httpx.TransportError):
                await client.post("msdyn_providers", json=BODY)
        else:
            answer = await client.post("msdyn_providers", json=BODY)
            assert str(answer.status_code) == (fault[:3] if fault[:3].isdecimal() else "")
            assert answer.headers.get("Location", "").startswith("https://") == (300 < answer.status_code < 400)
        assert len(org.rows("msdyn_provider")) == (fault in ACTED)
        assert (await client.get("msdyn_providers")).status_code == 200


async def test_half_an_answer_is_half_of_the_real_one(org: LocalOrg) -> None:
    async with through(Faults(org.app, Fault.HALF_AFTER)) as client:
        half, whole = [(await client.get("WhoAmI")).text for _ in range(2)]
    assert whole.startswith(half)
    assert len(half) == len(whole) // 2


async def test_a_fault_may_last(org: LocalOrg) -> None:
    async with through(Faults(org.app, Fault.UNAVAILABLE, at=2, times=2)) as client:
        assert [(await client.get("WhoAmI")).status_code for _ in range(4)] == [200, 503, 503, 200]
    async with through(Faults(org.app, Fault.UNAVAILABLE, times=FOREVER)) as client:
        assert {(await client.get("WhoAmI")).status_code for _ in range(9)} == {503}


async def test_a_job_goes_on_while_nobody_asks_for_it(org: LocalOrg) -> None:
    faults = Faults(org.app, Fault.CUT_AFTER)
    async with through(faults) as client:
        with pytest.raises(httpx.TransportError):
            await client.import_solution(package(), "ImportSolutionAsync")
        for _ in range(2):
            await client.get("WhoAmI")
        assert await client.names("solutions?$filter=uniquename eq 'assist'", "uniquename") == ["assist"]
