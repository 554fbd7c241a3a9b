// @ts-check
// What lies over a page and goes away by Escape or by a click beside it: popovers, modal dialogs, full screen.

import { POPOVER_OPEN } from "../../shared/popovers.js";
import { bare, isConnected, matches, ownerOf, rootNode } from "../nodes.js";
import { chainOf, fire } from "./events.js";

/** @import { Hit } from "../../shared/hit.js" */

/** @param {Element} element @returns {(Document | ShadowRoot)[]} where popovers may be */
function rootsOf(element) {
  const roots = chainOf(element).map((each) => /** @type {Document | ShadowRoot} */ (rootNode(each)));
  return [...new Set([ownerOf(element), ...roots])];
}

/** @param {Element} element @returns {HTMLElement[]} the last opened last, as far as one can tell */
const popovers = (element) => /** @type {HTMLElement[]} */ (rootsOf(element).flatMap((root) => [...root.querySelectorAll(`[popover]:not([popover=manual i])${POPOVER_OPEN}`)]));

/** @param {Element} element @returns {HTMLDialogElement[]} modal ones last */
function dialogs(element) {
  const open = /** @type {HTMLDialogElement[]} */ (rootsOf(element).flatMap((root) => [...root.querySelectorAll("dialog[open]")]));
  return open.sort((one, other) => Number(one.matches(":modal")) - Number(other.matches(":modal")));
}

/** What closes a dialog beside its own buttons; older browsers know no attribute for it. @param {HTMLDialogElement} dialog */
function closedBy(dialog) {
  const said = "closedBy" in dialog ? (dialog.getAttribute("closedby") ?? "").toLowerCase() : "";
  if (["any", "closerequest", "none"].includes(said)) return said;
  return dialog.matches(":modal") ? "closerequest" : "none";
}

/** What Escape would close. @param {Element} element @returns {HTMLElement | undefined} */
export function topmost(element) {
  return popovers(element).pop() ?? dialogs(element).filter((dialog) => closedBy(dialog) !== "none").pop();
}

/** A press and a release beside popovers and dialogs closes those that want it. @param {Hit} start @param {Hit | null} end */
export function dismiss(start, end) {
  if (!isConnected(start.element) || !end) return;
  dismissPopovers(start.element, end.element);
  const dialog = dialogs(start.element).pop();
  if (dialog && closedBy(dialog) === "any" && !isOn(dialog, start) && !isOn(dialog, end)) close(dialog);
}

/** Whether a point is on a dialog, and not on what it dims. @param {HTMLDialogElement} dialog @param {Hit} hit */
function isOn(dialog, { element, x, y }) {
  const { left, top, right, bottom } = dialog.getBoundingClientRect();
  return element === dialog ? x >= left && x <= right && y >= top && y <= bottom : chainOf(element).includes(dialog);
}

/** @param {Element} from @param {Element} to */
function dismissPopovers(from, to) {
  const [pressed, released] = [chainOf(from), chainOf(to)];
  const keeps = (/** @type {HTMLElement} */ popover) => [pressed, released].some((chain) => chain.some((each) => each === popover || invokes(each, popover)));
  const open = popovers(from);
  const kept = open.filter(keeps);
  for (const popover of open.reverse()) if (!kept.some((each) => bare(popover).contains(each)) && matches(popover, POPOVER_OPEN)) bare(popover).hidePopover();
}

/** @param {Element} element @param {HTMLElement} popover */
const invokes = (element, popover) => /** @type {HTMLButtonElement} */ (element).popoverTargetElement === popover;

/** Close what lies on top. @param {Element} element that has the focus @returns {boolean} whether there was something */
export function escape(element) {
  const document = ownerOf(element);
  const { fullscreenElement } = document;
  if (fullscreenElement) document.exitFullscreen().catch(() => {});
  const layer = fullscreenElement ? undefined : topmost(element);
  if (layer && matches(layer, POPOVER_OPEN)) bare(layer).hidePopover();
  else if (layer) close(/** @type {HTMLDialogElement} */ (layer));
  return Boolean(fullscreenElement || layer);
}

/** @param {HTMLDialogElement} dialog */
function close(dialog) {
  if ("requestClose" in dialog) /** @type {any} */ (dialog).requestClose();
  else if (fire(dialog, "cancel", { bubbles: false, composed: false })) /** @type {HTMLDialogElement} */ (dialog).close();
}
