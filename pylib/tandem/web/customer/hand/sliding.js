// @ts-check
// A range input under the pointer: it goes to where it is pressed, and with the pointer until it is let go.

import { fire, fireChange, realmOf } from "./events.js";
import { setNatively } from "./kinds.js";

/** @import { Hit } from "../../shared/hit.js" */

/** Pixels; as large as the browsers' own, roughly. */
const THUMB = 16;

export class Sliding {
  /** @param {Hit} start @returns {Sliding | null} */
  static of(start) {
    return start.element.matches("input[type=range i]:enabled") ? new Sliding(start) : null;
  }

  /** @param {Hit} start */
  constructor(start) {
    this.range = /** @type {HTMLInputElement} */ (start.element);
    this.before = this.range.value;
    this.move(start);
  }

  /** @param {{ x: number, y: number }} point */
  move({ x, y }) {
    const { range } = this;
    const { left, bottom, width, height } = range.getBoundingClientRect();
    const along = height > width ? (bottom - y - THUMB / 2) / (height - THUMB) : (x - left - THUMB / 2) / (width - THUMB);
    const share = Math.min(1, Math.max(0, along));
    const backward = height <= width && realmOf(range).getComputedStyle(range).direction === "rtl";
    const [min, max] = [Number(range.min || 0), Number(range.max || 100)];
    slide(range, min + (backward ? 1 - share : share) * (max - min));
  }

  end() {
    if (this.range.value !== this.before) fireChange(this.range);
  }
}

/** @param {HTMLInputElement} range @param {number} value */
function slide(range, value) {
  const before = range.value;
  setNatively(range, "value", String(value)); // the browser puts it on a step
  if (range.value !== before) fire(range, "input", { cancelable: false });
}

/** One or more steps, as arrows do it. @param {HTMLInputElement} input range or number @param {number} steps */
export function step(input, steps) {
  if (stepped(input, steps)) fireChange(input);
}

/** The same while it goes on: `change` comes at its end. @param {HTMLInputElement} input @param {number} steps @returns {boolean} whether something has changed */
export function stepped(input, steps) {
  const before = input.value;
  const { min, max } = input;
  if (input.type === "range" && Math.abs(steps) === Infinity) setNatively(input, "value", steps < 0 ? min || "0" : max || "100");
  else if (input.type === "range" && input.step === "any") setNatively(input, "value", String(Number(before) + (steps * (Number(max || 100) - Number(min || 0))) / 100));
  else if (Number.isFinite(steps)) steps < 0 ? input.stepDown(-steps) : input.stepUp(steps);
  return input.value !== before && fire(input, "input", { cancelable: false });
}
