// @ts-check
// What has the focus, and whether the page knows. In a window that the customer is not in (the agent acts while they look
// elsewhere) browsers move the focus and tell nobody: what they would say is said here, in their order.

import { listen } from "../natives.js";
import { rootOf } from "../roots.js";
import { fire, fireChange } from "./events.js";
import { isField } from "./kinds.js";

/** What has the focus, through shadow roots and frames. @param {Document | ShadowRoot} [root] @returns {Element} */
export function focused(root = document) {
  const active = root.activeElement;
  const inner = active && (rootOf(active) ?? /** @type {HTMLIFrameElement} */ (active).contentDocument);
  return inner?.activeElement ? focused(inner) : (active ?? document.documentElement);
}

/** Whether it is the focus of nothing in particular. @param {Element} element */
export const isNothing = (element) => element === element.ownerDocument.body || element === element.ownerDocument.documentElement;

/** What the page was told of last: nothing, since the customer's window has lost the focus. @type {{ element: Element, isTold: boolean } | null} */
let known = null;
/** @type {WeakMap<Element, string>} what was in fields before the agent wrote in them, until the page was told of a change */
const edited = new WeakMap();

/** The customer's window has lost the focus, and the browser has told so. */
export function forgetFocus() {
  known = null;
}

/** Tell the page where the focus has gone, unless the browser does. */
export function tellFocus() {
  const [before, now] = [known, focused()];
  const isHeard = document.hasFocus();
  if (isHeard || !before) known = { element: now, isTold: isHeard };
  if (isHeard || !before || before.element === now) return;
  known = { element: now, isTold: true };
  if (before.isTold) tellLeft(before.element, now);
  if (!isNothing(now)) for (const type of ["focus", "focusin"]) tell(now, type, before.element);
}

/** @param {Element} element @param {Element} now what has the focus instead */
function tellLeft(element, now) {
  if (isNothing(element) || !element.isConnected) return;
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
  if (document.hasFocus() || before === undefined || !isField(field)) return;
  if (field.value !== before) fireChange(field);
  edited.delete(field);
}
