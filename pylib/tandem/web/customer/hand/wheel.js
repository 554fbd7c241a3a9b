// @ts-check
// The wheel: the page is asked first; then the innermost that can still move scrolls, on to the outer ones, out of shadow
// roots and frames.

import { bare, ownerOf } from "../nodes.js";
import { chainOf, fire, frameOf, heldKeys, realmOf } from "./events.js";

/** @import { Act } from "../../shared/messages.d.ts" */
/** @import { Hit } from "../../shared/hit.js" */

/** What browsers have counted with before, for each pixel. */
const OLDER = 1.2;

/** @param {Hit} hit @param {Act} act @param {boolean} asks whether the page gets to know */
export function wheel({ element, x, y }, { dx = 0, dy = 0, mods }, asks) {
  const held = heldKeys(mods);
  const older = { wheelDeltaX: Math.round(-OLDER * dx), wheelDeltaY: Math.round(-OLDER * dy) }; // they turn the other way
  if (asks && !fire(element, "wheel", { clientX: x, clientY: y, deltaX: dx, deltaY: dy, ...older, ...held })) return;
  if (held.ctrlKey) return; // it zooms, which nobody can do for the customer
  scroll(element, held.shiftKey && !dx ? dy : dx, held.shiftKey && !dx ? 0 : dy);
}

/** @typedef {number | ((scroller: Element) => number)} Way in pixels; it may depend on what scrolls */

/** Scroll what an element lies in. @param {Element} element @param {Way} x @param {Way} y */
export function scroll(element, x, y) {
  if (x) along(element, "left", x);
  if (y) along(element, "top", y);
}

/** @param {Element} element @param {"left" | "top"} side @param {Way} by */
function along(element, side, by) {
  const position = side === "left" ? "scrollLeft" : "scrollTop";
  for (const each of chainOf(element)) {
    const { overflow, overscroll } = howOf(each, side);
    if (!/auto|scroll/.test(overflow)) continue;
    const own = bare(each);
    const before = own[position];
    own.scrollBy({ [side]: typeof by === "function" ? by(each) : by, behavior: "instant" });
    if (own[position] !== before || /contain|none/.test(overscroll)) return;
  }
  const frame = frameOf(element);
  if (frame) along(frame, side, by);
}

/** How an element scrolls; that of the page itself is told by its root, or else its body. @param {Element} element @param {"left" | "top"} side */
function howOf(element, side) {
  const { body, documentElement } = ownerOf(element);
  const realm = realmOf(element);
  const across = side === "left" ? "X" : "Y";
  const styled = (/** @type {Element} */ each) => /** @type {Record<string, string>} */ (/** @type {any} */ (realm.getComputedStyle(each)));
  const root = styled(documentElement)[`overflow${across}`];
  const passes = root === "visible";
  if (element === body && passes) return { overflow: "", overscroll: "" };
  if (element !== documentElement) return { overflow: styled(element)[`overflow${across}`], overscroll: styled(element)[`overscrollBehavior${across}`] };
  const overflow = passes && body ? styled(body)[`overflow${across}`] : root;
  return { overflow: overflow === "visible" ? "auto" : overflow, overscroll: "" };
}

const LINE = 40;
/** Of what is in view, as browsers keep a bit of it. */
const PAGE = 0.875;

/** Scroll as keys do. @param {Element} element @param {string} key @param {boolean} backward for the space bar @returns {boolean} whether it is a key that scrolls */
export function scrollByKey(element, key, backward) {
  const page = (/** @type {number} */ way) => (/** @type {Element} */ scroller) => way * Math.floor(PAGE * Math.min(bare(scroller).clientHeight, realmOf(scroller).innerHeight));
  const ways = /** @type {Record<string, [number, Way]>} */ ({
    ArrowUp: [0, -LINE],
    ArrowDown: [0, LINE],
    ArrowLeft: [-LINE, 0],
    ArrowRight: [LINE, 0],
    PageUp: [0, page(-1)],
    PageDown: [0, page(1)],
    Home: [0, -1e7],
    End: [0, 1e7],
    " ": [0, page(backward ? -1 : 1)],
  });
  if (!Object.hasOwn(ways, key)) return false;
  scroll(element, ...ways[key]);
  return true;
}
