// @ts-check
// What the browser gives, where a page has put something of its own in its place: zone.js, error trackers, old libraries.
// The bundler puts these names in the place of the globals in all of the customer's scripts, rrweb included (tandem.py), so
// that what Tandem does wakes nobody. A page's own function is used only where there is no other.

import { createElement, page } from "./nodes.js";

const NATIVE = /\{\s*\[native code\]\s*\}\s*$/;
const toText = Function.prototype.toString;
/** An observer of a window that has gone never fires in Safari. */
const OUTLIVES = !/^((?!chrom|android).)*safari/i.test(navigator.userAgent);

/** @typedef {Record<string, any>} Owner */

/** @param {unknown} found */
const isNative = (found) => typeof found === "function" && NATIVE.test(toText.call(found));

/** @returns {{ __symbol__?: (name: string) => string, root?: { run: (act: () => any) => any } } | undefined} */
const zone = () => /** @type {any} */ (globalThis).Zone;

/** What zone.js has kept of the browser's own; it says of its own functions that they are native. @param {Owner} owner @param {string} name @returns {any} */
function kept(owner, name) {
  const found = owner[zone()?.__symbol__?.(name) ?? `__zone_symbol__${name}`];
  return isNative(found) ? found : null;
}

/** @param {string} name @param {Owner} [owner] @returns {any} */
const pick = (name, owner = globalThis) => kept(owner, name) ?? owner[name];

const WANTED = `Node Element ShadowRoot EventTarget MutationObserver setTimeout clearTimeout setInterval clearInterval
  requestAnimationFrame cancelAnimationFrame queueMicrotask Map Set WeakMap WeakSet URL`.split(/\s+/);

/** @type {Owner | null} */
let untouched = null;
/** @type {Node | null} where the page does not see what comes and goes */
export let place = null;

/** What a window has that no script has changed; its frame goes at once, and with it all that was not taken. @returns {Owner} */
export function untouchedWindow() {
  if (untouched) return untouched;
  const frame = /** @type {HTMLIFrameElement} */ (createElement("iframe"));
  frame.hidden = true;
  (place ?? page.documentElement).appendChild(frame);
  const found = /** @type {Owner} */ (frame.contentWindow ?? window);
  untouched = Object.fromEntries(WANTED.map((name) => [name, found[name]]));
  frame.parentNode?.removeChild(frame);
  return untouched;
}

/** A class, though a page may call something else by its name. @param {string} name @param {string} sign what its objects have @returns {any} */
const real = (name, sign) => (/** @type {Owner} */ (globalThis)[name]?.prototype && sign in /** @type {Owner} */ (globalThis)[name].prototype ? /** @type {Owner} */ (globalThis)[name] : untouchedWindow()[name]);

export const Map = /* @__PURE__ */ real("Map", "has");
export const Set = /* @__PURE__ */ real("Set", "has");
export const WeakMap = /* @__PURE__ */ real("WeakMap", "has");
export const WeakSet = /* @__PURE__ */ real("WeakSet", "has");
export const URL = /* @__PURE__ */ real("URL", "searchParams");

export let MutationObserver = pick("MutationObserver");
export let setTimeout = pick("setTimeout");
export let clearTimeout = pick("clearTimeout");
export let setInterval = pick("setInterval");
export let clearInterval = pick("clearInterval");
export let requestAnimationFrame = pick("requestAnimationFrame");
export let cancelAnimationFrame = pick("cancelAnimationFrame");
export let queueMicrotask = pick("queueMicrotask");
let add = pick("addEventListener", EventTarget.prototype);
let remove = pick("removeEventListener", EventTarget.prototype);

/**
 * Take from an untouched window what the page has replaced and nobody has kept.
 * @param {Node} shadow a root in the page that the page does not see: it need not hear of the frame
 */
export function purify(shadow) {
  place = shadow;
  const clean = (/** @type {any} */ now, /** @type {string} */ name) => (isNative(now) ? now : untouchedWindow()[name].bind(window));
  setTimeout = clean(setTimeout, "setTimeout");
  clearTimeout = clean(clearTimeout, "clearTimeout");
  setInterval = clean(setInterval, "setInterval");
  clearInterval = clean(clearInterval, "clearInterval");
  requestAnimationFrame = clean(requestAnimationFrame, "requestAnimationFrame");
  cancelAnimationFrame = clean(cancelAnimationFrame, "cancelAnimationFrame");
  queueMicrotask = clean(queueMicrotask, "queueMicrotask");
  if (!isNative(MutationObserver) && OUTLIVES) MutationObserver = untouchedWindow().MutationObserver;
  if (isNative(add) && isNative(remove)) return;
  const { addEventListener, removeEventListener } = untouchedWindow().EventTarget.prototype;
  [add, remove] = [addEventListener, removeEventListener];
}

/** @param {EventTarget | null | undefined} target which not every browser has @param {any[]} how as addEventListener has it */
export const listen = (target, ...how) => target?.addEventListener && Reflect.apply(add, target, how);
/** @param {EventTarget | null | undefined} target @param {any[]} how as removeEventListener has it */
export const unlisten = (target, ...how) => target?.removeEventListener && Reflect.apply(remove, target, how);

/** @param {any[]} how */
export const addEventListener = (...how) => listen(window, ...how);
/** @param {any[]} how */
export const removeEventListener = (...how) => unlisten(window, ...how);
/** @param {any[]} how */
export const listenToDocument = (...how) => listen(document, ...how);
/** @param {any[]} how */
export const unlistenToDocument = (...how) => unlisten(document, ...how);

/** As Array.from. @param {any} list @param {(item: any, index: number) => any} [map] @returns {any[]} */
export function arrayFrom(list, map) {
  const items = list?.[Symbol.iterator] ? [...list] : Array.prototype.slice.call(list);
  return map ? items.map((item, index) => map(item, index)) : items;
}

const ENCODED = [Object.prototype, Array.prototype, String.prototype, Number.prototype, Boolean.prototype];
const { stringify: encode } = JSON; // its full name would be replaced, too

/** As JSON.stringify, whatever an old library says of how its objects are written. @param {any[]} what @returns {string} */
export function stringify(...what) {
  const found = ENCODED.map((owner) => Object.getOwnPropertyDescriptor(owner, "toJSON"));
  ENCODED.forEach((owner, at) => found[at]?.configurable && Reflect.deleteProperty(owner, "toJSON"));
  try {
    return Reflect.apply(encode, JSON, what);
  } finally {
    found.forEach((each, at) => each?.configurable && Object.defineProperty(ENCODED[at], "toJSON", each));
  }
}

/** Do something outside of the zone that called: what follows from it is none of an application's. @template T @param {() => T} act @returns {T} */
export const outside = (act) => (zone()?.root?.run ? /** @type {any} */ (zone()).root.run(act) : act());
