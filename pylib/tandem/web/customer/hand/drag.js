// @ts-check
// HTML5 drag and drop: what is draggable goes with the pointer, and the page's own handlers decide where it may be dropped.

import { isConnected, matches } from "../nodes.js";
import { chainOf, fire, realmOf } from "./events.js";

/** What is dragged by itself where the page says nothing. */
const DRAGGABLE = "[draggable=true], img:not([draggable=false]), a[href]:not([draggable=false])";

/** What may be done with what is dragged, in the order in which browsers choose. */
const EFFECTS = ["copy", "link", "move"];
const ALLOWED = /^(none|copy|copyLink|copyMove|link|linkMove|move|all|uninitialized)$/;
/** Only those who let it go, and those who get it, may read it. */
const READS = /^(dragstart|drop)$/;

export class Drag {
  /** @param {Element} source @param {object} at where and how, for its events */
  constructor(source, at) {
    this.source = source;
    this.allowed = "uninitialized";
    this.proposed = "none"; // by whom it is over
    this.effect = "none"; // what would be done if it was dropped here
    this.phase = "";
    this.dataTransfer = this.effectful(new (realmOf(source).DataTransfer)());
    /** @type {Element | null} */
    this.over = null;
    this.started = this.fire(source, "dragstart", at);
  }

  /** One that a script has made keeps no effects, and hides nothing. @param {DataTransfer} made */
  effectful(made) {
    const { getData } = made;
    return Object.defineProperties(made, {
      effectAllowed: {
        get: () => this.allowed,
        set: (value) => {
          if (this.phase === "dragstart" && ALLOWED.test(value)) this.allowed = value;
        },
      },
      dropEffect: {
        get: () => this.proposed,
        set: (value) => {
          if (["none", ...EFFECTS].includes(value)) this.proposed = value;
        },
      },
      getData: { value: (/** @type {string} */ format) => (READS.test(this.phase) ? getData.call(made, format) : "") },
    });
  }

  /** @param {string} effect */
  allows(effect) {
    return EFFECTS.includes(effect) && (/^(all|uninitialized)$/.test(this.allowed) || this.allowed.toLowerCase().includes(effect));
  }

  /** @param {Element} target @param {string} type @param {object} at */
  fire(target, type, at) {
    const { dataTransfer } = this;
    this.phase = type;
    if (/enter|over/.test(type)) this.proposed = EFFECTS.find((each) => this.allows(each)) ?? "none";
    else this.proposed = /drop|end/.test(type) ? this.effect : "none";
    const goes = fire(target, type, { ...at, dataTransfer, cancelable: !/leave|end/.test(type) });
    if (type === "dragover") this.effect = !goes && this.allows(this.proposed) ? this.proposed : "none";
    return goes;
  }

  /** @param {Element | null} target @param {object} at */
  move(target, at) {
    this.fire(this.source, "drag", at);
    if (target !== this.over) {
      const { over } = this;
      this.over = target;
      if (target) this.fire(target, "dragenter", { ...at, relatedTarget: over });
      if (over && isConnected(over)) this.fire(over, "dragleave", { ...at, relatedTarget: target });
    }
    this.effect = "none";
    if (target) this.fire(target, "dragover", at);
  }

  /** @param {Element | null} target @param {object} at */
  drop(target, at) {
    if (!target) this.effect = "none";
    if (target && this.effect !== "none") this.fire(target, "drop", at);
    else if (this.over && isConnected(this.over)) this.fire(this.over, "dragleave", at);
    this.fire(this.source, "dragend", at);
  }
}

/** What would be dragged from here. @param {Element} element */
export const draggable = (element) => chainOf(element).find((each) => matches(each, DRAGGABLE)) ?? null;
