// @ts-check
// What lies over the mirrored page or screen: it takes the agent's pointer, and shows what was pointed at and drawn until it
// fades, just as the customer sees it.

import { Overlay } from "../shared/overlay.js";

/** @import { FromAgent } from "../shared/messages.d.ts" */
/** @import { Mirror } from "./mirror.js" */
/** @import { Screen } from "./screen.js" */

/** @typedef {Mirror | Screen} Scene */

export class Surface {
  /** @param {HTMLElement} element @param {HTMLCanvasElement} canvas @param {Scene} scene */
  constructor(element, canvas, scene) {
    this.element = element;
    this.scene = scene;
    this.echo = new Echo(canvas, scene);
  }

  /** Where an event happened, in what the customer's side counts in. @param {{ clientX: number, clientY: number }} event */
  point({ clientX, clientY }) {
    const { left, top, width, height } = this.element.getBoundingClientRect();
    const { units } = this.scene;
    const x = clamp((clientX - left) / width) * units.width;
    const y = clamp((clientY - top) / height) * units.height;
    return units.width === 1 ? { x, y } : { x: Math.round(x * 10) / 10, y: Math.round(y * 10) / 10 };
  }

  /** What lies where an event happened. @param {{ clientX: number, clientY: number }} event */
  at(event) {
    const { x, y } = this.point(event);
    return this.scene.at(x, y);
  }

  /** Fractions of a screen say so. @returns {{ unit?: "fraction" }} */
  get unit() {
    return this.scene.units.width === 1 ? { unit: "fraction" } : {};
  }

  /** Show what the customer is sent. @param {FromAgent} message */
  show(message) {
    this.echo.onMessage(message);
  }

  clear() {
    this.echo.clear();
  }
}

/** The customer's overlay, in the size that things have here. */
class Echo extends Overlay {
  /** @param {HTMLCanvasElement} canvas @param {Scene} scene */
  constructor(canvas, scene) {
    super(canvas, (id) => scene.rectOf(id));
    this.scene = scene;
  }

  /** @override @param {[number, number][]} points @returns {[number, number][]} */
  scaled(points) {
    const { clientWidth, clientHeight } = this.canvas;
    const { width, height } = this.scene.units;
    return points.map(([x, y]) => [(x / width) * clientWidth, (y / height) * clientHeight]);
  }
}

/** @param {number} value */
function clamp(value) {
  return Math.min(1, Math.max(0, value || 0));
}
