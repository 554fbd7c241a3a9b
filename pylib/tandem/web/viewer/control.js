// @ts-check
// Remote control: the agent's mouse and keys go to the customer's page, with what the agent sees below the pointer. It works
// only once the customer has allowed it; the customer's side decides again for each.

import { Keyboard, modsOf } from "./keyboard.js";
import { Pickers } from "./pickers.js";

/** @import { Act } from "../shared/messages.d.ts" */
/** @import { Surface } from "./surface.js" */
/** @import { View } from "./view.js" */

/** Milliseconds, and pixels, within which clicks count as one after another. */
const AGAIN_TIMEOUT = 500;
const AGAIN_DISTANCE = 5;
const LINE = 16;

export class Control {
  /** @param {Surface} surface @param {View} view @param {(act: Act) => void} send @param {AbortSignal} signal */
  constructor(surface, view, send, signal) {
    this.surface = surface;
    this.view = view;
    this.emit = send;
    this.active = false;
    this.number = 0;
    this.frame = 0;
    /** @type {(Partial<Act> & { do: Act["do"] }) | null} what the hand does between two frames */
    this.waiting = null;
    this.clicks = { count: 0, at: 0, x: 0, y: 0, button: 0 };
    this.pickers = new Pickers(view, (id, values) => this.act("choose", { id, values }), signal);
    this.keyboard = new Keyboard(view.keys, (what, members) => this.active && this.act(what, members), signal);
    this.listen(surface.element, signal);
  }

  /** @param {HTMLElement} element @param {AbortSignal} signal */
  listen(element, signal) {
    const on = (/** @type {string} */ type, /** @type {(event: any) => void} */ handler) =>
      element.addEventListener(type, (event) => this.active && handler(event), { signal, passive: false });
    on("pointerdown", (event) => this.down(event));
    on("pointermove", (event) => this.move(event));
    on("pointerup", (event) => this.up(event));
    on("pointercancel", (event) => this.up(event));
    on("mousedown", (event) => event.preventDefault()); // the keys stay where they are
    on("contextmenu", (event) => event.preventDefault());
    on("wheel", (event) => this.wheel(event));
    on("focus", () => this.view.keys.focus());
    this.view.keys.addEventListener("blur", () => setTimeout(() => this.keep()), { signal });
  }

  /** A dialog that opens in the mirror takes the focus; the agent's keys go on as before. */
  keep() {
    if (this.active && document.activeElement?.localName === "iframe") this.view.keys.focus();
  }

  /** @param {boolean} active */
  allow(active) {
    this.active = active;
    if (!active) this.pickers.close();
  }

  /** @param {Act["do"]} what @param {Partial<Act>} [members] */
  act(what, members = {}) {
    this.flush();
    this.number += 1;
    this.emit({ t: "act", n: this.number, do: what, ...members });
  }

  /** What comes many times a second leaves once for each frame, and before all else. @param {Partial<Act> & { do: Act["do"] }} act */
  later(act) {
    if (this.waiting && this.waiting.do !== act.do) this.flush();
    const { dx = 0, dy = 0 } = this.waiting ?? {};
    this.waiting = act.do === "wheel" ? { ...act, dx: dx + Number(act.dx), dy: dy + Number(act.dy) } : act;
    this.frame ||= requestAnimationFrame(() => this.flush());
  }

  flush() {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    const { waiting } = this;
    this.waiting = null;
    if (waiting) this.act(waiting.do, waiting);
  }

  /** Where the hand is. @param {MouseEvent} event @returns {Partial<Act>} */
  place(event) {
    const found = this.surface.at(event);
    return { ...(found && { id: found.id, at: found.at }), ...this.surface.point(event), mods: modsOf(event) };
  }

  /** @param {PointerEvent} event */
  down(event) {
    const { clicks } = this;
    const { clientX: x, clientY: y, timeStamp: at, button } = event;
    const again = at - clicks.at < AGAIN_TIMEOUT && Math.hypot(x - clicks.x, y - clicks.y) < AGAIN_DISTANCE && button === clicks.button;
    this.clicks = { count: again ? clicks.count + 1 : 1, at, x, y, button };
    this.surface.element.setPointerCapture(event.pointerId);
    this.view.keys.focus();
    this.act("down", { ...this.place(event), button, count: this.clicks.count });
  }

  /** Of a drag the whole way counts: nothing of it is left out. @param {PointerEvent} event */
  move(event) {
    if (event.buttons) this.act("move", this.place(event));
    else this.later({ do: "move", ...this.place(event) });
  }

  /** @param {PointerEvent} event */
  up(event) {
    this.act("up", { ...this.place(event), button: event.button, count: this.clicks.count });
    const found = this.surface.at(event);
    if (found && event.button === 0) this.pickers.offer(found, event);
  }

  /** @param {WheelEvent} event */
  wheel(event) {
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE : 1;
    this.later({ do: "wheel", ...this.place(event), dx: event.deltaX * lines, dy: event.deltaY * lines });
  }
}
