"""The question of an agent in Firefox: asked, answered by nobody but the customer, refused, and taken along."""

# ruff: noqa: F401 - the tests and fixtures of other engines

from __future__ import annotations

from firefox import IN_FIREFOX
from test_customer_chat import (
    agent,
    stage,
    test_a_customer_refuses_twice_and_is_left_alone,
    test_a_keyboard_is_enough_and_colors_and_direction_are_the_customers,
    test_one_click_of_the_agent_asks_the_customer_on_their_page,
    test_stop_gives_the_provider_back,
    test_the_question_goes_along_in_the_tab_and_nowhere_else,
    test_what_was_covered_takes_no_yes,
)
from test_customer_firefox import browser, context

pytestmark = IN_FIREFOX
