// @ts-check
// Where the agent points and draws, on a canvas over the page (or over the small picture of a shared screen). It fades by
// itself; while there is nothing to show, nothing runs.

/** @import { FromAgent, FromRelay } from "./messages.d.ts" */

/** @typedef {{ points: [number, number][], done: boolean, touched: number }} Stroke */

/** Milliseconds. */
const STAY_TIMEOUT = 3000;
const FADE_TIMEOUT = 1000;
const RED = "#c50f1f";
const MAX_STROKES = 100;
const MAX_POINTS = 5000;

export class Overlay {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {(id: number) => DOMRect | null} rectOf of the element to be highlighted
   */
  constructor(canvas, rectOf) {
    this.canvas = canvas;
    this.rectOf = rectOf;
    /** @type {{ x: number, y: number, touched: number } | null} */
    this.laser = null;
    /** @type {{ id: number, touched: number } | null} */
    this.mark = null;
    /** @type {Map<number, Stroke>} */
    this.strokes = new Map();
    this.frame = 0;
  }

  /** @param {FromAgent | FromRelay} message @returns {boolean} whether it was one for the overlay */
  onMessage(message) {
    const touched = performance.now();
    if (message.t === "laser") this.laser = isPoint(message) ? { x: Number(message.x), y: Number(message.y), touched } : null;
    else if (message.t === "highlight") this.mark = Number.isInteger(message.id) ? { id: Number(message.id), touched } : null;
    else if (message.t === "draw") this.draw(message, touched);
    else return false;
    this.run();
    return true;
  }

  /** @param {Extract<FromAgent, { t: "draw" }>} message @param {number} touched */
  draw({ stroke, points, done }, touched) {
    if (!Array.isArray(points)) return;
    const line = this.strokes.get(stroke) ?? { points: [], done: false, touched };
    const good = points.filter((point) => Array.isArray(point) && point.every(Number.isFinite));
    line.points = [...line.points, ...good].slice(-MAX_POINTS);
    Object.assign(line, { done: done === true, touched });
    this.strokes.set(stroke, line);
    for (const oldest of this.strokes.keys()) {
      if (this.strokes.size <= MAX_STROKES) break;
      this.strokes.delete(oldest);
    }
  }

  clear() {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.laser = this.mark = null;
    this.strokes.clear();
    this.canvas.getContext("2d")?.clearRect(0, 0, this.canvas.width, this.canvas.height);
  }

  run() {
    if (!this.frame) this.frame = requestAnimationFrame(() => this.paint());
  }

  paint() {
    this.frame = 0;
    const context = this.sized();
    if (!context) return;
    const now = performance.now();
    for (const [number, stroke] of this.strokes) {
      const strength = strengthOf(stroke.touched, now);
      if (strength <= 0) this.strokes.delete(number);
      else paintStroke(context, this.scaled(stroke.points), strength);
    }
    if (this.mark && !this.paintMark(context, strengthOf(this.mark.touched, now))) this.mark = null;
    if (this.laser && !this.paintLaser(context, strengthOf(this.laser.touched, now))) this.laser = null;
    if (this.laser || this.mark || this.strokes.size) this.run();
  }

  /** A clean canvas in CSS pixels. */
  sized() {
    const { canvas } = this;
    const ratio = devicePixelRatio || 1;
    const box = canvas.getBoundingClientRect();
    const [width, height] = [box.width * ratio, box.height * ratio].map(Math.round);
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const context = canvas.getContext("2d");
    context?.setTransform(ratio, 0, 0, ratio, 0, 0);
    context?.clearRect(0, 0, box.width, box.height);
    return context;
  }

  /** Points of a page as they are on this canvas over it. @param {[number, number][]} points @returns {[number, number][]} */
  scaled(points) {
    const { left, top } = this.canvas.getBoundingClientRect();
    return points.map(([x, y]) => [x - left, y - top]);
  }

  /** @param {CanvasRenderingContext2D} context @param {number} strength */
  paintLaser(context, strength) {
    const [[x, y]] = this.scaled([[this.laser?.x ?? 0, this.laser?.y ?? 0]]);
    context.globalAlpha = strength;
    for (const [radius, color] of /** @type {[number, string][]} */ ([[14, "rgb(197 15 31 / .25)"], [8, "#fff"], [6, RED]])) {
      context.fillStyle = color;
      context.beginPath();
      context.arc(x, y, radius, 0, 2 * Math.PI);
      context.fill();
    }
    return strength > 0;
  }

  /** @param {CanvasRenderingContext2D} context @param {number} strength */
  paintMark(context, strength) {
    const rect = this.mark && this.rectOf(this.mark.id);
    if (!rect || strength <= 0) return false;
    context.globalAlpha = strength;
    context.lineWidth = 4;
    context.strokeStyle = RED;
    const [[x, y], [right, bottom]] = this.scaled([
      [rect.left, rect.top],
      [rect.right, rect.bottom],
    ]);
    context.strokeRect(x - 4, y - 4, right - x + 8, bottom - y + 8);
    return true;
  }
}

/** The same over a picture of a shared screen: points are fractions. */
export class ScreenOverlay extends Overlay {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    super(canvas, () => null);
  }

  /** @override @param {[number, number][]} points @returns {[number, number][]} */
  scaled(points) {
    const { clientWidth, clientHeight } = this.canvas;
    return points.map(([x, y]) => [x * clientWidth, y * clientHeight]);
  }
}

/** @param {{ x?: number, y?: number }} message */
function isPoint({ x, y }) {
  return Number.isFinite(x) && Number.isFinite(y);
}

/** @param {number} touched @param {number} now @returns {number} from 1 to 0 */
function strengthOf(touched, now) {
  return Math.min(1, Math.max(0, 1 - (now - touched - STAY_TIMEOUT) / FADE_TIMEOUT));
}

/** @param {CanvasRenderingContext2D} context @param {[number, number][]} points @param {number} strength */
function paintStroke(context, points, strength) {
  context.globalAlpha = strength;
  context.lineWidth = 4;
  context.lineCap = context.lineJoin = "round";
  context.strokeStyle = RED;
  context.beginPath();
  for (const [x, y] of points) context.lineTo(x, y);
  context.stroke();
}
