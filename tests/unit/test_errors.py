"""The tree of errors is the one drawn, every code has its texts, and every message says what failed."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from cotab import ContextError, ConversationError, CotabError, JsError, ToolRefusedError, errors

if TYPE_CHECKING:
    from unit.conftest import Texts

CONTEXT_CODES = [
    "DATA_MISSING",
    "DATA_EMPTY",
    "DATA_TOO_LARGE",
    "DATA_NOT_JSON",
    "DATA_NOT_OBJECT",
    "DATA_NO_CONVERSATION",
]


def drawn() -> list[tuple[int, str]]:
    """Depth and name of every class in the docstring's drawing."""
    lines = [line for line in inspect.getdoc(errors).splitlines() if "Error  " in line]  # type: ignore[union-attr] # it has one
    return [((len(line) - len(line.lstrip("│├└─ "))) // 4, line.lstrip("│├└─ ").split()[0]) for line in lines]


def real(kind: type[CotabError] = CotabError, depth: int = 0) -> Iterator[tuple[int, str]]:
    yield depth, kind.__name__
    for child in kind.__subclasses__():
        if child.__module__ == errors.__name__:
            yield from real(child, depth + 1)


def every_kind() -> list[type[CotabError]]:
    return [getattr(errors, name) for _, name in real()]


def test_the_tree_is_the_one_drawn() -> None:
    assert drawn() == list(real())


def test_every_error_is_public() -> None:
    assert errors.__all__ == sorted(name for _, name in real())


def test_codes_are_unique() -> None:
    codes = Counter(kind.code for kind in every_kind())
    assert [code for code, count in codes.items() if count > 1] == []


@pytest.mark.parametrize("kind", every_kind())
def test_every_code_has_texts_for_the_agent(kind: type[CotabError], texts: Texts) -> None:
    if issubclass(kind, ConversationError | ToolRefusedError):
        if kind is not ConversationError:  # which is never raised as such by Conversation
            assert texts[f"notice.{kind.code}"]
    else:
        assert texts[f"error.{kind.code}.what"]
        assert texts[f"error.{kind.code}.next"]


@pytest.mark.parametrize("code", CONTEXT_CODES)
def test_every_refusal_of_the_address_has_texts_for_the_agent(code: str, texts: Texts) -> None:
    assert texts[f"error.{code}.what"]
    assert "data" in texts[f"error.{code}.next"]


@pytest.mark.parametrize("kind", every_kind())
def test_an_error_is_its_message_and_carries_its_code(kind: type[CotabError]) -> None:
    error = kind("what happened")
    assert str(error) == "what happened"
    assert error.code == kind.code


def test_an_error_may_be_raised_with_a_code_of_its_own() -> None:
    assert ContextError("no data", code="DATA_EMPTY").code == "DATA_EMPTY"
    assert ContextError.code == "DATA_MISSING"


def test_an_sdk_error_keeps_the_name_that_javascript_gave_it() -> None:
    assert JsError("calling start(): denied", name="NotAllowedError").name == "NotAllowedError"
    assert JsError("calling start(): denied").name == "Error"
