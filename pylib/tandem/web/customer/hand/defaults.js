// @ts-check
// What browsers do when a key is pressed that the page leaves to them.

import { listen, unlisten } from "../natives.js";
import { attributeOf, bare, closest, ownerOf, localName, matches } from "../nodes.js";
import { moveCaret } from "./caret.js";
import { keyInDate, tabInDate } from "./dates.js";
import { fire, heldKeys } from "./events.js";
import { radios, tab } from "./focus.js";
import { isDate, isEditable, isFree, isText, isWriting, kindOf } from "./kinds.js";
import { escape } from "./layers.js";
import { keyInList } from "./lists.js";
import { step } from "./sliding.js";
import { change } from "./text.js";
import { giveFocus, tellChange } from "./told.js";
import { selectAll } from "./unseen.js";
import { scrollByKey } from "./wheel.js";

/** @import { Act } from "../../shared/messages.d.ts" */
/** @import { Unit } from "./caret.js" */
/** @import { Journal } from "./journal.js" */
/** @import { Change } from "./text.js" */

/**
 * @typedef {object} Tools
 * @property {(element: Element) => boolean} allows
 * @property {Journal} journal
 * @property {(element: Element) => Element} scrolled what keys scroll if an element has the focus
 */

/** @typedef {{ key: string, text: string, shift: boolean, command: boolean, word: boolean, mac: boolean }} Stroke as the agent's keyboard means it */

const PRESSED = "button, summary, input:is([type=submit i], [type=button i], [type=reset i], [type=image i], [type=color i])";
const TICKED = "input:is([type=checkbox i], [type=radio i])";
/** What Control makes of letters where text has looks. */
const FORMATS = /** @type {Record<string, Change>} */ ({ b: "formatBold", i: "formatItalic", u: "formatUnderline" });
/** How much the keys move a range input. */
const STEPS = /** @type {Record<string, number>} */ ({ ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1, PageUp: 10, PageDown: -10, Home: -Infinity, End: Infinity });

/** @param {Act} act @returns {Stroke} */
function strokeOf({ key = "", text = "", mods, mac = false }) {
  const { shiftKey, ctrlKey, altKey, metaKey } = heldKeys(mods);
  return { key, text, mac, shift: shiftKey, command: mac ? metaKey : ctrlKey, word: mac ? altKey : ctrlKey };
}

/** @param {Element} element that has the focus @param {Act} act @param {Tools} tools */
export function byDefault(element, act, tools) {
  const stroke = strokeOf(act);
  if (stroke.key === "Tab") return (isDate(element) && tabInDate(element, stroke.shift)) || tab(element, stroke.shift, tools.allows);
  if (stroke.key === "Escape" && escape(element)) return;
  if (isWriting(element)) return write(element, stroke, tools.journal);
  if (inWidget(element, stroke)) return;
  if (stroke.key === "Enter" && activate(element)) return;
  if (!stroke.command && !isText(element) && !(stroke.key === " " && matches(element, `${PRESSED}, ${TICKED}`))) scrollByKey(tools.scrolled(element), stroke.key, stroke.shift);
}

/** @type {Element | null} what the space bar is held down on; a page may keep it from that */
let armed = null;

/** @param {Element | null} element */
export function arm(element) {
  armed = element;
}

/** The space bar presses when it is let go. @param {Element} element @param {Act} act */
export function onRelease(element, { key }) {
  if (key !== " ") return;
  if (element === armed && matches(element, `${PRESSED}, ${TICKED}`) && !matches(element, ":disabled")) /** @type {HTMLElement} */ (element).click();
  armed = null;
}

/** @param {Element} element @param {Stroke} stroke @returns {boolean} whether that was it */
function inWidget(element, { key, command }) {
  if (command || !isFree(element)) return false;
  const input = /** @type {HTMLInputElement} */ (element);
  if (localName(element) === "select") return keyInList(/** @type {HTMLSelectElement} */ (element), key);
  if (isDate(element)) return keyInDate(element, key);
  const steps = kindOf(element) === "range" && Object.hasOwn(STEPS, key) ? STEPS[key] : 0;
  if (steps) step(input, steps);
  return steps !== 0 || (kindOf(element) === "radio" && key.startsWith("Arrow") && choose(input, /Up|Left/.test(key) ? -1 : 1));
}

/** @param {HTMLInputElement} radio @param {number} way @returns {boolean} */
function choose(radio, way) {
  const group = radios(radio).filter((each) => !each.disabled);
  const next = group[(group.indexOf(radio) + way + group.length) % group.length];
  giveFocus(next, {});
  if (next !== radio) next.click();
  return true;
}

/** @param {Element} element @returns {boolean} whether Enter does something */
function activate(element) {
  const presses = matches(element, `a[href], area[href], ${PRESSED}`) && !matches(element, ":disabled");
  if (presses) /** @type {HTMLElement} */ (element).click();
  else if (localName(element) === "input") submit(/** @type {HTMLInputElement} */ (element));
  return presses || localName(element) === "input";
}

/** What Enter does in a form. @param {HTMLInputElement} field */
function submit(field) {
  const button = submitterOf(field);
  const form = field.form && bare(field.form);
  const texts = [...(form?.elements ?? [])].filter((each) => isText(each) || isDate(each));
  if (button) button.click();
  else if (texts.length < 2) form?.requestSubmit();
}

/** The button that Enter in a field presses. @param {HTMLInputElement} field @returns {HTMLElement | null} */
export function submitterOf({ form }) {
  const own = form && bare(form);
  const all = [...(own?.elements ?? []), ...(own?.querySelectorAll("input[type=image i]") ?? [])];
  return /** @type {HTMLElement | null} */ (all.find((each) => ["submit", "image"].includes(/** @type {HTMLButtonElement} */ (each).type)) ?? null);
}

/** @param {Element} element that is written in @param {Stroke} stroke @param {Journal} journal */
function write(element, stroke, journal) {
  const { key, text, shift, command } = stroke;
  const lines = localName(element) !== "input";
  if (key === "Enter" && !lines) {
    fire(element, "beforeinput", { inputType: "insertLineBreak", data: null });
    return leave(/** @type {HTMLInputElement} */ (element));
  }
  if (key === "Enter") return change(element, shift || isText(element) || isPlain(element) ? "insertLineBreak" : "insertParagraph", journal);
  if (key === "Backspace" || key === "Delete") return erase(element, stroke, journal);
  if (kindOf(element) === "number" && (key === "ArrowUp" || key === "ArrowDown")) return step(/** @type {HTMLInputElement} */ (element), key === "ArrowUp" ? 1 : -1);
  if (key === "Escape" && kindOf(element) === "search") return clear(/** @type {HTMLInputElement} */ (element), journal);
  if (command && /^[azy]$/i.test(key)) return combined(element, stroke, journal);
  if (command && Object.hasOwn(FORMATS, key) && isEditable(element) && !isPlain(element)) return change(element, FORMATS[key], journal);
  if (text) return change(element, "insertText", journal, text);
  if (move(element, stroke) || command) return;
  if (!isEditable(element)) scrollByKey(element, /^Page/.test(key) ? key : "", false);
}

/** @param {Element} element */
function isPlain(element) {
  const editor = closest(element, "[contenteditable]");
  return editor !== null && attributeOf(editor, "contenteditable") === "plaintext-only";
}

/** Enter ends what is written in a field: `change` comes first, and not again when the field is left. @param {HTMLInputElement} field */
function leave(field) {
  // The field is left for a moment without anybody being told: that is how a browser finds out whether it has changed.
  const quiet = (/** @type {Event} */ event) => event.stopImmediatePropagation();
  const realm = /** @type {Window} */ (field.ownerDocument.defaultView);
  const { selectionStart: start, selectionEnd: end } = field;
  for (const type of ["blur", "focusout", "focus", "focusin"]) listen(realm, type, quiet, true);
  field.blur();
  field.focus({ preventScroll: true });
  for (const type of ["blur", "focusout", "focus", "focusin"]) unlisten(realm, type, quiet, true);
  if (start !== null) field.setSelectionRange(start, end);
  tellChange(field);
  submit(field);
}

/** @param {Element} element @param {Stroke} stroke @param {Journal} journal */
function erase(element, { key, word, command, mac }, journal) {
  const kind = word ? "Word" : mac && command ? "SoftLine" : "Content";
  change(element, /** @type {Change} */ (`delete${kind}${key === "Backspace" ? "Backward" : "Forward"}`), journal);
}

/** @param {HTMLInputElement} field @param {Journal} journal */
function clear(field, journal) {
  if (!field.value) return;
  field.select();
  change(field, "deleteContentBackward", journal);
}

/** Select all, undo and redo. @param {Element} element @param {Stroke} stroke @param {Journal} journal */
function combined(element, { key, shift }, journal) {
  const letter = key.toLowerCase();
  if (letter === "a") isText(element) ? selectAll(element) : ownerOf(element).execCommand("selectAll");
  else if (letter === "z" && !shift) journal.undoes(element) && change(element, "historyUndo", journal);
  else change(element, "historyRedo", journal);
}

/** @param {Element} element @param {Stroke} stroke @returns {boolean} whether the caret was moved */
function move(element, { key, shift, command, word, mac }) {
  const way = /Left|Up|Home/.test(key) ? -1 : 1;
  /** @type {Unit | null} */
  let unit = null;
  if (key === "ArrowLeft" || key === "ArrowRight") unit = word ? "word" : command ? "lineboundary" : "character";
  else if (key === "ArrowUp" || key === "ArrowDown") unit = mac && command ? "documentboundary" : localName(element) === "input" ? "lineboundary" : "line";
  else if (key === "Home" || key === "End") unit = command ? "documentboundary" : "lineboundary";
  if (unit) moveCaret(element, way, unit, shift);
  return unit !== null;
}
