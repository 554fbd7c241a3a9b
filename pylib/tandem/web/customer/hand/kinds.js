// @ts-check
// Kinds of elements, as their keys and clicks differ.

import { bare, localName, matches, queryAll } from "../nodes.js";
import { contextOf } from "./contexts.js";

/** @typedef {HTMLInputElement | HTMLTextAreaElement} Field */

const TEXTS = new Set(["text", "search", "email", "tel", "url", "number", "password"]);
const DATES = new Set(["date", "datetime-local", "month", "week", "time"]);

/** @param {Element} element @returns {string} of an input, in small letters; else its tag */
export const kindOf = (element) => (localName(element) === "input" ? /** @type {HTMLInputElement} */ (element).type : localName(element));

/** @param {Element} element @returns {element is Field} */
export const isField = (element) => localName(element) === "textarea" || localName(element) === "input";

/** A field with a caret. @param {Element} element @returns {element is Field} */
export const isText = (element) => localName(element) === "textarea" || (localName(element) === "input" && TEXTS.has(kindOf(element)));

/** A field for a date or a time, made of sections. @param {Element} element @returns {element is HTMLInputElement} */
export const isDate = (element) => DATES.has(kindOf(element));

/** Whether it is there to be used. @param {Element} element */
export const isFree = (element) => !matches(element, ":disabled, :read-only:is(input, textarea)") || isChoice(element);

/** @param {Element} element */
const isChoice = (element) => ["checkbox", "radio", "range", "color", "button", "submit", "reset", "image"].includes(kindOf(element)) && !matches(element, ":disabled");

/** @param {Element} element */
export const isEditable = (element) => /** @type {HTMLElement} */ (element).isContentEditable === true;

/** Whether keys write into it. @param {Element} element */
export const isWriting = (element) => (isText(element) && isFree(element)) || isEditable(element) || contextOf(element) !== null;

/** Set a value as the browser does, past what frameworks put over it. @param {Element} element @param {string} name @param {unknown} value */
export function setNatively(element, name, value) {
  const setter = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(element), name)?.set;
  if (setter) setter.call(element, value);
  else Reflect.set(element, name, value);
}

/** What a field or an editor holds, to be compared. @param {Element} element */
export const contentOf = (element) => contextOf(element)?.text ?? (isField(element) ? element.value : `${queryAll(element, "*").length} ${bare(element).textContent}`);
