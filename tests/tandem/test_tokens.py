"""Tokens expire, cannot be forged and never pass for another kind; frames are read with suspicion."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from relays import SECRET, FakeClock
from tandem.errors import TokenError
from tandem.frames import read_chunk, read_text
from tandem.tokens import Kind, Tokens


def test_a_token_says_what_was_put_into_it_until_it_expires() -> None:
    clock = FakeClock()
    tokens = Tokens(SECRET, clock)
    token = tokens.issue(Kind.TICKET, {"sid": "1"}, 60)
    assert tokens.read(Kind.TICKET, token)["sid"] == "1"
    clock.advance(61)
    with pytest.raises(TokenError):
        tokens.read(Kind.TICKET, token)


def test_a_token_of_one_kind_or_secret_is_not_one_of_another() -> None:
    clock = FakeClock()
    token = Tokens(SECRET, clock).issue(Kind.TICKET, {}, 60)
    with pytest.raises(TokenError):
        Tokens(SECRET, clock).read(Kind.AGENT, token)
    with pytest.raises(TokenError):
        Tokens("b" * 40, clock).read(Kind.TICKET, token)


def test_an_invitation_is_short_and_good_for_its_session_until_it_expires() -> None:
    clock = FakeClock()
    tokens = Tokens(SECRET, clock)
    token = tokens.invite("0123456789abcdef01234567", 60)
    assert re.fullmatch(r"[\w-]{23}\.[\w-]{43}", token)
    assert tokens.invited(token) == "0123456789abcdef01234567"
    for forged in (token[:-1], f"B{token[1:]}", tokens.issue(Kind.TICKET, {}, 60).partition(".")[2]):
        with pytest.raises(TokenError):
            tokens.invited(forged)
    with pytest.raises(TokenError):
        Tokens("b" * 40, clock).invited(token)
    clock.advance(61)
    with pytest.raises(TokenError):
        tokens.invited(token)


@given(st.text())
def test_whatever_is_no_invitation_is_refused(text: str) -> None:
    with pytest.raises(TokenError):
        Tokens(SECRET, FakeClock()).invited(text)


@given(st.one_of(st.text(), st.none(), st.integers(), st.just("e30.e30."), st.just("eyJhbGciOiJub25lIn0.e30.")))
def test_whatever_is_no_token_is_refused(text: object) -> None:
    with pytest.raises(TokenError):
        Tokens(SECRET, FakeClock()).read(Kind.AGENT, text)


@given(st.binary(max_size=20))
@example(b"\x01\x05\0\0\0\x07")
@example(b"\x03\0\0\0\0\0")
@example(b"\x04\0\0\0\0\0")
@example(b"\x01\x08\0\0\0\0")
def test_the_header_of_a_chunk_is_read_or_refused(data: bytes) -> None:
    chunk = read_chunk(data)
    good = len(data) >= 6 and data[0] in {1, 2, 3} and data[1] < 8
    assert (chunk is not None) == good
    if chunk:
        assert chunk.number == int.from_bytes(data[2:6], "big")
        assert (chunk.last, chunk.key) == (bool(data[1] & 1), bool(data[1] & 4))


@given(st.text())
def test_a_text_is_a_message_with_a_type_or_nothing(text: str) -> None:
    message = read_text(text)
    assert message is None or isinstance(message["t"], str)
