// @ts-check
// Origins that the script's own tag names. In old syntax: see tandem.js.

/** @param {string | null} [addresses] @returns {string[]} */
export function originsOf(addresses) {
  var given = (addresses || "").split(/[\s,]+/);
  /** @type {string[]} */
  var found = [];
  for (var at = 0; at < given.length; at += 1) {
    try {
      if (/^https?:/.test(given[at])) found.push(new URL(given[at]).origin);
    } catch (_) {
      // no address
    }
  }
  return found;
}
