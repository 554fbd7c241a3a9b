// @ts-check
// HTML5 drag and drop: what is draggable goes with the pointer, and the page's own handlers decide where it may be dropped.

import { chainOf, fire, realmOf } from "./events.js";

/** What is dragged by itself where the page says nothing. */
const DRAGGABLE = "[draggable=true], img:not([draggable=false]), a[href]:not([draggable=false])";

export class Drag {
  /** @param {Element} source @param {object} at where and how, for its events */
  constructor(source, at) {
    this.source = source;
    this.dataTransfer = new (realmOf(source).DataTransfer)();
    /** @type {Element | null} */
    this.over = null;
    this.welcome = false; // whether it may be dropped here
    this.started = this.fire(source, "dragstart", at);
  }

  /** @param {Element} target @param {string} type @param {object} at */
  fire(target, type, at) {
    const { dataTransfer } = this;
    return fire(target, type, { ...at, dataTransfer, cancelable: !/leave|end/.test(type) });
  }

  /** @param {Element | null} target @param {object} at */
  move(target, at) {
    this.fire(this.source, "drag", at);
    if (target !== this.over) {
      const { over } = this;
      this.over = target;
      if (target) this.fire(target, "dragenter", { ...at, relatedTarget: over });
      if (over?.isConnected) this.fire(over, "dragleave", { ...at, relatedTarget: target });
    }
    this.welcome = target !== null && !this.fire(target, "dragover", at);
  }

  /** @param {Element | null} target @param {object} at */
  drop(target, at) {
    if (target && this.welcome) this.fire(target, "drop", at);
    else if (this.over?.isConnected) this.fire(this.over, "dragleave", at);
    this.fire(this.source, "dragend", at);
  }
}

/** What would be dragged from here. @param {Element} element */
export const draggable = (element) => chainOf(element).find((each) => each.matches(DRAGGABLE)) ?? null;
