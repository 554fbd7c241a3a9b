"""Every documented behavior has tests, and the table of them says what the tests say."""

from __future__ import annotations

import pytest

from kit.cases_page import LISTED, PAGE, missing, renewed

NUMBER, ALLOWED = 33, 5


def test_the_list_is_complete_and_little_of_it_is_refused() -> None:
    assert list(LISTED) == list(range(1, NUMBER + 1))
    assert sum(bool(case.refused) for case in LISTED.values()) <= ALLOWED


@pytest.mark.parametrize("number", LISTED)
def test_a_documented_behavior_has_its_tests(number: int) -> None:
    assert any(names.split() for names in LISTED[number].tests.values())
    assert list(missing(LISTED[number])) == []


def test_the_page_has_the_table_that_is_made_from_the_tests() -> None:
    page = PAGE.read_text("utf-8")
    assert renewed(page) == page, "renew it: python -m kit.cases_page in tests"
    assert all(f"| {number} |" in page for number in LISTED)
