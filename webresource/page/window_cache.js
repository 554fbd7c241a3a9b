// @ts-check
// What the next start in the same agent session can use, kept on the top window: compiled modules and the snapshot.
// It is allocated in the top's own realm, so that no closed tab's frame stays alive; one build is kept for each provider,
// of at most two providers.

import { topReachable } from "./top.js";

/** @import { Page } from "./page_config.d.ts" */
/** @typedef {{ folder: string, build: string, modules: Record<string, WebAssembly.Module>, snapshot: Uint8Array }} Kept */

const KEY = Symbol.for("cotab.kept");
const LIMIT = 2;

/** @typedef {Window & typeof globalThis & { [KEY]?: Kept[] }} Top */

/** The top window, unless it is this page itself or of another origin. @returns {Top | null} */
const topWindow = () => (window.top !== window && topReachable() ? /** @type {Top} */ (window.top) : null);

/**
 * What is kept and whole: another version of this page, or anything else, may have written there.
 * @param {Top} top
 * @returns {Kept[]}
 */
function entries(top) {
  const found = top[KEY];
  return Array.isArray(found) ? found.filter((entry) => entry?.modules && entry.snapshot instanceof top.Uint8Array) : [];
}

/**
 * @param {string} build
 * @returns {Kept | null}
 */
export function kept(build) {
  const top = topWindow();
  return (top && entries(top).find((entry) => entry.build === build)) ?? null;
}

/** Keep nothing of this build any more. @param {string} build */
export function drop(build) {
  const top = topWindow();
  if (top) replace(top, entries(top).filter((entry) => entry.build !== build));
}

/** @param {Top} top @param {Kept[]} wanted in an array of the top's own realm */
function replace(top, wanted) {
  top[KEY] = Object.assign(new top.Array(), wanted);
}

/**
 * @param {Page} page
 * @param {Record<string, WebAssembly.Module>} modules
 * @param {Uint8Array} snapshot
 */
export function keep(page, modules, snapshot) {
  const top = topWindow();
  if (!top) return;
  const entry = new top.Object();
  const copies = new top.Object();
  for (const [name, module] of Object.entries(modules)) Object.assign(copies, { [name]: top.structuredClone(module) });
  const bytes = new top.Uint8Array(snapshot.length);
  bytes.set(snapshot);
  Object.assign(entry, { folder: page.folder, build: page.build, modules: copies, snapshot: bytes });
  const others = entries(top).filter((other) => other.folder !== page.folder).slice(-(LIMIT - 1));
  replace(top, [...others, /** @type {Kept} */ (entry)]);
}
