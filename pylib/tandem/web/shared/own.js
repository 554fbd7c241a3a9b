// @ts-check
// In old syntax: see customer/tandem.js.

/** The mark of what is Tandem's own in a page: what carries it is never shown to the agent. */
export var OWN = "data-tandem-ui";
