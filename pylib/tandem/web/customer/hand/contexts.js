// @ts-check
// Editors that take their text from the browser without an element that is written in (EditContext): they draw it, and their
// caret, themselves. No command reaches them, so what a browser does for a key is done here.

import { reachOf } from "./segments.js";

/**
 * What newer engines alone know.
 * @typedef {EventTarget & {
 *   text: string, selectionStart: number, selectionEnd: number,
 *   updateText: (start: number, end: number, text: string) => void, updateSelection: (start: number, end: number) => void,
 * }} Context
 */

/** @param {Element} element @returns {Context | null} */
export function contextOf(element) {
  const { editContext } = /** @type {any} */ (element); // which a page may call something of its own
  return typeof editContext?.updateText === "function" ? editContext : null;
}

/** Change the text of one, as the event before has said; a new line is the page's own to make. @param {Context} context @param {string} inputType @param {string} data */
export function editIn(context, inputType, data) {
  const text = /^insert(?!Line|Par)/.test(inputType) ? data : "";
  const [start, end] = text ? selected(context) : deleted(context, inputType);
  if (start === end && !text) return;
  context.updateText(start, end, text);
  const at = start + text.length;
  context.updateSelection(at, at);
  const Kind = /** @type {any} */ (globalThis).TextUpdateEvent;
  context.dispatchEvent(new Kind("textupdate", { text, updateRangeStart: start, updateRangeEnd: end, selectionStart: at, selectionEnd: at }));
}

/** @param {Context} context @returns {[number, number]} */
const selected = ({ selectionStart: start, selectionEnd: end }) => [Math.min(start, end), Math.max(start, end)];

/** @param {Context} context @param {string} inputType @returns {[number, number]} */
function deleted(context, inputType) {
  const [start, end] = selected(context);
  return start !== end && inputType.startsWith("delete") ? [start, end] : reachOf(context.text, start, inputType);
}
