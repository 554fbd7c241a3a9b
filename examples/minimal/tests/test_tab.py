"""The built tab in a browser, inside a page that stands for the Dynamics window."""

from cotab_kit.testing import Tab


def test_the_tab_connects_and_ends(tab: Tab) -> None:
    """From the button in Dynamics to the end of the session."""
    tab.open(data={"conversationId": "11111111-2222-3333-4444-555555555555"})
    tab.expect_state("inviting")
    tab.press("Customer joins")
    tab.expect_state("connected")
    tab.press("end-session")
    tab.expect_state("ended")
    tab.expect_events("CobrowseConnectedEvent", "CobrowseEndedEvent")
