"""frames.js, as the customer script packs with it and the viewer joins, for any messages and any loss on the way."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes import answering

repeated = st.builds(lambda part, times: part * times, st.binary(min_size=1), st.integers(0, 2000))
contents = st.binary(max_size=300) | repeated
messages = st.lists(
    st.fixed_dictionaries(
        {"kind": st.just(1), "key": st.booleans(), "content": contents.map(lambda raw: base64.b64encode(raw).decode())}
    ),
    max_size=6,
)
sizes = st.sampled_from([7, 64, 256 * 1024])
Run = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    with answering("frames_driver.mjs", "shared/frames.js") as ask:
        yield lambda **order: ask({"lost": [], "damaged": [], **order})


@given(sent=messages, size=sizes)
def test_what_was_packed_is_joined_from_the_first_key_on(run: Run, sent: list[dict[str, Any]], size: int) -> None:
    answer = run(messages=sent, size=size)
    keys = [at for at, message in enumerate(sent) if message["key"]]
    assert answer["got"] == (sent[keys[0] :] if keys else [])
    assert answer["gaps"] == 0


@given(sent=messages, size=sizes)
def test_chunks_are_as_the_contract_says(run: Run, sent: list[dict[str, Any]], size: int) -> None:
    chunks = [base64.b64decode(chunk) for chunk in run(messages=sent, size=size)["chunks"]]
    for number, message in enumerate(sent):
        own = [chunk for chunk in chunks if int.from_bytes(chunk[2:6], "big") == number]
        assert all(chunk[0] == 1 and len(chunk) <= size + 6 for chunk in own)
        assert [chunk[1] & 1 for chunk in own] == [0] * (len(own) - 1) + [1]
        assert all(bool(chunk[1] & 4) is message["key"] for chunk in own)
        packed = b"".join(chunk[6:] for chunk in own)
        content = zlib.decompress(packed, -15) if own[0][1] & 2 else packed
        assert content == base64.b64decode(message["content"])


@given(sent=messages, size=sizes, data=st.data())
def test_after_a_loss_nothing_comes_before_the_next_key(
    run: Run, sent: list[dict[str, Any]], size: int, data: st.DataObject
) -> None:
    """As a relay loses: from some chunk on, up to the next key message."""
    chunks = [base64.b64decode(chunk) for chunk in run(messages=sent, size=size)["chunks"]]
    first = data.draw(st.integers(0, max(0, len(chunks) - 1)))
    numbers = [int.from_bytes(chunk[2:6], "big") for chunk in chunks]
    cut = numbers[first] if chunks else 0
    keys = [at for at, message in enumerate(sent) if message["key"]]
    again = next((at for at in keys if at > cut), len(sent))
    lost = [at for at, number in enumerate(numbers) if at >= first and number < again]
    answer = run(messages=sent, size=size, lost=lost)
    begun = [at for at in keys if at < cut]
    assert answer["got"] == (sent[begun[0] : cut] if begun else []) + sent[again:]
    assert answer["gaps"] > 0 or not begun or again == len(sent)


@given(sent=messages, lost=st.lists(st.integers(0, 20)), damaged=st.lists(st.integers(0, 20)))
def test_no_loss_and_no_damage_makes_it_fail(
    run: Run, sent: list[dict[str, Any]], lost: list[int], damaged: list[int]
) -> None:
    assert len(run(messages=sent, size=64, lost=lost, damaged=damaged)["got"]) <= len(sent)
