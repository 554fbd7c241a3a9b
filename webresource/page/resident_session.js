// @ts-check
// One session in the resident: what it shows, its log, its events, and the tab in which it is shown, if there is one. To
// Python it is what boot.js is in a tab of its own (cotab/_js/page.py).

import { Claim } from "./claim.js";
import { Log } from "./log.js";
import { orgSettings } from "./settings.js";
import { Outlet } from "./outlet.js";
import { isElsewhere } from "./place.js";
import { inTop, signedIn } from "./top.js";
import { View } from "./view.js";
import { violations } from "./violations.js";

/** @import { Page } from "./page_config.d.ts" */
/** @import { Place, Visitor } from "./resident_registry.js" */

/** @typedef {"agent" | "conversation"} EndReason what was closed: the tab, or all of the conversation's session */
/**
 * What Python does for a session. `detached` says whether the session goes on without a tab.
 * @typedef {{ attached(): void, detached(): boolean, close(reason: EndReason): void, dispose(): void }} Served
 */

export class ResidentSession {
  /** @param {string} key @param {Visitor} visitor @param {(session: ResidentSession) => void} onGone */
  constructor(key, { page, texts, language, query, place }, onGone) {
    this.key = key;
    this.language = language;
    this.query = query;
    this.topReachable = true;
    this.failed = false;
    /** @type {Place} */
    this.place = place;
    /** @type {Visitor | null} */
    this.tab = null;
    /** @type {Served | null} */
    this.served = null;
    /** @type {(() => void) | null} */
    this.hidden = null;
    /** @type {Claim | null} */
    this.claimed = null;
    this.isGone = false;
    this.isUp = false;
    this.missed = 0; // how often in a row Dynamics has not listed the tab
    const about = /** @type {Page} */ (JSON.parse(page));
    this.given = { page, texts };
    this.onGone = onGone;
    this.outlet = new Outlet(about.events, () => this.place);
    this.view = new View();
    this.log = new Log(() => this.tab?.logged());
    this.log.heading = `cotab ${about.cotab_version}, ${about.provider}, build ${about.build}, resident`;
    this.settings = orgSettings(about, (text) => this.print("warn", text));
  }

  // What tabs do

  /** Be shown in this tab. @param {Visitor} visitor */
  attach(visitor) {
    this.tab = visitor;
    this.place = visitor.place;
    this.missed = 0;
    this.view.attach(visitor.document);
    if (this.isUp) visitor.up();
    this.served?.attached();
  }

  /** The tab has gone: refreshed, or closed. @param {Visitor} visitor */
  detach(visitor) {
    if (this.tab === visitor) this.leave(visitor, false);
  }

  /** Be shown there no more. @param {Visitor} visitor @param {boolean} taken whether another tab is to show it */
  leave(visitor, taken) {
    const goesOn = this.served?.detached() ?? false;
    this.view.detach();
    this.tab = null;
    if (taken) visitor.taken();
    if (!goesOn) this.drop();
  }

  // What becomes of it

  /** It is over, because its tab was closed: Omnichannel hears of it at once, the provider right after. @param {EndReason} reason */
  close(reason) {
    if (this.served) this.served.close(reason);
    else this.drop();
  }

  /** Let go of it, as a tab does that goes away: it can be resumed elsewhere. */
  drop() {
    if (this.isGone) return;
    this.isGone = true;
    try {
      this.hidden?.();
    } catch (error) {
      console.warn("cotab: leaving failed", error);
    }
    this.outlet.close();
    this.view.detach();
    this.claimed?.drop();
    this.served?.dispose();
    this.onGone(this);
  }

  /**
   * The page that serves it has failed, or is gone. A tab that nobody sees begins anew without a word to Omnichannel, which
   * would take it for the conversation that the agent is in; it tells of the end if the session does not go on there.
   * @param {boolean} goesOn whether it may
   */
  lose(goesOn) {
    const { tab, outlet } = this;
    const owed = goesOn && tab !== null && outlet.owed && isElsewhere(this.place);
    if (owed) outlet.owed = false;
    this.tab = null;
    this.drop();
    tab?.lost(owed);
  }

  // What Python asks for (types.d.ts)

  /** @param {Served} served */
  serve(served) {
    this.served = served;
  }

  /** @param {"page" | "texts"} name */
  json(name) {
    return this.given[name];
  }

  ready() {
    this.isUp = true;
    this.tab?.up();
    return !this.isGone;
  }

  get document() {
    return this.tab?.document ?? null;
  }

  /** @param {string} key @returns {Promise<boolean>} */
  claim(key) {
    this.claimed ??= new Claim(key, () => {
      const { tab } = this;
      this.tab = null;
      this.drop();
      tab?.taken();
    });
    return this.claimed.take();
  }

  conversation() {
    return Promise.resolve(null); // a tab without a conversation has no resident
  }

  orgSettings() {
    return this.settings;
  }

  /** @param {string} event */
  dispatch(event) {
    this.outlet.dispatch(event);
  }

  /** @param {() => void} handler */
  onPageHidden(handler) {
    this.hidden = handler;
  }

  /** @param {string[]} names */
  inTop(...names) {
    return inTop(...names);
  }

  signedIn() {
    return signedIn();
  }

  /** @param {string} text */
  async copy(text) {
    return (await this.tab?.copy(text)) ?? false;
  }

  /** What the policy has refused the resident and the tab. */
  violations() {
    const of = (/** @type {string | undefined} */ text) => JSON.parse(text ?? "[]");
    return JSON.stringify([...of(violations()), ...of(this.tab?.violations())]);
  }

  /** @param {"log" | "warn" | "error"} level @param {string} text */
  print(level, text) {
    this.log.print(level, text);
  }

  /** @param {string} text */
  note(text) {
    this.log.note(text);
  }

  /** @param {string} wanted */
  update(wanted) {
    this.view.update(wanted);
  }

  /** @param {string} id @param {() => void} press */
  onClick(id, press) {
    this.view.onClick(id, press);
  }

  get presses() {
    return this.view.presses;
  }

  /** @param {string} id @param {string} tag */
  addControl(id, tag) {
    this.view.add(id, tag);
  }

  /** @param {string} id */
  removeControl(id) {
    this.view.remove(id);
  }
}
