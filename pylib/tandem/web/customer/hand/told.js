// @ts-check
// What has the focus, and whether the page knows. In a window that the customer is not in (the agent acts while they look
// elsewhere) browsers move the focus and tell nobody: what they would say is said here, in their order. In a frame of another
// origin that the customer has not used yet, Safari moves it for no script at all: there the agent's keys have one of their own.

import { shows } from "../../shared/visible.js";
import { listen, unlisten } from "../natives.js";
import { attributeOf, bare, isConnected, ownerOf } from "../nodes.js";
import { rootOf } from "../roots.js";
import { fire, fireChange } from "./events.js";
import { isEditable, isField } from "./kinds.js";

/** What the agent has gone to, and the browser has not given the focus. @type {Element | null} */
let lent = null;
/** @type {WeakSet<Element>} of which the browser says nothing, for it was lent to them */
const unheard = new WeakSet();

/** What has the focus, through shadow roots and frames. @returns {Element} */
export function focused() {
  const active = activeIn(document);
  return isLent() && isNothing(active) ? /** @type {Element} */ (lent) : active;
}

/** @param {Document | ShadowRoot} root @returns {Element} */
function activeIn(root) {
  const active = root.activeElement;
  const inner = active && (rootOf(active) ?? /** @type {HTMLIFrameElement} */ (active).contentDocument);
  return inner?.activeElement ? activeIn(inner) : (active ?? document.documentElement);
}

/** A frame that the customer uses has the focus where they have put it. */
const isLent = () => lent !== null && isConnected(lent) && !navigator.userActivation?.hasBeenActive;

/** Whether this is a frame in a page of another origin. */
function isForeign() {
  try {
    return !window.top?.document;
  } catch {
    return true;
  }
}

/** Whether an engine that gives no script the focus would give it to a user. @param {Element} element */
const couldHaveIt = (element) => shows(element) && (isEditable(element) || attributeOf(element, "tabindex") !== null || bare(element).tabIndex >= 0);

/** Give something the focus. @param {Element} element @param {FocusOptions} options */
export function giveFocus(element, options) {
  let isHeardOf = false;
  const hear = () => void (isHeardOf = true);
  const realm = ownerOf(element).defaultView;
  listen(realm, "focus", hear, true);
  bare(element).focus(options);
  unlisten(realm, "focus", hear, true);
  lent = !isHeardOf && isNothing(activeIn(document)) && isForeign() && couldHaveIt(element) ? element : null;
  unheard[lent ? "add" : "delete"](element);
}

/** Take it from what has it in a document. @param {Document} document */
export function takeFocus({ activeElement }) {
  lent = null;
  if (activeElement && !isNothing(activeElement)) bare(activeElement).blur();
}

/** Whether it is the focus of nothing in particular. @param {Element} element */
export function isNothing(element) {
  const { body, documentElement } = ownerOf(element);
  return element === body || element === documentElement;
}

/** What the page was told of last: nothing, since the customer's window has lost the focus. @type {{ element: Element, isTold: boolean } | null} */
let known = null;
/** @type {WeakMap<Element, string>} what was in fields before the agent wrote in them, until the page was told of a change */
const edited = new WeakMap();

/** The customer's window has lost the focus, and the browser has told so of what it knows of. */
export function forgetFocus() {
  if (known && !unheard.has(known.element)) known = null;
}

/** Whether the browser tells what becomes of it. @param {Element} element */
const isHeard = (element) => document.hasFocus() && !unheard.has(element);

/** Tell the page where the focus has gone, unless the browser does. */
export function tellFocus() {
  const [before, now] = [known, focused()];
  const isTold = isHeard(now);
  if (isTold || !before) known = { element: now, isTold };
  if (!before || before.element === now || (isTold && isHeard(before.element))) return;
  if (before.isTold) tellLeft(before.element, now);
  if (isTold) return;
  known = { element: now, isTold: true };
  if (!isNothing(now)) for (const type of ["focus", "focusin"]) tell(now, type, before.element);
}

/** @param {Element} element @param {Element} now what has the focus instead */
function tellLeft(element, now) {
  if (isNothing(element) || !isConnected(element)) return;
  tellChange(element);
  for (const type of ["blur", "focusout"]) tell(element, type, now);
}

/** @param {Element} element @param {string} type @param {Element} other */
function tell(element, type, other) {
  fire(element, type, { bubbles: /in|out/.test(type), cancelable: false, relatedTarget: isNothing(other) ? null : other });
}

/** The agent is about to write in a field. @param {Element} field */
export function noteEdit(field) {
  if (!isField(field) || edited.has(field)) return;
  edited.set(field, field.value);
  listen(field, "change", () => edited.delete(field), { capture: true, once: true });
}

/** Tell what has become of a field, where the browser has not. @param {Element} field that is left */
export function tellChange(field) {
  const before = edited.get(field);
  if (isHeard(field) || before === undefined || !isField(field)) return;
  if (field.value !== before) fireChange(field);
  edited.delete(field);
}
