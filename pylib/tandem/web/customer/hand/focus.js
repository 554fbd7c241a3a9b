// @ts-check
// The focus: given by the pointer, and handed on by Tab through tabindex, shadow roots, slots and frames.

import { shows } from "../../shared/visible.js";
import { attributeOf, bare, childrenOf, ownerOf, localName, matches, queryAll, rootNode } from "../nodes.js";
import { rootOf } from "../roots.js";
import { enterDate } from "./dates.js";
import { chainOf, frameOf, realmOf } from "./events.js";
import { isDate, isText, kindOf } from "./kinds.js";
import { focused, giveFocus, isNothing, takeFocus, tellFocus } from "./told.js";
import { selectAll } from "./unseen.js";

const FOCUSABLE =
  "a[href], area[href], button, input:not([type=hidden i]), select, textarea, summary, audio[controls], video[controls], [tabindex], [contenteditable]:not([contenteditable=false])";

/** What a press does to the focus. @param {Element} element */
export function focusAt(element) {
  const target = chainOf(element).find((each) => (matches(each, FOCUSABLE) && !matches(each, ":disabled")) || rootOf(each)?.delegatesFocus);
  if (target) return focusOn(target, { preventScroll: true });
  takeFocus(ownerOf(element));
  frameOf(element)?.focus({ preventScroll: true });
}

/** @param {Element} element @param {FocusOptions & { focusVisible?: boolean }} options */
function focusOn(element, options) {
  if (chainOf(focused()).includes(element)) return; // a frame that does not have the focus may still have its own
  giveFocus(element, options);
  tellFocus();
}

/** Hand the focus on to the next that may have it. @param {Element} from @param {boolean} backward @param {(element: Element) => boolean} allows */
export function tab(from, backward, allows) {
  const order = sequence([document.documentElement], from);
  if (backward) order.reverse();
  const at = order.indexOf(from);
  for (const each of [...order.slice(at + 1), ...order.slice(0, Math.max(0, at))]) {
    if (each === from || !isReachable(each) || !allows(each)) continue;
    focusOn(each, { focusVisible: true });
    if (focused() !== from) return entered(each, backward); // some cannot have it after all
  }
}

/** @param {Element} element to which Tab has come @param {boolean} backward */
function entered(element, backward) {
  if (isText(element) && localName(element) === "input") selectAll(element);
  if (isDate(element)) enterDate(element, backward);
}

/**
 * The order of Tab in a scope: an element with a tree of its own stands for all in it.
 * @param {Element[]} roots
 * @param {Element} marker that is in it even if it cannot have the focus
 * @returns {Element[]}
 */
function sequence(roots, marker) {
  /** @type {{ tab: number, elements: Element[] }[]} */
  const items = [];
  const visit = (/** @type {Element} */ element) => {
    const tab = tabOf(element);
    const inner = innerOf(element);
    const own = tab !== null || element === marker ? [element] : [];
    if (own.length || inner) items.push({ tab: tab ?? 0, elements: [...own, ...(inner && tab !== -1 ? sequence(inner, marker) : [])] });
    if (!inner) for (const child of childrenOf(element)) visit(child);
  };
  roots.forEach(visit);
  const rank = ({ tab = 0 }) => (tab > 0 ? tab : Infinity);
  return items.sort((one, other) => (rank(one) === rank(other) ? 0 : rank(one) - rank(other))).flatMap(({ elements }) => elements);
}

/** @param {Element} element @returns {number | null} null: it cannot have the focus */
function tabOf(element) {
  if (!matches(element, FOCUSABLE)) return isScroller(element) ? 0 : null;
  return attributeOf(element, "tabindex") === null ? 0 : bare(element).tabIndex;
}

/** Browsers let keys into what can be scrolled, if nothing in it can have the focus. @param {Element} element */
function isScroller(element) {
  const { scrollHeight, clientHeight } = bare(element);
  if (scrollHeight <= clientHeight || !clientHeight || isNothing(element)) return false;
  return /auto|scroll/.test(realmOf(element).getComputedStyle(element).overflowY) && !queryAll(element, FOCUSABLE).length;
}

/** What is shown in an element's place. @param {Element} element @returns {Element[] | null} */
function innerOf(element) {
  const root = rootOf(element);
  if (root) return [...root.children];
  const assigned = localName(element) === "slot" ? /** @type {HTMLSlotElement} */ (element).assignedElements() : [];
  if (assigned.length) return assigned;
  const document = localName(element) === "iframe" ? /** @type {HTMLIFrameElement} */ (element).contentDocument : null;
  return document ? [document.documentElement] : null;
}

/** @param {Element} element */
function isReachable(element) {
  if ((tabOf(element) ?? -1) < 0 || matches(element, ":disabled") || !shows(element)) return false;
  const chain = chainOf(element);
  const modal = [...ownerOf(element).querySelectorAll("dialog:modal")].pop();
  if (chain.some((each) => attributeOf(each, "inert") !== null) || (modal && !chain.includes(modal))) return false;
  const { name, checked, form } = /** @type {HTMLInputElement} */ (element);
  const others = kindOf(element) === "radio" && name && !checked ? radios(/** @type {HTMLInputElement} */ (element)) : [];
  const frame = frameOf(element);
  return !others.some((each) => each.checked && each.form === form) && (!frame || shows(frame));
}

/** The radio buttons of which one can be chosen. @param {HTMLInputElement} radio @returns {HTMLInputElement[]} */
export function radios(radio) {
  const root = /** @type {Document | ShadowRoot} */ (rootNode(radio));
  const all = /** @type {HTMLInputElement[]} */ ([...root.querySelectorAll("input[type=radio i]")]);
  return all.filter((each) => each === radio || (radio.name && each.name === radio.name && each.form === radio.form));
}
