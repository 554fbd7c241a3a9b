"""The whole way in a local Omnichannel: the installed solution, the button, the session, the closed tab."""

from cotab_kit.testing import Desktop


def test_the_button_opens_a_tab_that_connects_and_ends(desktop: Desktop) -> None:
    """Omnichannel hears what it must hear, and has nothing to complain about."""
    desktop.open_conversation("Alex Morgan")
    cobrowse, *_ = desktop.buttons
    desktop.press(cobrowse)
    desktop.expect_state("inviting")
    customer = desktop.context.new_page()
    customer.goto(desktop.tab().locator("#link").get_attribute("href") or "")
    customer.get_by_role("button", name="Join").click()
    desktop.expect_event("CobrowseConnectedEvent")
    desktop.expect_message("Co-browse session started")
    desktop.close_tab(cobrowse)
    desktop.expect_event("CobrowseEndedEvent")
    desktop.expect_no_violation()
