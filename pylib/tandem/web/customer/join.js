// @ts-check
// How a customer comes into a session: shows a PIN or the token of a link to the relay, and gets a ticket.

import { kept } from "./store.js";

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
  const { session, ticket, mode, agent, from, view, control } = await answer.json();
  const agreed = view === true && isKnown(session, from);
  return { session, ticket, mode, agent, view: agreed, control: agreed && control };
}

/**
 * Whether it is the customer of a session who has come from another origin, as the browser says: whoever else follows an
 * address with a code in it is asked.
 * @param {string} session
 * @param {string} from
 */
function isKnown(session, from) {
  const earlier = kept();
  return (earlier?.session === session && earlier.view) || (document.referrer !== "" && new URL(document.referrer).origin === from);
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
