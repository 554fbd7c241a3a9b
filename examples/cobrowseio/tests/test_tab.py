"""The built tab in a browser, inside a page that stands for the Dynamics window."""

from cotab_kit.testing import Tab


def test_a_backend_that_cannot_be_reached_is_named(tab: Tab) -> None:
    """The placeholder of provider.toml, until an administrator sets another one."""
    tab.expect_console_error("backend.contoso.example")
    tab.expect_console_error("Failed to load resource", optional=True)
    tab.open(data={"conversationId": "11111111-2222-3333-4444-555555555555"})
    tab.expect_state("failed")
    tab.expect_text("POST https://backend.contoso.example/tokens")
