// @ts-check
// Where this page's tab is among the sessions of the agent's window, and where the agent is, as Microsoft.Apm says.

import { inTop } from "./top.js";

/** @typedef {{ session: string, tab: string }} Place as Microsoft.Apm names session and tab */

/** @typedef {{ place: Place, shown: string, owed: boolean }} Note of a page that loads itself anew, for the next one in its frame */

const KEY = Symbol.for("cotab.place");
const APPEARING = 1000; // milliseconds that a frame may take to be shown once its page is there
const LOOKING = 20; // milliseconds between two looks whether it is
const before = taken();
let own = before?.place ?? (isSeen() ? inFront() : null);

/** Where the tab is: where the agent was when they first saw it, for later they may have moved on. null if nobody can tell. */
export const ownPlace = () => own;

/** The same for a frame that may be shown only once its page is there: it is waited for a while. */
export async function placeOnceSeen() {
  const end = performance.now() + APPEARING;
  while (!own && !isSeen() && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, LOOKING));
  if (!own && isSeen()) own = inFront();
  return own;
}

/** Whether the page that was in this frame before has left an Ended to this one. */
export const hasInherited = () => before?.owed === true;

/**
 * Whether the agent may see the page; one that nobody sees may have been left for another tab while it was loading. What
 * holds its frame is asked, for a frame that is hidden may keep its size.
 * @param {Window} [frame] @returns {boolean}
 */
function isSeen(frame = window) {
  const holder = frame.frameElement;
  if (!holder) return !document.hidden;
  return holder.clientWidth > 0 && holder.clientHeight > 0 && isSeen(frame.parent);
}

/** Where the tab in front is; null if Dynamics does not tell. @returns {Place | null} */
function inFront() {
  try {
    const session = inTop("Microsoft", "Apm").getFocusedSession();
    const place = { session: session.sessionId, tab: session.getFocusedTab().tabId };
    return isOpen(place) ? place : null;
  } catch {
    return null;
  }
}

/** Load the page anew. What it leaves to the next one is a text, so that nothing of it is kept. @param {boolean} owed */
export function loadAnew(owed) {
  try {
    /** @type {any} */ (window.frameElement)[KEY] = JSON.stringify({ place: own, shown: location.search, owed });
  } catch {
    // no frame, or another origin's
  }
  location.reload();
}

/** Take the note of the page before this one, if it showed the same. @returns {Note | null} */
function taken() {
  try {
    const frame = /** @type {any} */ (window.frameElement);
    const found = JSON.parse(frame[KEY]);
    delete frame[KEY];
    return found.shown === location.search && isOpen(found.place) ? found : null;
  } catch {
    return null; // there is none
  }
}

/** Whether the session of a conversation is open. What Dynamics does not tell, or refuses to, is not. @param {Place} place */
export function isSessionOpen({ session }) {
  try {
    return [...inTop("Microsoft", "Apm").getAllSessions()].includes(session);
  } catch {
    return false;
  }
}

/** Whether a tab is open, shown or not. What Dynamics does not tell, or refuses to, is not. @param {Place} place */
export function isOpen(place) {
  try {
    return isSessionOpen(place) && [...inTop("Microsoft", "Apm").getSession(place.session).getAllTabs()].includes(place.tab);
  } catch {
    return false;
  }
}

/** Whether the agent is in another session than that of a tab, which is still open. @param {Place | null} place */
export function isElsewhere(place) {
  try {
    const { sessionId } = inTop("Microsoft", "Apm").getFocusedSession();
    return Boolean(place && isOpen(place) && sessionId && sessionId !== place.session);
  } catch {
    return false;
  }
}
