// @ts-check
// What lies at a point of a page, through shadow roots and through frames of the same origin, however they are scaled; and
// below what Tandem shows there, which the agent does not see.

import { OWN } from "./own.js";

/** @typedef {{ x: number, y: number }} Point in CSS pixels of the viewport of the document it is used with */
/** @typedef {{ element: Element, x: number, y: number }} Hit the point is that of the element's own document */

/** How large a frame is shown, and how far in its document begins. @param {HTMLIFrameElement} frame */
function scaleOf(frame) {
  const { left, top, width, height } = frame.getBoundingClientRect();
  const { paddingLeft = "", paddingTop = "" } = frame.ownerDocument.defaultView?.getComputedStyle(frame) ?? {};
  const [right, low] = [frame.clientLeft + (parseFloat(paddingLeft) || 0), frame.clientTop + (parseFloat(paddingTop) || 0)];
  return { left, top, right, low, across: width / frame.offsetWidth || 1, down: height / frame.offsetHeight || 1 };
}

/** A point over a frame, as the document within counts it. @param {HTMLIFrameElement} frame @param {Point} point @returns {Point} */
export function into(frame, { x, y }) {
  const { left, top, right, low, across, down } = scaleOf(frame);
  return { x: (x - left) / across - right, y: (y - top) / down - low };
}

/** The same the other way. @param {HTMLIFrameElement} frame @param {Point} point @returns {Point} */
export function outOf(frame, { x, y }) {
  const { left, top, right, low, across, down } = scaleOf(frame);
  return { x: left + (x + right) * across, y: top + (y + low) * down };
}

/** As the browser has it: a form's fields may be called like its methods. @param {Element} element @returns {boolean} */
const isOwn = (element) => Element.prototype.hasAttribute.call(element, OWN);

/**
 * The innermost element of one document. Closed roots are looked into where they are known.
 * @param {DocumentOrShadowRoot} document
 * @param {Point} point
 * @param {(host: Element) => ShadowRoot | null} [rootOf]
 * @returns {Element | null}
 */
export function elementAt(document, { x, y }, rootOf = ({ shadowRoot }) => shadowRoot) {
  let found = document.elementFromPoint(x, y);
  if (found && isOwn(found)) found = document.elementsFromPoint(x, y).find((each) => !isOwn(each)) ?? null;
  while (found) {
    const inner = rootOf(found)?.elementFromPoint(x, y);
    if (!inner || inner === found) break;
    found = inner;
  }
  return found;
}

/** The innermost element of a page, in frames too. @param {Document} document @param {Point} point @param {(host: Element) => ShadowRoot | null} [rootOf] @returns {Hit | null} */
export function hitAt(document, point, rootOf) {
  const element = elementAt(document, point, rootOf);
  if (!element) return null;
  const inner = element.localName === "iframe" ? /** @type {HTMLIFrameElement} */ (element).contentDocument : null;
  const within = inner && hitAt(inner, into(/** @type {HTMLIFrameElement} */ (element), point), rootOf);
  return within ?? { element, ...point };
}
