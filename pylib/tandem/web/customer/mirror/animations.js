// @ts-check
// Animations that scripts make: no change of the document tells of them. What one shows is told when it is made and when a
// script acts on it; in between it goes on by itself on both sides.

import { maskStyle } from "../attributes.js";
import { elementOf } from "../policy.js";
import { Hooks, unheard } from "./hooks.js";

const ACTS = ["play", "pause", "reverse", "finish", "cancel", "updatePlaybackRate", "currentTime", "startTime", "playbackRate", "effect"];
const MAX_FRAMES = 100;

export class Animations {
  /** @param {(payload: any) => void} emit @param {(node: Node) => number} idOf */
  constructor(emit, idOf) {
    this.emit = emit;
    this.idOf = idOf;
    this.count = 0;
    /** @type {WeakMap<Animation, number>} */
    this.numbers = new WeakMap();
    /** @type {Set<Animation>} */
    this.touched = new Set();
    /** @type {Set<Element | Document | ShadowRoot>} where there may be new ones */
    this.places = new Set();
    this.hooks = new Hooks();
    this.isAsked = false;
  }

  stop() {
    this.hooks.stop();
    this.touched.clear();
    this.places.clear();
  }

  /** @param {any} page a window */
  watch(page) {
    const act = (/** @type {Animation} */ animation) => this.later(null, animation);
    this.hooks.into(page, [
      [page.Element, "animate", (element) => this.later(element)],
      ...ACTS.map((name) => /** @type {[any, string, typeof act]} */ ([page.Animation, name, act])),
    ]);
  }

  /** @param {Element | Document | ShadowRoot | null} place @param {Animation} [animation] */
  later(place, animation) {
    if (place) this.places.add(place);
    if (animation && this.numbers.has(animation)) this.touched.add(animation);
    if (this.isAsked) return;
    this.isAsked = true;
    queueMicrotask(() => this.look());
  }

  look() {
    this.isAsked = false;
    if (!this.hooks.isOn) return; // it has stopped meanwhile
    const [places, touched] = [[...this.places], new Set(this.touched)];
    this.places.clear();
    this.touched.clear();
    unheard(() => {
      for (const place of places) for (const each of place.getAnimations()) if (isOfScript(each)) touched.add(each);
      for (const each of touched) this.tell(each);
    });
  }

  /** @param {Animation} animation */
  tell(animation) {
    const effect = /** @type {KeyframeEffect | null} */ (animation.effect);
    const target = effect?.target ? elementOf(effect.target) : null;
    const id = target && !effect?.pseudoElement ? this.idOf(target) : -1;
    if (id < 0 || !effect) return;
    if (!this.numbers.has(animation)) this.numbers.set(animation, ++this.count);
    if (animation.pending) return void animation.ready.then(() => this.later(null, animation), () => {}); // until then it has its old rate
    const { playState: state, playbackRate: rate, currentTime: time } = animation;
    const { delay, duration, endDelay, iterations, iterationStart, direction, easing, fill } = effect.getTiming();
    const timing = { delay, duration, endDelay, iterations: Number.isFinite(iterations) ? iterations : -1, iterationStart, direction, easing, fill, composite: effect.composite };
    const frames = effect.getKeyframes().slice(0, MAX_FRAMES).map(masked);
    this.emit({ n: this.numbers.get(animation), id, state, rate, time: typeof time === "number" ? time : null, timing, frames });
  }
}

/** Others are the same on both sides by their style sheets. @param {any} animation */
function isOfScript(animation) {
  const page = animation.effect?.target?.ownerDocument.defaultView;
  const known = page && [page.CSSAnimation, page.CSSTransition].some((type) => type && animation instanceof type);
  return Boolean(page) && !known && animation.timeline === animation.effect.target.ownerDocument.timeline;
}

/** @param {Record<string, any>} frame */
function masked({ computedOffset, offset, easing, composite, ...properties }) {
  const style = Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, maskStyle(String(value), name)]));
  return { ...style, offset: offset ?? computedOffset, easing, composite };
}
