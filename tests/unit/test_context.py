"""The address of the tab: what is accepted, what is refused and with which code."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cotab import ContextError, TabContext
from cotab.context import MAX_DATA_CHARACTERS

DATA = '{"conversationId": "c-1"}'


def encoded(text: str, times: int = 1) -> str:
    return text if times == 0 else encoded(quote(text, safe=""), times - 1)


def opened_with(data: str) -> TabContext:
    return TabContext.from_query(f"?data={data}")


def refusal_of(query: str) -> str:
    with pytest.raises(ContextError) as refused:
        TabContext.from_query(query)
    return refused.value.code


@pytest.mark.parametrize("times", [0, 1, 2])
def test_data_may_be_encoded_once_or_twice_or_not_at_all(times: int) -> None:
    assert opened_with(encoded(DATA, times)) == TabContext(conversation_id="c-1")


def test_extra_members_are_kept() -> None:
    extra = {"channel": "chat", "nested": {"list": [1, None, True, 1.5, "é 🙂"]}}
    context = opened_with(encoded(json.dumps({"conversationId": "c-1", **extra})))
    assert context.extra == extra


def test_parameters_come_in_any_order_and_case() -> None:
    context = TabContext.from_query(f"?userlcid=1031&typename=x&OrgLCID=1033&DATA={encoded(DATA)}&flag&=&")
    assert (context.conversation_id, context.user_lcid, context.org_lcid) == ("c-1", 1031, 1033)


def test_the_question_mark_may_be_missing() -> None:
    assert TabContext.from_query(f"data={encoded(DATA)}").conversation_id == "c-1"


def test_of_repeated_parameters_the_first_one_counts() -> None:
    assert TabContext.from_query(f"?data={encoded(DATA)}&data=").conversation_id == "c-1"


@pytest.mark.parametrize("lcid", ["", "-1", "1e3", "12.5", "١٢", "9999999999", "abc", "%31"])
def test_a_strange_language_id_is_no_language_id(lcid: str) -> None:
    assert TabContext.from_query(f"?data={encoded(DATA)}&userlcid={lcid}").user_lcid is None


def test_a_plus_sign_is_itself_where_that_makes_sense() -> None:
    data = json.dumps({"conversationId": "a+b", "topic": "c++"})
    assert opened_with(data.replace(" ", "%20")) == TabContext(conversation_id="a+b", extra={"topic": "c++"})


@pytest.mark.parametrize("outer", [str, encoded, quote_plus])
def test_a_plus_sign_is_a_blank_where_it_must_be(outer: Any) -> None:  # noqa: ANN401 - any function of a text
    data = json.dumps({"conversationId": "a+b", "topic": "50%25 off"})
    assert opened_with(outer(quote_plus(data))) == TabContext(conversation_id="a+b", extra={"topic": "50%25 off"})


def test_what_is_encoded_once_is_not_decoded_twice() -> None:
    assert opened_with(encoded('{"conversationId": "a%41"}')).conversation_id == "a%41"


def test_blanks_around_the_conversation_are_dropped() -> None:
    assert opened_with(encoded('{"conversationId": "  {C-1}\\n"}')).conversation_id == "{C-1}"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "DATA_MISSING"),
        ("?", "DATA_MISSING"),
        ("?id=1&userlcid=1033", "DATA_MISSING"),
        ("?mydata={}", "DATA_MISSING"),
        ("?data", "DATA_EMPTY"),
        ("?data=", "DATA_EMPTY"),
        ("?data=+%20%2520%0a", "DATA_EMPTY"),
        ("?data=" + "x" * (MAX_DATA_CHARACTERS + 1), "DATA_TOO_LARGE"),
        ("?data=" + "%2541" * (MAX_DATA_CHARACTERS + 1), "DATA_TOO_LARGE"),
        ("?data=" + "%252541" * 4 * MAX_DATA_CHARACTERS, "DATA_TOO_LARGE"),
        ("?data=c-1", "DATA_NOT_JSON"),
        ("?data=conversationId%3Dc-1", "DATA_NOT_JSON"),
        ("?data={'conversationId':'c-1'}", "DATA_NOT_JSON"),
        ('?data={"conversationId":"c-1"', "DATA_NOT_JSON"),
        ('?data={"conversationId":"c-1"}}', "DATA_NOT_JSON"),
        ('?data={"conversationId":"c-1","n":NaN}', "DATA_NOT_JSON"),
        ('?data={"conversationId":"c-1","n":-Infinity}', "DATA_NOT_JSON"),
        ('?data={"conversationId":"c-1","n":"\\ud800"}', "DATA_NOT_JSON"),
        ('?data={"conversationId":"c-1","n":"\ud800"}', "DATA_NOT_JSON"),
        ("?data=" + encoded(DATA, 3), "DATA_NOT_JSON"),
        ("?data=" + "[" * 30_000, "DATA_NOT_JSON"),
        ('?data={"conversationId":"c-1","n":' + "[" * 5_000 + "]" * 5_000 + "}", "DATA_NOT_JSON"),
        ('?data={"conversationId":"c-1","n":' + "9" * 30_000 + "}", "DATA_NOT_JSON"),
        ("?data=null", "DATA_NOT_OBJECT"),
        ("?data=[]", "DATA_NOT_OBJECT"),
        ("?data=17", "DATA_NOT_OBJECT"),
        ("?data=%2522c-1%2522", "DATA_NOT_OBJECT"),
        ("?data={}", "DATA_NO_CONVERSATION"),
        ('?data={"conversationid":"c-1"}', "DATA_NO_CONVERSATION"),
        ('?data={"conversationId":null}', "DATA_NO_CONVERSATION"),
        ('?data={"conversationId":17}', "DATA_NO_CONVERSATION"),
        ('?data={"conversationId":["c-1"]}', "DATA_NO_CONVERSATION"),
        ('?data={"conversationId":""}', "DATA_NO_CONVERSATION"),
        ('?data={"conversationId":" \\t"}', "DATA_NO_CONVERSATION"),
        ('?data={"conversationId":"c 1"}', "DATA_NO_CONVERSATION"),
        ('?data={"conversationId":"c\\u00001"}', "DATA_NO_CONVERSATION"),
        ('?data={"conversationId":"' + "c" * 201 + '"}', "DATA_NO_CONVERSATION"),
    ],
    ids=lambda value: ascii(value)[:40],
)
def test_unusable_data_is_refused_with_a_code(query: str, code: str) -> None:
    assert refusal_of(query) == code


def test_the_largest_data_is_accepted_however_often_it_is_encoded() -> None:
    frame = json.dumps({"conversationId": "c-1", "filler": ""})
    data = frame.replace('""', f'"{"🙂" * (MAX_DATA_CHARACTERS - len(frame))}"')
    assert len(data) == MAX_DATA_CHARACTERS
    assert opened_with(encoded(data)) == opened_with(encoded(data, 2))


def test_moderate_depth_and_long_numbers_are_accepted() -> None:
    nested = "[" * 100 + "]" * 100
    context = opened_with(f'{{"conversationId":"c-1","nested":{nested},"n":{"9" * 1000}}}')
    assert context.extra["n"] == int("9" * 1000)


def test_a_refusal_names_its_cause_in_plain_words() -> None:
    with pytest.raises(ContextError, match="no usable conversationId"):
        opened_with("{}")


conversation_ids = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=200)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
members = st.dictionaries(st.text().filter(lambda name: name != "conversationId"), json_values, max_size=4)


@given(conversation_ids, members, st.sampled_from([1, 2]), st.booleans())
def test_whatever_is_encoded_once_or_twice_comes_out_again(
    conversation_id: str,
    extra: dict[str, Any],
    times: int,
    ascii_only: bool,  # noqa: FBT001 - hypothesis fills the arguments in by position
) -> None:
    data = json.dumps({**extra, "conversationId": conversation_id}, ensure_ascii=ascii_only)
    assert opened_with(encoded(data, times)) == TabContext(conversation_id=conversation_id, extra=extra)


anything = st.text(st.characters(categories=None))
pieces = st.sampled_from([*'?&=%{}":+', "data=", "%25", "%7B", "%22", "conversationId", "\\u", "1e999", "\ud800"])


@given(anything | st.lists(pieces | anything).map("".join))
@example("?data=\ud800")
@example("?\ud800=1&data=%FF")
@example('?data={"conversationId":"c-1","n":1e999}')
def test_any_address_at_all_is_either_accepted_or_refused(query: str) -> None:
    with suppress(ContextError):
        assert TabContext.from_query(query).conversation_id
