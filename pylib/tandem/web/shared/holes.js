// @ts-check
// What the mirror has a hole for: the size of something whose content never leaves the customer's browser.

/** @typedef {"canvas" | "video" | "frame" | "plugin"} Hole */

/** The attribute by which a hole says of what kind it is. */
export const HOLE = "data-tandem-hole";
