"""The built tab in a browser, inside a page that stands for the Dynamics window."""

from cotab_kit.testing import Tab


def test_the_tab_starts_and_says_that_its_relay_must_be_set(tab: Tab) -> None:
    """Until provider.toml names a relay, or an administrator does."""
    tab.expect_console_error("placeholder")
    tab.open(data={"conversationId": "11111111-2222-3333-4444-555555555555"})
    tab.expect_state("failed")
    tab.expect_text("still the placeholder")
