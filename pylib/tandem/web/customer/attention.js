// @ts-check
// What the page shows by the customer's focus, caret and press, and its open popovers: none of it is part of the document, so
// the agent's side is told.

import { chainOf } from "./hand/events.js";
import { focused, isNothing } from "./hand/focus.js";
import { isText } from "./hand/kinds.js";
import { OWN } from "./settings.js";

/** @import { Attention as Message } from "../shared/messages.d.ts" */
/** @import { Policy } from "./policy.js" */

const TYPES = ["focusin", "focusout", "selectionchange", "select", "input", "keyup", "toggle", "pointerdown", "pointerup", "pointercancel", "dragend", "blur", "focus"];

export class Attention {
  /** @param {Policy} policy @param {(node: Node) => number} idOf @param {(message: Message) => void} send */
  constructor(policy, idOf, send) {
    this.policy = policy;
    this.idOf = idOf;
    this.send = send;
    this.sent = "";
    this.frame = 0;
    /** @type {Element | null} */
    this.pressed = null;
    /** @type {AbortController | null} */
    this.listeners = null;
  }

  start() {
    this.sent = "";
    this.later();
    if (this.listeners) return;
    this.listeners = new AbortController();
    for (const type of TYPES) addEventListener(type, (event) => this.on(event), { signal: this.listeners.signal, capture: true });
  }

  stop() {
    this.listeners?.abort();
    this.listeners = null;
    cancelAnimationFrame(this.frame);
    this.frame = 0;
  }

  /** @param {Event} event */
  on(event) {
    if (event.isTrusted && event.type === "pointerdown") this.pressed = /** @type {Element} */ (event.composedPath()[0] ?? null);
    else if (/^(pointerup|pointercancel|dragend)$/.test(event.type)) this.pressed = null;
    this.later();
  }

  later() {
    this.frame ||= requestAnimationFrame(() => this.tell());
  }

  tell() {
    this.frame = 0;
    const message = this.message();
    const text = JSON.stringify(message);
    if (text === this.sent) return;
    this.sent = text;
    this.send(message);
  }

  /** @returns {Message} */
  message() {
    const element = focused();
    const id = isNothing(element) ? undefined : this.known(element);
    const popovers = [...document.querySelectorAll(":popover-open")].flatMap((each) => this.known(each) ?? []);
    /** @type {Message} */
    const message = { t: "attention", popovers };
    const pressed = this.pressed?.isConnected ? this.known(this.pressed) : undefined;
    if (pressed !== undefined) message.pressed = pressed;
    if (id === undefined) return message;
    Object.assign(message, { focus: id, ring: element.matches(":focus-visible") });
    if (isText(element) && element.selectionStart !== null && !this.policy.isSecret(element)) message.caret = [element.selectionStart, element.selectionEnd ?? 0];
    return message;
  }

  /** @param {Element} element @returns {number | undefined} the number by which the agent's side knows it */
  known(element) {
    const chain = chainOf(element);
    const shown = chain.some((each) => each.hasAttribute(OWN)) ? null : chain.find((each) => this.idOf(each) > 0);
    return shown && !this.policy.hides(shown) ? this.idOf(shown) : undefined;
  }
}
