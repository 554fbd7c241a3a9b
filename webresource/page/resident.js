// @ts-check
// The resident: the page that has Python and the sessions of all tabs of a provider in an agent's window, and outlives
// each of them in a hidden side pane. It alone finds out whether a tab was refreshed or closed.

import { isOpen, isSessionOpen } from "./place.js";
import { paneOf, refuse, registry, residentId } from "./resident_registry.js";
import { ResidentSession } from "./resident_session.js";
import { inTop, signedIn } from "./top.js";

/** @import { Page } from "./page_config.d.ts" */
/** @import { Door, Visitor } from "./resident_registry.js" */
/** @import { EndReason } from "./resident_session.js" */

const LOOKING = 1000; // milliseconds between two looks
const MISSING = 5; // looks in a row after the first: a tab that Dynamics does not list then is closed
const WORN = 20; // sessions after which the page is loaded anew as soon as it has none

export class Resident {
  /** @param {Page} page */
  constructor(page) {
    this.page = page;
    this.id = residentId(page);
    this.user = signedIn()?.id ?? null;
    /** @type {Map<string, ResidentSession>} */
    this.sessions = new Map();
    /** @type {Set<ResidentSession>} those that are being ended at the provider */
    this.closing = new Set();
    /** @type {((session: ResidentSession) => void) | null} once Python is up */
    this.open = null;
    this.count = 0;
    this.isRetiring = false;
    this.isGone = false;
  }

  /** Be found by tabs, and let go of everything when the page goes. */
  begin() {
    const found = registry();
    if (!found || this.id in found.refused) return;
    for (const [id, door] of Object.entries(found.doors)) if (id.startsWith(`${this.page.folder}/`)) tell(door);
    /** @type {Door} */
    const door = { attach: (visitor) => this.attach(visitor), retire: () => this.retire(), window };
    found.doors[this.id] = door;
    addEventListener("pagehide", () => this.end("its pane was closed"));
    setInterval(() => this.look(), LOOKING);
    listen("ON_SESSION_CLOSED", ({ sessionId }) => {
      for (const session of this.all()) if (session.place.session === sessionId) this.close(session, "conversation");
    });
  }

  all() {
    return [...this.sessions.values()];
  }

  /** Python is up. @param {(session: ResidentSession) => void} open */
  serve(open) {
    this.open = open;
    for (const session of this.all()) open(session);
  }

  /** @param {Visitor} visitor @returns {ReturnType<Door["attach"]>} */
  attach(visitor) {
    if (this.isGone) return "later";
    if ((signedIn()?.id ?? null) !== this.user) return this.renew();
    const { place } = visitor;
    const key = `${JSON.parse(visitor.page).mode} ${visitor.conversation}`;
    const isThere = (/** @type {ResidentSession} */ { tab, place: other, key: its }) =>
      tab && its !== key && other.session === place.session && other.tab === place.tab;
    if (this.all().some(isThere)) return "no"; // another tab is in front of this one: Dynamics would tell nothing of it
    const before = this.sessions.get(key);
    if (before?.tab) before.leave(before.tab, true);
    const session = this.sessions.get(key) ?? this.make(key, visitor); // one that had not begun is gone
    session.attach(visitor);
    return session;
  }

  /** @param {string} key @param {Visitor} visitor */
  make(key, visitor) {
    const session = new ResidentSession(key, visitor, (gone) => this.forget(gone));
    this.sessions.set(key, session);
    this.count += 1;
    this.open?.(session);
    return session;
  }

  /** End a session whose tab was closed; one that is opened now is another. @param {ResidentSession} session @param {EndReason} reason */
  close(session, reason) {
    this.sessions.delete(session.key);
    this.closing.add(session);
    session.close(reason);
  }

  /** @param {ResidentSession} session */
  forget(session) {
    if (this.sessions.get(session.key) === session) this.sessions.delete(session.key);
    this.closing.delete(session);
    if (this.sessions.size || this.closing.size || this.isGone) return;
    if (this.isRetiring) void paneOf(this.page)?.close();
    else if (this.count >= WORN) this.renew();
  }

  /** Look which tabs that went are closed. Looks are counted, not time: a machine that was asleep has not looked. */
  look() {
    if (this.sessions.size && (signedIn()?.id ?? null) !== this.user) this.renew();
    for (const session of this.all()) {
      session.missed = session.tab || isOpen(session.place) ? 0 : session.missed + 1;
      if (session.missed > MISSING) this.close(session, isSessionOpen(session.place) ? "agent" : "conversation");
    }
  }

  /** End everything and begin anew: another user has signed in, or the page has served long enough. @returns {"later"} */
  renew() {
    this.end(null);
    location.reload();
    return "later";
  }

  /** A newer build has its own resident: go when the last session is over. */
  retire() {
    this.isRetiring = true;
    if (!this.sessions.size) void paneOf(this.page)?.close();
  }

  /** Let go of every session. @param {string | null} reason why there is to be no other resident in this window */
  end(reason) {
    if (this.isGone) return;
    this.isGone = true;
    const found = registry();
    if (found?.doors[this.id]?.window === window) delete found.doors[this.id];
    if (reason) refuse(this.page, reason);
    for (const session of [...this.sessions.values(), ...this.closing]) session.lose(reason !== null);
  }

  /** The page has failed, or does not fit its adapter. @param {string} reason */
  fail(reason) {
    this.end(reason);
    void paneOf(this.page)?.close();
  }
}

/** @param {Door} door */
function tell(door) {
  try {
    door.retire();
  } catch {
    // it is of a page that is gone
  }
}

/** @param {string} topic of Microsoft.Apm's @param {(data: any) => void} hear */
function listen(topic, hear) {
  try {
    const name = inTop("Microsoft", "Apm").getEventPublisherTopic(topic);
    if (name) new BroadcastChannel(name).addEventListener("message", ({ data }) => hear(data ?? {}));
  } catch {
    // nobody tells: the list of tabs does
  }
}
