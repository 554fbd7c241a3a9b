/** What happened in each session, kept for this window of the desktop over a reload (F5). */

/** @typedef {import("./session.js").Entry} Entry */
/** @typedef {import("./session.js").Session} Session */

const KEY = "cotab-history-";
const KEPT = 400; // entries of a session: with the longest there are they fit into the storage
const PAUSE = 300; // milliseconds in which a tab that says much is written down once

/** @type {Set<Session>} */
const changed = new Set();
let timer = 0;
let isLeaving = false;

/** Read what was kept of a session. @param {string} id @returns {Entry[]} */
export function recalled(id) {
  try {
    return JSON.parse(sessionStorage.getItem(KEY + id) ?? "[]");
  } catch {
    return []; // refused, or not written by this version
  }
}

/** Keep a session's entries. What tabs do while the window goes away is written down at once. @param {Session} session */
export function keep(session) {
  changed.add(session);
  if (isLeaving) write();
  else timer ||= setTimeout(write, PAUSE);
}

function write() {
  clearTimeout(timer);
  timer = 0;
  for (const { id, entries } of changed) store(id, entries.slice(-KEPT));
  changed.clear();
}

/** Store as many of the latest entries as there is room for. @param {string} id @param {Entry[]} entries */
function store(id, entries) {
  try {
    sessionStorage.setItem(KEY + id, JSON.stringify(entries));
  } catch {
    if (entries.length > 1) store(id, entries.slice(-entries.length / 2));
  }
}

addEventListener("pagehide", () => {
  isLeaving = true;
  write();
});
