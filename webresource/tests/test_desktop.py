"""The whole way in a local Omnichannel: the button, the customer's site with the relay's script, the closed tab."""

from playwright.sync_api import Page

from cotab_kit.testing import Desktop

# What the customer's script shows is closed to the page around it; a test has to look inside.
OPEN_SHADOW = """
const original = Element.prototype.attachShadow;
Element.prototype.attachShadow = function (options) { return original.call(this, { ...options, mode: "open" }); };
"""


def join(customer: Page, pin: str) -> None:
    """Enter the PIN as the customer, and agree."""
    customer.evaluate("() => window.tandem.open()")
    ui = customer.locator("[data-tandem-ui]")
    ui.get_by_label("PIN").fill(pin)
    ui.get_by_role("button", name="Continue").click()
    ui.get_by_role("button", name="Allow", exact=True).click()


def test_the_customer_joins_with_the_pin_and_the_agent_closes_the_tab(desktop: Desktop) -> None:
    """Omnichannel hears what it must hear, and has nothing to complain about."""
    desktop.expect_console_error("Blocked script execution", optional=True)  # in the mirror, which runs no scripts
    desktop.open_conversation("Alex Morgan")
    cobrowse, *_ = desktop.buttons
    desktop.press(cobrowse)
    desktop.expect_state("inviting")
    pin = desktop.tab().locator("#pin").inner_text()
    desktop.context.add_init_script(OPEN_SHADOW)
    join(desktop.shop(), pin)
    desktop.expect_event("CobrowseConnectedEvent")
    desktop.close_tab(cobrowse)
    desktop.expect_event("CobrowseEndedEvent")
    desktop.expect_no_violation()
