// @ts-check
// Whose turn it is: while the customer uses the page, the agent's hand rests; and what the customer types goes where they were
// typing, even if the agent has moved the focus since.

import { Ears } from "./ears.js";
import { isWriting } from "./hand/kinds.js";
import { focused, forgetFocus, tellFocus } from "./hand/told.js";
import { attributeOf, bare, isConnected, isElement } from "./nodes.js";
import { OWN } from "./settings.js";

/** Milliseconds after the customer's own input. */
const REST = 1500;
const INPUTS = ["keydown", "pointerdown", "compositionstart", "input", "drop"];
const TYPES = [...INPUTS, "blur"];

export class Turn {
  /** @param {{ onTaken: () => void, onChanged: (document: Document) => void }} listener of the customer's own input, and of what it changes */
  constructor(listener) {
    this.listener = listener;
    this.at = -Infinity;
    /** @type {Element | null} what the customer types in */
    this.writing = null;
    this.acting = false; // what changes now is the agent's doing
    this.claimed = false; // the agent has put the focus where it is
    this.ears = new Ears(TYPES, (event) => this.on(event));
  }

  /** Acting is allowed. */
  start() {
    this.ears.start();
  }

  stop() {
    this.ears.stop();
    forgetFocus();
    this.writing = null;
    this.at = -Infinity;
  }

  /** @param {Event} event */
  on({ type, target, isTrusted }) {
    const own = isElement(target) && attributeOf(target, OWN) !== null;
    if (target === window) forgetFocus(); // it is the window's own blur
    if (!isTrusted || own || this.acting || type === "blur") return;
    this.at = performance.now();
    this.listener.onTaken();
    if (type === "keydown") this.giveBack();
    const element = focused();
    if (type === "pointerdown") this.writing = null;
    else if (isWriting(element)) this.writing = element;
    if (type === "input") this.listener.onChanged(element.ownerDocument);
    this.claimed = false;
  }

  /** The focus goes back to where the customer was typing, before the key arrives. */
  giveBack() {
    const { writing } = this;
    if (this.claimed && writing && isConnected(writing) && focused() !== writing) bare(writing).focus({ preventScroll: true });
  }

  /** The agent does something, which is not to be taken for the customer's. @param {() => void} deed @param {boolean} claims the focus */
  act(deed, claims) {
    if (claims) this.claimed = true;
    this.acting = true;
    this.ears.follow();
    try {
      tellFocus();
      deed();
      tellFocus();
    } finally {
      this.acting = false;
    }
  }

  /** Whether the customer has used the page a moment ago. */
  get rests() {
    return performance.now() - this.at < REST;
  }

  /** Whether keys would end up in what the customer types. @param {Element} element that has the focus */
  typesIn(element) {
    return element === this.writing && !this.claimed;
  }
}
