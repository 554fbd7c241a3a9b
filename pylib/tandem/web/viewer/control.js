// @ts-check
// Remote control: what the agent does on the mirrored page is asked of the customer's page, element by element. It works only
// once the customer has allowed it; the customer's side decides again for each.

/** @import { Act, FromAgent } from "../shared/messages.d.ts" */
/** @import { Surface } from "./surface.js" */

const MIN_HOVER_INTERVAL = 150;
const MAX_CHOICES = 8;
const CHOICE_TYPES = ["checkbox", "radio"];

export class Control {
  /**
   * @param {Surface} surface
   * @param {HTMLSelectElement} choices the agent's own list: a browser's cannot be mirrored
   * @param {(message: FromAgent) => void} send
   * @param {AbortSignal} signal
   */
  constructor(surface, choices, send, signal) {
    this.surface = surface;
    this.choices = choices;
    this.send = send;
    this.active = false;
    this.number = 0;
    this.hovered = 0;
    this.hoveredAt = 0;
    this.chosen = 0;
    /** @type {number | undefined} what was clicked last */
    this.clicked = undefined;
    const { element } = surface;
    element.addEventListener("click", (event) => this.active && this.click(event), { signal });
    element.addEventListener("dblclick", (event) => this.active && this.on(event, "double"), { signal });
    element.addEventListener("pointermove", (event) => this.active && this.hover(event), { signal });
    element.addEventListener("wheel", (event) => this.active && this.wheel(event), { signal, passive: false });
    element.addEventListener("keydown", (event) => this.active && this.key(event), { signal });
    element.addEventListener("paste", (event) => this.active && this.paste(event), { signal });
    choices.addEventListener("change", () => this.choose(), { signal });
    choices.addEventListener("blur", () => (choices.hidden = true), { signal });
    choices.addEventListener("keydown", ({ key }) => key === "Escape" && surface.element.focus(), { signal });
  }

  /** @param {boolean} active */
  allow(active) {
    this.active = active;
    if (!active) this.choices.hidden = true;
  }

  /** @param {Act["do"]} what @param {Partial<Act>} [members] */
  act(what, members = {}) {
    this.number += 1;
    this.send({ t: "act", n: this.number, do: what, ...members });
  }

  /** @param {MouseEvent} event @param {Act["do"]} what */
  on(event, what) {
    const found = this.surface.at(event);
    if (found) this.act(what, { id: found.id, ...this.surface.point(event) });
  }

  /** @param {MouseEvent} event */
  click(event) {
    const found = event.detail > 1 ? null : this.surface.at(event); // the second of a double click comes as one
    if (!found) return;
    const list = /** @type {HTMLSelectElement | null} */ (found.element.closest("select"));
    const box = /** @type {HTMLInputElement} */ (found.element);
    this.clicked = found.id;
    if (list && !list.multiple) this.offer(list, event);
    else if (box.localName === "input" && CHOICE_TYPES.includes(box.type)) this.act("check", { id: found.id, value: box.type === "radio" || !box.checked });
    else this.act("click", { id: found.id, ...this.surface.point(event) });
  }

  /** @param {HTMLSelectElement} list in the mirror @param {MouseEvent} event */
  offer(list, event) {
    const { choices, surface } = this;
    this.chosen = idOf(surface, list);
    choices.replaceChildren(...[...list.options].map((option) => new Option(option.label, option.value, false, option.selected)));
    choices.size = Math.max(2, Math.min(MAX_CHOICES, list.options.length));
    const { left, top } = surface.element.getBoundingClientRect();
    Object.assign(choices.style, { left: `${event.clientX - left}px`, top: `${event.clientY - top}px` });
    choices.hidden = false;
    choices.focus();
  }

  choose() {
    this.act("select", { id: this.chosen, value: this.choices.value });
    this.surface.element.focus();
  }

  /** @param {PointerEvent} event */
  hover(event) {
    if (event.timeStamp - this.hoveredAt < MIN_HOVER_INTERVAL) return;
    const found = this.surface.at(event);
    if (!found || found.id === this.hovered) return;
    Object.assign(this, { hovered: found.id, hoveredAt: event.timeStamp });
    this.act("hover", { id: found.id, ...this.surface.point(event) });
  }

  /** @param {WheelEvent} event */
  wheel(event) {
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    this.act("scroll", { id: this.surface.at(event)?.id, x: event.deltaX * lines, y: event.deltaY * lines });
  }

  /** Keys go to what has the focus on the customer's page. @param {KeyboardEvent} event */
  key(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && event.shiftKey) return this.surface.element.blur();
    if (["Shift", "CapsLock", "Dead", "Unidentified", "Process"].includes(event.key)) return;
    event.preventDefault();
    this.act("key", { key: event.key });
  }

  /** What is pasted becomes the content of the field that was clicked last. @param {ClipboardEvent} event */
  paste(event) {
    const text = event.clipboardData?.getData("text/plain");
    if (text && this.clicked !== undefined) this.act("type", { id: this.clicked, text });
  }
}

/** @param {Surface} surface @param {Element} element */
function idOf(surface, element) {
  return "replayer" in surface.scene ? surface.scene.replayer.getMirror().getId(element) : 0;
}
