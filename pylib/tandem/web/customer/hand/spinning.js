// @ts-check
// The two small buttons that browsers draw at the end of a number: a press on one goes a step, or one after the other until it
// is let go.

import { matches } from "../nodes.js";
import { fireChange, realmOf } from "./events.js";
import { isFree } from "./kinds.js";
import { isTakenAway } from "./parts.js";
import { stepped } from "./sliding.js";

/** @import { Hit } from "../../shared/hit.js" */

/** Pixels; as wide as the browsers' own. */
const WIDTH = 15;
/** Milliseconds until a press goes on by itself, and from one step to the next. */
const DELAY = 500;
const INTERVAL = 100;

export class Spinning {
  /** @param {Hit} start @returns {Spinning | null} */
  static of({ element, x, y }) {
    if (!matches(element, "input[type=number i]") || !isFree(element)) return null;
    const box = element.getBoundingClientRect();
    const style = realmOf(element).getComputedStyle(element);
    const [width, from] = style.direction === "rtl" ? [style.paddingLeft, x - box.left - element.clientLeft] : [style.paddingRight, box.right - element.clientLeft - x];
    const isOver = from >= parseFloat(width) && from <= parseFloat(width) + WIDTH;
    if (!isOver || style.appearance === "textfield" || isTakenAway(element, "inner-spin-button")) return null;
    return new Spinning(/** @type {HTMLInputElement} */ (element), y < box.top + box.height / 2 ? 1 : -1);
  }

  /** @param {HTMLInputElement} field @param {1 | -1} way */
  constructor(field, way) {
    this.field = field;
    this.way = way;
    this.before = field.value;
    this.timer = setTimeout(() => this.goOn(), DELAY);
    stepped(field, way);
  }

  goOn() {
    if (stepped(this.field, this.way)) this.timer = setTimeout(() => this.goOn(), INTERVAL);
  }

  move() {}

  end() {
    clearTimeout(this.timer);
    if (this.field.value !== this.before) fireChange(this.field);
  }
}
