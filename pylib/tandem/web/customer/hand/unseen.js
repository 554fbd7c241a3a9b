// @ts-check
// The caret of fields for numbers and addresses where the browser neither tells it nor lets a script move it (Firefox). It is
// counted here from where the agent's hand has put it, and what is typed there goes in with the whole of the text, through the
// browser's own editing.

import { listen, unlisten } from "../natives.js";
import { fire, realmOf } from "./events.js";
import { isText, setNatively } from "./kinds.js";
import { piecesOf } from "./segments.js";

/** @import { Field } from "./kinds.js" */

/** @typedef {Pick<Field, "value" | "selectionStart" | "selectionEnd" | "selectionDirection" | "setSelectionRange">} Caret what tells and takes the caret of a field */

/** Whether fields have selections of their own, out of reach of the document's. */
export const APART = CSS.supports("-moz-appearance", "none");

/** Milliseconds after which a browser has told of a selection, on a busy machine too. */
const SOON = 200;

/** @type {WeakMap<Field, Counted>} */
let carets = new WeakMap();

/** The customer has used the page: carets are where they have put them. */
export function forgetCarets() {
  carets = new WeakMap();
}

/** The browser has changed it where it has its caret. @param {Element} field */
export const forgetCaret = (field) => void carets.delete(/** @type {Field} */ (field));

/** @param {Element} element @returns {element is Field} */
export const isUnseen = (element) => APART && isText(element) && element.selectionStart === null;

/** @param {Field} field @returns {Caret} the field itself, unless it keeps its caret to itself */
export const caretOf = (field) => (isUnseen(field) ? countedOf(field) : field);

/** @param {Field} field @returns {Counted} */
function countedOf(field) {
  const known = carets.get(field) ?? new Counted(field);
  carets.set(field, known);
  if (known.made !== field.value) known.see(field.value, field.value.length); // a value that a page sets moves it to the end
  return known;
}

/** Select all that is in a field. @param {Field} field */
export function selectAll(field) {
  field.select();
  if (isUnseen(field)) countedOf(field).setSelectionRange(0, Infinity);
}

/** Whether a key would move a caret from where nobody knows. @param {Element} element that has the focus @param {string} key @param {string} mods */
export function isLost(element, key, mods) {
  if (!isUnseen(element) || countedOf(element).selectionStart !== null) return false;
  if (/^Arrow[UD]/.test(key) && element.type === "number") return false; // it steps
  const moves = /^Arrow[LR]/.test(key) || (mods.includes("s") && /^(Arrow|Home$|End$)/.test(key));
  return moves || (/[cam]/.test(mods) && /^(Backspace|Delete)$/.test(key));
}

/** A caret that is counted. @implements {Caret} */
class Counted {
  /** @param {Field} field */
  constructor(field) {
    this.field = field;
    /** @type {number | null} null: where the browser has it */
    this.selectionStart = null;
    /** @type {number | null} */
    this.selectionEnd = null;
    /** @type {Field["selectionDirection"]} */
    this.selectionDirection = "none";
    this.value = this.made = field.value;
  }

  /** @param {string} text that is shown @param {number} at */
  see(text, at) {
    this.made = this.field.value;
    this.value = text;
    this.setSelectionRange(at, at);
  }

  /** @param {number | null} start @param {number | null} end @param {"forward" | "backward" | "none"} [direction] */
  setSelectionRange(start, end, direction = "none") {
    const { length } = this.value;
    Object.assign(this, { selectionStart: Math.min(start ?? 0, length), selectionEnd: Math.min(end ?? 0, length), selectionDirection: direction });
  }

  /**
   * A field may show more than its value: "1." is 1. Or something else of the same length: "1,5", as its language has it.
   * @param {string} shown
   * @returns {boolean} whether it is that
   */
  reads(shown) {
    const { length } = this.value;
    if (!shown.startsWith(this.value) && shown.length !== length) return false;
    const [start, end] = [this.selectionStart, this.selectionEnd].map((at) => (at === length ? shown.length : at));
    Object.assign(this, { value: shown, selectionStart: start, selectionEnd: end });
    return true;
  }

  /** What is selected, or what a deletion takes away. @param {string} inputType @returns {[number, number]} */
  range(inputType) {
    const [start, end] = [Number(this.selectionStart), Number(this.selectionEnd)];
    if (start !== end) return [start, end];
    const one = (/** @type {string[]} */ parts, /** @type {number} */ at) => parts.at(at)?.length ?? 0;
    if (inputType.endsWith("Backward")) return [start - one(signs(this.value.slice(0, start)), -1), end];
    return [start, inputType.endsWith("Forward") ? end + one(signs(this.value.slice(end)), 0) : end];
  }
}

/** @param {string} text */
const signs = (text) => piecesOf(text).map(({ segment }) => segment);

/**
 * Change a field at its counted caret.
 * @param {Element} element
 * @param {string} inputType
 * @param {string} data
 * @returns {boolean} whether that was done here; the browser knows the caret otherwise
 */
export function changeUnseen(element, inputType, data) {
  if (!isUnseen(element) || /^history/.test(inputType)) return false;
  const counted = countedOf(element);
  if (counted.selectionStart === null) return false;
  const [start, end] = counted.range(inputType);
  const { maxLength } = element;
  const room = maxLength < 0 ? Infinity : maxLength - counted.value.length + end - start;
  const put = /^insert(?!Line|Par)/.test(inputType) ? data.replace(/[\r\n]/g, "").slice(0, Math.max(0, room)) : "";
  if ((put || start < end) && room >= 0) rewrite(element, counted, { inputType, data: put || null });
  return true;
}

/** @param {Field} field @param {Counted} counted @param {{ inputType: string, data: string | null }} members of the event */
function rewrite(field, counted, members) {
  const quiet = (/** @type {Event} */ event) => event.isTrusted && (event.type !== "select" || event.target === field) && event.stopImmediatePropagation();
  const realm = realmOf(field);
  const around = [realm, field.getRootNode()];
  for (const type of ["beforeinput", "input"]) listen(realm, type, quiet, true);
  for (const each of around) listen(each, "select", quiet, true);
  field.select();
  const shown = String(field.ownerDocument.getSelection());
  const put = members.data ?? "";
  const isRead = counted.reads(shown);
  const [start, end] = counted.range(members.inputType);
  const text = shown.slice(0, start) + put + shown.slice(end);
  if (isRead) field.ownerDocument.execCommand(text ? "insertText" : "delete", false, text);
  else letGo(field);
  for (const type of ["beforeinput", "input"]) unlisten(realm, type, quiet, true);
  setTimeout(() => around.forEach((each) => unlisten(each, "select", quiet, true)), SOON);
  if (!isRead) return;
  counted.see(text, start + put.length);
  fire(field, "input", { ...members, cancelable: false });
}

/** Leave nothing selected in a field of which the browser does not tell what it shows. @param {Field} field */
function letGo(field) {
  const { value } = field;
  setNatively(field, "value", "");
  setNatively(field, "value", value);
}
