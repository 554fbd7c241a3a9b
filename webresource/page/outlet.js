// @ts-check
// The events of one session, as they reach Omnichannel on the top window. Keeps one bit: whether an Ended event is owed,
// so that it goes out even if Python has died.

import { topReachable } from "./top.js";

/** @import { Page } from "./page_config.d.ts" */
/** @typedef {Window & typeof globalThis} Top */

export class Outlet {
  /** @param {Page["events"]} events */
  constructor(events) {
    this.events = events;
    this.owed = false;
    this.closed = false;
  }

  /**
   * Dispatch an event on the top window. Event and detail are made in the top's own realm: a plain object there, which
   * can be cloned and does not keep this page alive after it is closed.
   * @param {string} name
   */
  dispatch(name) {
    if (this.closed) return;
    if (name === this.events.connected) this.owed = true;
    if (name === this.events.ended) this.owed = false;
    if (!topReachable()) return;
    const top = /** @type {Top} */ (window.top);
    top.dispatchEvent(new top.CustomEvent(name, { detail: new top.Object() }));
  }

  /** Dispatch the Ended event if it is owed, and nothing from now on: the page has failed for good, or is gone. */
  close() {
    if (this.owed) this.dispatch(this.events.ended);
    this.closed = true;
  }
}
