"""Whatever is sent as a query, a batch or a preference, the worst that happens is a refusal."""

from __future__ import annotations

from contextlib import suppress

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cotab_kit.emulator import LocalOrg, multipart
from cotab_kit.emulator.errors import RefusedError
from cotab_kit.emulator.fetchxml import read
from cotab_kit.emulator.headers import preferences
from cotab_kit.emulator.operators import test as condition
from cotab_kit.emulator.tables import ENTITIES
from emulator.client import BASE, Client

TEXT = st.text(max_size=200)
ACTION = ENTITIES["msdyn_conversationaction"]
OPERATORS = (
    "eq ne like in between on last-x-days next-x-years olderthan-x-months this-week last-year on-or-after nonsense"
)
VALUES = st.lists(
    st.text(max_size=20) | st.sampled_from(["1", "99999999999", "2026-01-31", "9999-12-31T23:59:59Z"]), max_size=3
)
ATTRIBUTES = st.sampled_from(["msdyn_name", "msdyn_order", "nonsense", "statecode", "ownerid"])
PARTS = st.recursive(
    st.builds(
        "<condition attribute='{}' operator='{}' value='{}'/>".format,
        ATTRIBUTES,
        st.sampled_from(OPERATORS.split()),
        st.sampled_from(["1", "x", "2026-01-01", ""]),
    )
    | st.builds(
        "<attribute name='{}' {}/>".format,
        ATTRIBUTES,
        st.sampled_from(["", "alias='a'", "aggregate='sum'", "groupby='1'"]),
    )
    | st.builds("<order attribute='{}'/>".format, ATTRIBUTES),
    lambda inner: (
        st.builds("<filter>{}</filter>".format, st.lists(inner, max_size=3).map("".join))
        | st.builds(
            "<link-entity name='msdyn_provider'>{}</link-entity>".format, st.lists(inner, max_size=3).map("".join)
        )
    ),
    max_leaves=8,
)


@given(text=TEXT | st.text('odata.maxpagesize=1,;" return', max_size=60))
def test_no_text_is_more_than_a_refused_preference(text: str) -> None:
    with suppress(RefusedError):
        preferences(text)


@given(content=st.binary(max_size=300) | st.text("-b\r\n: POST/1.HT$", max_size=200).map(str.encode))
def test_no_body_is_more_than_a_refused_batch(content: bytes) -> None:
    for step in (lambda: multipart.parts(content, "b"), lambda: multipart.request(content)):
        with suppress(RefusedError):
            step()


@given(operator=st.sampled_from(OPERATORS.split()), attribute=st.sampled_from(ACTION.shown), values=VALUES)
def test_no_value_is_more_than_a_refused_condition(operator: str, attribute: object, values: list[str]) -> None:
    with suppress(RefusedError):
        condition(operator, "c", attribute, values, "")  # type: ignore[arg-type] # one of the table's columns


@given(text=TEXT)
def test_no_text_is_more_than_a_refused_fetch(text: str) -> None:
    with suppress(RefusedError):
        read(text, "")


@pytest.mark.parametrize("about", ["", "count='2' page='3'", "aggregate='true'", "distinct='true'", "top='1'"])
@given(parts=st.lists(PARTS, max_size=4))
@settings(
    max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
async def test_no_query_is_more_than_refused(about: str, parts: list[str]) -> None:
    xml = f"<fetch {about}><entity name='msdyn_conversationaction'>{''.join(parts)}</entity></fetch>"
    with LocalOrg.open() as org:
        org.seed("msdyn_conversationaction", msdyn_name="a", msdyn_order=1)
        async with Client(transport=httpx.ASGITransport(org.app), base_url=BASE) as client:
            answer = await client.get("msdyn_conversationactions", params={"fetchXml": xml})
    assert answer.status_code in (200, 400), xml
