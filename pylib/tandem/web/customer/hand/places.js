// @ts-check
// Points and what lies there: an agent names an element and a place in it, which is where a user's pointer would be now.

import { elementAt, into, outOf } from "../../shared/hit.js";
import { bare, ownerOf } from "../nodes.js";
import { rootOf } from "../roots.js";
import { frameOf, realmOf } from "./events.js";

/** @import { Act } from "../../shared/messages.d.ts" */
/** @import { Hit, Point } from "../../shared/hit.js" */

/** What is hit at a place within an element. @param {Element} element @param {Act["at"]} at @param {boolean} reveals whether it may be scrolled into view @returns {{ point: Point, element: Element | null }} */
export function placeOn(element, at, reveals) {
  if (reveals && !isInView(element, pointOn(element, at))) bare(element).scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" });
  const point = pointOn(element, at);
  return { point, element: elementAt(ownerOf(element), point, rootOf) };
}

/** A place within an element, which may have another size here than at the agent's. @param {Element} element @param {Act["at"]} at @returns {Point} */
function pointOn(element, at) {
  const { left, top, width, height } = bare(element).getBoundingClientRect();
  const [x, y, across, down] = at?.every(Number.isFinite) && at.length === 4 ? at : [width / 2, height / 2, width, height];
  const fits = (/** @type {number} */ size, /** @type {number} */ seen) => (seen > 0 ? size / seen : 1);
  return { x: left + x * fits(width, across), y: top + y * fits(height, down) };
}

/** The agent's side may have scrolled on; so may what a frame lies in. @param {Element} element @param {Point} point @returns {boolean} */
function isInView(element, { x, y }) {
  const { innerWidth, innerHeight, frameElement } = realmOf(element);
  const isIn = x >= 0 && y >= 0 && x < innerWidth && y < innerHeight;
  return isIn && (!frameElement || isInView(frameElement, outOf(/** @type {HTMLIFrameElement} */ (frameElement), { x, y })));
}

/** Whether a point of a frame is in view in the page around it, and nothing lies over it. @param {Element} element @param {Point} point @returns {boolean} */
export function isShown(element, point) {
  const frame = frameOf(element);
  if (!frame) return true;
  const outer = outOf(frame, point);
  return elementAt(frame.ownerDocument, outer, rootOf) === frame && isShown(frame, outer);
}

/** A point of an element's document, as the whole page counts it. @param {Hit} hit @returns {Point} */
export function inPage({ element, x, y }) {
  const frame = frameOf(element);
  return frame ? inPage({ element: frame, ...outOf(frame, { x, y }) }) : { x, y };
}

/** The same the other way. @param {Document} document @param {Point} point @returns {Point} */
export function inDocument(document, point) {
  const frame = frameOf(document.documentElement);
  return frame ? into(frame, inDocument(frame.ownerDocument, point)) : point;
}
