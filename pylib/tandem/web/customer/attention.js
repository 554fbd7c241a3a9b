// @ts-check
// What the page shows by the customer's focus, caret, mouse and press, and by the target of its address: none of it is part of
// the document, so the agent's side is told.

import { Ears } from "./ears.js";
import { chainOf } from "./hand/events.js";
import { isText } from "./hand/kinds.js";
import { focused, isNothing } from "./hand/told.js";
import { documentOf } from "./holes.js";
import { attributeOf, isConnected, matches } from "./nodes.js";
import { innermost } from "./roots.js";
import { OWN } from "./settings.js";

/** @import { Attention as Message } from "../shared/messages.d.ts" */
/** @import { Policy } from "./policy.js" */

const TYPES = ["focusin", "focusout", "selectionchange", "select", "input", "keyup", "pointerdown", "mouseover", "mouseout", "hashchange", "pointerup", "pointercancel", "dragend", "blur", "focus"];

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
    this.ears = new Ears(TYPES, (event) => this.on(event));
    /** @type {Element | null} below the mouse */
    this.hovered = null;
  }

  start() {
    this.sent = "";
    this.later();
    this.ears.start();
  }

  stop() {
    this.ears.stop();
    cancelAnimationFrame(this.frame);
    this.frame = 0;
  }

  /** @param {Event} event */
  on(event) {
    if (event.isTrusted && event.type === "pointerdown") this.pressed = /** @type {Element} */ (innermost(event.composedPath()[0]) ?? null);
    else if (/^(pointerup|pointercancel|dragend)$/.test(event.type)) this.pressed = null;
    if (event.isTrusted && event.type.startsWith("mouse")) this.hover(/** @type {Element} */ (innermost(event.composedPath()[0])), event.type === "mouseover");
    this.later();
  }

  /** What the mouse enters may be a frame, which tells of its inside alone, and after the page. @param {Element} element @param {boolean} isOver */
  hover(element, isOver) {
    if (isOver) this.hovered = element;
    else if (this.hovered === element) this.hovered = null;
    const realm = isOver && documentOf(/** @type {HTMLIFrameElement} */ (element))?.defaultView;
    if (realm) this.ears.hear(realm);
  }

  later() {
    this.frame ||= requestAnimationFrame(() => this.tell());
  }

  tell() {
    this.frame = 0;
    this.ears.follow(); // in a window without the focus nothing tells where it went
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
    /** @type {Message} */
    const message = { t: "attention" };
    const states = { pressed: this.pressed, hovered: this.hovered && matches(this.hovered, ":hover") ? this.hovered : null, target: location.hash ? document.querySelector(":target") : null };
    for (const [name, each] of Object.entries(states)) {
      const known = each && isConnected(each) ? this.known(each) : undefined;
      if (known !== undefined) message[/** @type {keyof typeof states} */ (name)] = known;
    }
    if (id === undefined) return message;
    Object.assign(message, { focus: id, ring: matches(element, ":focus-visible") });
    if (isText(element) && element.selectionStart !== null && !this.policy.isSecret(element)) message.caret = [element.selectionStart, element.selectionEnd ?? 0];
    return message;
  }

  /** @param {Element} element @returns {number | undefined} the number by which the agent's side knows it */
  known(element) {
    const chain = chainOf(element);
    const shown = chain.some((each) => attributeOf(each, OWN) !== null) ? null : chain.find((each) => this.idOf(each) > 0);
    return shown && !this.policy.hides(shown) ? this.idOf(shown) : undefined;
  }
}
