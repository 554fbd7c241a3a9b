// @ts-check
// The residents of an agent's window, as they are known on the top window: one for each provider and build. A tab finds
// its own there. What is kept is made in the top's own realm, and is gone with the window.

import { inTop, topReachable } from "./top.js";

/** @import { Page } from "./page_config.d.ts" */
/** @import { Place as TabPlace } from "./place.js" */
/** @import { ResidentSession } from "./resident_session.js" */

/** @typedef {TabPlace} Place where a tab is */
/**
 * What a tab tells of itself. Texts, so that nothing of the tab's own is kept when it is gone.
 * @typedef {object} Visitor
 * @property {string} page its `Page` as JSON
 * @property {string} texts as JSON
 * @property {string} language
 * @property {string} query
 * @property {string} conversation
 * @property {Place} place
 * @property {Document} document
 * @property {(text: string) => Promise<boolean>} copy
 * @property {() => string} violations as JSON
 * @property {() => void} up the tab is being served
 * @property {() => void} logged there is a new line in the session's log
 * @property {(owed: boolean) => void} lost the resident is gone; the tab may owe an Ended now
 * @property {() => void} taken another tab shows the session now
 */
/** @typedef {{ attach(visitor: Visitor): "later" | "no" | ResidentSession, retire(): void, window: Window }} Door */
/** @typedef {{ doors: Record<string, Door>, refused: Record<string, string>, late: Record<string, string>, asked: Record<string, boolean> }} Registry */

const KEY = Symbol.for("cotab.residents");

/** @param {Page} page */
export const residentId = ({ folder, build }) => `${folder}/${build}`;

/** @returns {Registry | null} null where the top window cannot be reached, or is this page itself */
export function registry() {
  if (window.top === window || !topReachable()) return null;
  const top = /** @type {any} */ (window.top);
  if (!top[KEY]) {
    const made = new top.Object();
    for (const part of ["doors", "refused", "late", "asked"]) made[part] = new top.Object();
    top[KEY] = made;
  }
  return top[KEY];
}

/** @param {Page} page @returns {Door | null} */
export function doorOf(page) {
  const door = registry()?.doors[residentId(page)];
  return door && !door.window.closed ? door : null;
}

/** Have tabs of this window start by themselves from now on, unless they find a resident. @param {Page} page @param {string} reason */
export function refuse(page, reason) {
  const found = registry();
  if (found) found.refused[residentId(page)] ??= reason;
}

/** Have tabs of this window wait for the resident no more: it may come yet, and is welcome. @param {Page} page @param {string} reason */
export function giveUp(page, reason) {
  const found = registry();
  if (found) found.late[residentId(page)] = reason;
}

/** Why tabs of this window do not wait for a resident, if so. @param {Page} page @returns {string | undefined} */
export function refusal(page) {
  const found = registry();
  return found?.refused[residentId(page)] ?? found?.late[residentId(page)];
}

/** Return the side pane of this resident, if Dynamics has side panes and there is one. @param {Page} page */
export function paneOf(page) {
  try {
    return inTop("Xrm", "App", "sidePanes")?.getPane(residentId(page)) ?? null;
  } catch {
    return null;
  }
}
