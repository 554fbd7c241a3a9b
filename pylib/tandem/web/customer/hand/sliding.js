// @ts-check
// A range input under the pointer: it goes to where it is pressed, and with the pointer until it is let go.

import { listen, unlisten } from "../natives.js";
import { attributeOf, createElement, matches } from "../nodes.js";
import { fire, fireChange, fireInput, realmOf } from "./events.js";
import { setNatively } from "./kinds.js";
import { APART } from "./unseen.js";

/** @import { Hit } from "../../shared/hit.js" */

/** Pixels; as large as the browsers' own, roughly. */
const THUMB = 16;

export class Sliding {
  /** @param {Hit} start @returns {Sliding | null} */
  static of(start) {
    return matches(start.element, "input[type=range i]:enabled") ? new Sliding(start) : null;
  }

  /** @param {Hit} start */
  constructor(start) {
    this.range = /** @type {HTMLInputElement} */ (start.element);
    this.before = this.range.value;
    this.isTold = false; // Firefox takes the events for a user's, and tells by itself
    this.hear = () => void (this.isTold = true);
    listen(this.range, "change", this.hear, true);
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
    const before = this.isTold;
    slide(range, min + (backward ? 1 - share : share) * (max - min));
    this.isTold = before; // what a page says of it meanwhile is not the browser's word
  }

  end() {
    unlisten(this.range, "change", this.hear, true);
    if (this.range.value !== this.before && !this.isTold) fireChange(this.range);
  }
}

/** @param {HTMLInputElement} range @param {number} value */
function slide(range, value) {
  const before = range.value;
  setNatively(range, "value", String(value)); // the browser puts it on a step
  if (range.value !== before) fireInput(range);
}

/** One or more steps, as arrows do it. @param {HTMLInputElement} input range or number @param {number} steps */
export function step(input, steps) {
  if (stepped(input, steps)) fireChange(input);
}

/** The same while it goes on: `change` comes at its end. @param {HTMLInputElement} input @param {number} steps @returns {boolean} whether something has changed */
export function stepped(input, steps) {
  const value = valueAfter(input, steps);
  const told = { inputType: APART ? "insertReplacementText" : "insertText", data: value, cancelable: !APART };
  if (value === input.value || (input.type === "number" && !fire(input, "beforeinput", told))) return false;
  setNatively(input, "value", value);
  return APART && input.type === "number" ? fire(input, "input", told) : fireInput(input);
}

/** One that counts as an input does, and is nothing of the page's own making. @param {HTMLInputElement} input */
function plainOf(input) {
  const like = /** @type {HTMLInputElement} */ (createElement("input"));
  for (const name of ["type", "min", "max", "step", "value"]) {
    const given = attributeOf(input, name);
    if (given !== null) like.setAttribute(name, given);
  }
  return like;
}

/** @param {HTMLInputElement} input @param {number} steps @returns {string} */
function valueAfter(input, steps) {
  const like = plainOf(input);
  const put = (/** @type {number | string} */ value) => setNatively(like, "value", String(value));
  const { type, step, value } = input;
  const [min, max] = type === "range" ? [Number(input.min || 0), Number(input.max || 100)] : [Number(input.min || -Infinity), Number(input.max || Infinity)];
  if (Math.abs(steps) === Infinity) put(steps < 0 ? min : max);
  else if (step.toLowerCase() === "any") put(Math.min(max, Math.max(min, Number(value) + steps * (type === "range" ? (max - min) / 100 : 1))));
  else {
    put(value);
    steps < 0 ? like.stepDown(-steps) : like.stepUp(steps);
  }
  return like.value;
}
