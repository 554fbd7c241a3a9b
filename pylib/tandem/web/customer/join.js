// @ts-check
// How a customer comes into a session: shows a PIN or the token of a link to the relay, and gets a ticket.

/** @import { Kept } from "./store.js" */

/** Why a customer could not join: "unknown", "too_many_attempts", "origin" or "offline". */
export class JoinError extends Error {
  /** @param {string} code */
  constructor(code) {
    super(`Tandem: joining failed (${code})`);
    this.code = code;
  }
}

/** @param {string} relay origin @param {{ pin: string } | { token: string }} shown @returns {Promise<Kept>} */
export async function join(relay, shown) {
  const answer = await ask(relay, shown);
  if (!answer.ok) throw new JoinError(codeOf(answer.status));
  const { session, ticket, mode, agent } = await answer.json();
  return { session, ticket, mode, agent, view: false, control: false };
}

/** @param {string} relay @param {object} shown */
async function ask(relay, shown) {
  const headers = { "content-type": "application/json" };
  try {
    return await fetch(`${relay}/api/join`, { method: "POST", headers, body: JSON.stringify(shown), credentials: "omit" });
  } catch {
    throw new JoinError("offline");
  }
}

/** @param {number} status of HTTP */
function codeOf(status) {
  if (status === 429) return "too_many_attempts";
  if (status === 403) return "origin";
  return status < 500 ? "unknown" : "offline";
}

/** The token of an invitation link, which is taken out of the address before anybody reads it there. @returns {string | null} */
export function takeToken() {
  const found = /(?:^#|&)tandem=([\w.~-]+)/.exec(location.hash);
  if (!found) return null;
  const rest = location.hash.replace(found[0], "").replace(/^#?&?/, "");
  history.replaceState(history.state, "", location.pathname + location.search + (rest && `#${rest}`));
  return found[1];
}
