// @ts-check
// Pointer capture for a pointer that no device has: browsers refuse it. While a button is pressed the page's calls for
// this one pointer are answered here, and go to the browser for all others.

import { isConnected } from "../nodes.js";
import { fire, POINTER } from "./events.js";

/** @import { Realm } from "./events.js" */

const NAMES = /** @type {const} */ (["setPointerCapture", "releasePointerCapture", "hasPointerCapture"]);

export class Capture {
  /** @param {Realm} realm in which a button is pressed */
  constructor({ Element: { prototype } }) {
    this.prototype = prototype;
    /** @type {Element | null} */
    this.element = null;
    const own = [
      (/** @type {Element} */ element) => this.set(element),
      (/** @type {Element} */ element) => void (this.element === element && this.set(null)),
      (/** @type {Element} */ element) => this.element === element,
    ];
    this.put = NAMES.map((name, at) => {
      const native = /** @type {(id: number) => any} */ (prototype[name]);
      /** @this {Element} @param {number} id */
      function mine(id) {
        return id === POINTER ? own[at](this) : native.call(this, id);
      }
      Object.assign(prototype, { [name]: mine });
      return { name, native, mine };
    });
  }

  /** @param {Element | null} element */
  set(element) {
    const before = this.element;
    if (before === element) return;
    this.element = element;
    if (before && isConnected(before)) fire(before, "lostpointercapture", { ...HELD, cancelable: false });
    if (element) fire(element, "gotpointercapture", { ...HELD, cancelable: false });
  }

  /** The button is up: leave nothing behind. */
  end() {
    this.set(null);
    for (const { name, native, mine } of this.put) if (this.prototype[name] === mine) Object.assign(this.prototype, { [name]: native });
  }
}

const HELD = { pointerId: POINTER, pointerType: "mouse", isPrimary: true };
