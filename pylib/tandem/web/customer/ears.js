// @ts-check
// Listens in the page and in its frames of the same origin, whose events stay in them: in each from when it has the focus, or is told of.

import { focused } from "./hand/told.js";
import { listen } from "./natives.js";

export class Ears {
  /** @param {string[]} types @param {(event: Event) => void} heard */
  constructor(types, heard) {
    this.types = types;
    this.heard = heard;
    /** @type {AbortController | null} */
    this.listeners = null;
    /** @type {WeakSet<Document>} */
    this.known = new WeakSet();
  }

  start() {
    if (this.listeners) return;
    this.listeners = new AbortController();
    this.known = new WeakSet();
    this.hear(window);
  }

  stop() {
    this.listeners?.abort();
    this.listeners = null;
  }

  /** @param {Window} realm */
  hear(realm) {
    if (!this.listeners || this.known.has(realm.document)) return;
    this.known.add(realm.document);
    const options = { signal: this.listeners.signal, capture: true };
    for (const type of this.types) listen(realm, type, this.heard, options);
    for (const type of ["blur", "focusin"]) listen(realm, type, () => this.follow(), options);
    this.follow();
  }

  /** Go where the focus is. */
  follow() {
    const realm = focused().ownerDocument.defaultView;
    if (realm) this.hear(realm);
  }
}
