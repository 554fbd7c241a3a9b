// @ts-check
// The events of one session, as they reach Omnichannel on the top window. Keeps one bit: whether an Ended event is owed,
// so that it goes out even if Python has died.

import { hasInherited, isElsewhere, loadAnew, ownPlace } from "./place.js";
import { topReachable } from "./top.js";

/** @import { Page } from "./page_config.d.ts" */
/** @import { Place } from "./place.js" */
/** @typedef {Window & typeof globalThis} Top */

const LOOKING = 200; // milliseconds between two looks whether the agent is back
const RESUMING = 60_000; // milliseconds that a session may take to go on in another page

export class Outlet {
  /** @param {Page["events"]} events @param {() => Place | null} place where the session's tab is */
  constructor(events, place = ownPlace) {
    this.events = events;
    this.place = place;
    /** What the session has said last. */
    this.last = events.ended;
    this.owed = false;
    this.closed = false;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    if (place === ownPlace && hasInherited()) this.inherit();
  }

  /** Owe an Ended of before, which is told if the session does not go on here. */
  inherit() {
    this.owed = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.settle(), RESUMING);
  }

  /** Leave to another one what is owed, and dispatch nothing from now on. @param {Outlet} heir */
  handOver(heir) {
    if (this.owed) heir.inherit();
    this.owed = false;
    this.close();
  }

  /**
   * Dispatch an event on the top window. Omnichannel takes it for the conversation that the agent is in: while that is
   * another one and the tab is there to come back to, it waits, and a session that has come and gone meanwhile is none.
   * @param {string} name
   */
  dispatch(name) {
    if (this.closed) return;
    this.last = name;
    this.settle();
  }

  /** Tell what is not known yet, as soon as it may be. */
  settle() {
    clearTimeout(this.timer);
    if (this.owed === (this.last === this.events.connected)) return;
    if (isElsewhere(this.place())) this.timer = setTimeout(() => this.settle(), LOOKING);
    else this.tell();
  }

  /** Event and detail are made in the top's own realm: a plain object there, which can be cloned and does not keep this page alive. */
  tell() {
    this.owed = this.last === this.events.connected;
    if (!topReachable()) return;
    const top = /** @type {Top} */ (window.top);
    top.dispatchEvent(new top.CustomEvent(this.last, { detail: new top.Object() }));
  }

  /**
   * Load the page anew, and leave to it what is owed: nothing has to be told if the session goes on there. If the page fails
   * or goes away before, with all of the window, it is told at once, for there may be no next one.
   * @param {boolean} owed
   */
  bequeath(owed) {
    this.owed = owed;
    setTimeout(() => {
      const left = this.owed;
      this.owed = false;
      loadAnew(left);
    });
  }

  /** Dispatch the Ended event if it is owed, and nothing from now on: the page has failed for good, or is gone. */
  close() {
    clearTimeout(this.timer);
    this.last = this.events.ended;
    if (this.owed) this.tell();
    this.closed = true;
  }
}
