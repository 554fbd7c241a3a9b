// @ts-check
// Animations of the customer's scripts, played in the mirror: from where they are, and anew where the mirror has made an
// element anew.

import { sanitizeCss } from "./addresses.js";

/** @typedef {{ n: number, id: number, state: string, rate: number, time: number | null, timing: any, frames: any[], at: number }} Told */

const MAX = 1000;
const MAX_FRAMES = 100;
const NAME = /^(?:--[\w-]{1,60}|[a-z]{1,40})$/i;

export class Animations {
  /** @param {(id: number) => Node | null} nodeOf */
  constructor(nodeOf) {
    this.nodeOf = nodeOf;
    /** @type {Map<number, { told: Told, element: Node | null, animation: Animation | null }>} */
    this.known = new Map();
  }

  /** A snapshot: what is told of the page from now on is told anew. */
  clear() {
    this.known.clear();
  }

  /** @param {any} payload @param {string} origin of the mirrored page */
  onTold(payload, origin) {
    if (!Number.isInteger(payload?.n) || !Number.isInteger(payload.id) || !Array.isArray(payload.frames)) return;
    this.drop(payload.n);
    if (payload.state === "idle") return;
    const frames = payload.frames.slice(0, MAX_FRAMES).map((/** @type {any} */ frame) => sanitized(frame, origin));
    const told = { ...payload, frames, at: performance.now() };
    this.known.set(payload.n, { told, element: null, animation: null });
    this.apply();
    for (const [first] of this.known) if (this.known.size > MAX) this.drop(first);
  }

  /** @param {number} n */
  drop(n) {
    this.known.get(n)?.animation?.cancel();
    this.known.delete(n);
  }

  /** What has come into the mirror is animated; what has gone is not kept, but may come again. */
  apply() {
    for (const [n, each] of this.known) {
      const element = this.nodeOf(each.told.id);
      if (each.animation && isOver(each.animation)) this.drop(n);
      else if (element !== each.element) {
        each.animation?.cancel();
        each.element = element;
        each.animation = element && "animate" in element ? played(/** @type {Element} */ (element), each.told) : null;
      }
    }
  }
}

/** Whether nothing more is seen of an animation, unless it is told anew. @param {Animation} animation */
function isOver({ playState, replaceState, effect }) {
  return replaceState === "removed" || (playState === "finished" && effect?.getComputedTiming().fill === "none");
}

/** @param {Element} element @param {Told} told @returns {Animation | null} */
function played(element, { frames, timing, rate, time, state, at }) {
  try {
    const { iterations, ...rest } = timing;
    const animation = element.animate(frames, { ...rest, iterations: iterations < 0 ? Infinity : iterations });
    animation.playbackRate = Number(rate) || 0;
    if (time !== null) animation.currentTime = state === "running" ? time + (performance.now() - at) * animation.playbackRate : time;
    if (state === "paused") animation.pause();
    return animation;
  } catch {
    return null; // nothing that a browser could play
  }
}

/** @param {any} frame @param {string} origin */
function sanitized(frame, origin) {
  const parts = Object.entries(frame ?? {}).filter(([name]) => NAME.test(name));
  return Object.fromEntries(parts.map(([name, value]) => [name, typeof value === "string" ? sanitizeCss(value, origin) : typeof value === "number" ? value : null]));
}
