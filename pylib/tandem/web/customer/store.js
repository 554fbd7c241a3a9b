// @ts-check
// What must outlive a navigation: the ticket of the session and what the customer has decided, in the site's localStorage.

/** @import { Mode } from "../shared/messages.d.ts" */

/**
 * @typedef {object} Kept
 * @property {string} session
 * @property {string} ticket
 * @property {Mode} mode
 * @property {string} agent name
 * @property {boolean} view whether the customer agreed to be seen
 * @property {boolean} [yes] whether they have said so just now, and need not be asked
 * @property {string[]} [named] other origins in which they agreed to be seen
 * @property {string} [tab] the tab that was connected last
 * @property {boolean} control whether the customer agreed to be helped by acting
 */

export const KEY = "tandem";

/** @returns {Kept | null} */
export function kept() {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) ?? "null");
    return found && typeof found.ticket === "string" && typeof found.session === "string" ? found : null;
  } catch {
    return null; // storage is forbidden, or holds something else
  }
}

/** @param {Kept} session */
export function keep(session) {
  try {
    localStorage.setItem(KEY, JSON.stringify(session));
  } catch {
    // The session ends with this page, that is all.
  }
}

export function forget() {
  try {
    localStorage.removeItem(KEY);
  } catch {
    // There is nothing to forget.
  }
}
