/**
 * Records the four events that Omnichannel listens for on the top window.
 *
 * The log is in localStorage, because an event that a closing window still dispatches must outlive that window.
 * Nothing of the dispatching frame is kept: only copies made in this window.
 */

export const EVENTS = ["CobrowseConnectedEvent", "CobrowseEndedEvent", "ScreenShareConnectedEvent", "ScreenShareEndedEvent"];

const KEY = "preview-events";
const LIMIT = 500;

/**
 * @typedef {object} EventRecord
 * @property {string} name
 * @property {string} time
 * @property {unknown} detail a copy, or null if there can be none
 * @property {boolean} cloneable whether structuredClone takes the detail
 * @property {boolean} plain whether the detail is a plain object of this window
 */

/** @param {unknown} detail */
function examine(detail) {
  const plain = typeof detail === "object" && detail !== null && Object.getPrototypeOf(detail) === Object.prototype;
  try {
    return { detail: structuredClone(detail), cloneable: true, plain };
  } catch {
    return { detail: null, cloneable: false, plain };
  }
}

/** Every event of this browser profile, oldest first. @returns {EventRecord[]} */
export function log() {
  return JSON.parse(localStorage.getItem(KEY) ?? "[]");
}

/** @param {(record: EventRecord) => void} report */
export function record(report) {
  for (const name of EVENTS) {
    window.addEventListener(name, (event) => {
      const detail = event instanceof CustomEvent || "detail" in event ? event.detail : undefined;
      const entry = { name, time: new Date().toISOString(), ...examine(detail) };
      localStorage.setItem(KEY, JSON.stringify([...log(), entry].slice(-LIMIT)));
      report(entry);
    });
  }
}
