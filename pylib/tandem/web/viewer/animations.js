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
    if (!Number.isInteger(payload?.n) || !Number.isInteger(payload.id) || !Array.isArray(payload.frames) || this.known.size > MAX) return;
    this.known.get(payload.n)?.animation?.cancel();
    this.known.delete(payload.n);
    if (payload.state === "idle") return;
    const frames = payload.frames.slice(0, MAX_FRAMES).map((/** @type {any} */ frame) => sanitized(frame, origin));
    const told = { ...payload, frames, at: performance.now() };
    this.known.set(payload.n, { told, element: null, animation: null });
    this.apply();
  }

  /** What has come into the mirror is animated. */
  apply() {
    for (const each of this.known.values()) {
      const element = this.nodeOf(each.told.id);
      if (element === each.element || !element || !("animate" in element)) continue;
      each.animation?.cancel();
      each.element = element;
      each.animation = played(/** @type {Element} */ (element), each.told);
    }
  }
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
