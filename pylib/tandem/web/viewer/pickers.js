// @ts-check
// What browsers draw by themselves cannot be mirrored: for lists that open, dates and colors the agent gets pickers of
// their own browser.

import { pastes } from "./keyboard.js";

/** @import { View } from "./view.js" */

/** @typedef {{ element: Element, id: number, at: [number, number, number, number] }} Found in the mirror */

const MAX_CHOICES = 8;
const DATES = ["date", "datetime-local", "month", "week", "time"];
/** Pixels at the end of a field for a date, which open its picker. */
const ICON = 28;

export class Pickers {
  /** @param {View} view @param {(id: number, values: string[]) => void} send @param {AbortSignal} signal */
  constructor({ choices, picker, surface, keys }, send, signal) {
    this.choices = choices;
    this.picker = picker;
    this.surface = surface;
    this.id = 0;
    for (const each of [choices, picker]) {
      each.addEventListener("change", () => send(this.id, [each.value]), { signal });
      each.addEventListener("blur", () => (each.hidden = true), { signal });
      // What a browser lets fall from a field takes the keys: of Escape, which closes it, only the end comes here.
      for (const type of /** @type {const} */ (["keydown", "keyup"])) each.addEventListener(type, (event) => leaves(/** @type {KeyboardEvent} */ (event)) && keys.focus(), { signal });
    }
    choices.addEventListener("change", () => keys.focus(), { signal });
  }

  close() {
    this.choices.hidden = this.picker.hidden = true;
  }

  /** @param {Found} found that was clicked @param {MouseEvent} event */
  offer({ element, id, at: [x, , width] }, event) {
    const list = /** @type {HTMLSelectElement | null} */ (element.closest("select"));
    const field = /** @type {HTMLInputElement} */ (element);
    if (list && !list.multiple && list.size < 2) this.list(list, id, event);
    else if (field.localName === "input" && (field.type === "color" || (DATES.includes(field.type) && x > width - ICON))) this.pick(field, id, event);
  }

  /** @param {HTMLSelectElement} list in the mirror @param {number} id @param {MouseEvent} event */
  list(list, id, event) {
    const { choices } = this;
    choices.replaceChildren(...[...list.options].map((option) => new Option(option.label, option.value, false, option.selected)));
    choices.size = Math.max(2, Math.min(MAX_CHOICES, list.options.length));
    this.open(choices, id, event);
  }

  /** @param {HTMLInputElement} field in the mirror @param {number} id @param {MouseEvent} event */
  pick(field, id, event) {
    const { picker } = this;
    const { type, min, max, step, value } = field;
    Object.assign(picker, { type, min, max, step, value, ariaLabel: this.choices.ariaLabel });
    this.open(picker, id, event);
    picker.showPicker?.();
  }

  /** @param {HTMLElement} element @param {number} id @param {MouseEvent} event */
  open(element, id, event) {
    this.id = id;
    const { left, top } = this.surface.getBoundingClientRect();
    Object.assign(element.style, { left: `${event.clientX - left}px`, top: `${event.clientY - top}px` });
    element.hidden = false;
    element.focus();
  }
}

/** What is pasted goes to the field itself: not all pickers take it. @param {KeyboardEvent} event */
const leaves = (event) => event.key === "Escape" || pastes(event);
