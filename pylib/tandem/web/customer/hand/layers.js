// @ts-check
// What lies over a page and goes away by Escape or by a click beside it: popovers, modal dialogs, full screen.

import { chainOf, fire } from "./events.js";

/** @param {Element} element @returns {(Document | ShadowRoot)[]} where popovers may be */
function rootsOf(element) {
  const roots = chainOf(element).map((each) => /** @type {Document | ShadowRoot} */ (each.getRootNode()));
  return [...new Set([element.ownerDocument, ...roots])];
}

/** @param {Element} element @returns {HTMLElement[]} the last opened last, as far as one can tell */
const popovers = (element) => /** @type {HTMLElement[]} */ (rootsOf(element).flatMap((root) => [...root.querySelectorAll("[popover]:not([popover=manual i]):popover-open")]));

/** What Escape would close. @param {Element} element @returns {HTMLElement | undefined} */
export function topmost(element) {
  const modals = rootsOf(element).flatMap((root) => [...root.querySelectorAll("dialog:modal:not([closedby=none])")]);
  return popovers(element).pop() ?? /** @type {HTMLElement | undefined} */ (modals.pop());
}

/** A press and a release beside popovers closes them. @param {Element} from @param {Element | null} to */
export function dismiss(from, to) {
  if (!from.isConnected || !to) return;
  const [pressed, released] = [chainOf(from), chainOf(to)];
  const keeps = (/** @type {HTMLElement} */ popover) => [pressed, released].some((chain) => chain.some((each) => each === popover || invokes(each, popover)));
  const open = popovers(from);
  const kept = open.filter(keeps);
  for (const popover of open.reverse()) if (!kept.some((each) => popover.contains(each)) && popover.matches(":popover-open")) popover.hidePopover();
}

/** @param {Element} element @param {HTMLElement} popover */
const invokes = (element, popover) => /** @type {HTMLButtonElement} */ (element).popoverTargetElement === popover;

/** Close what lies on top. @param {Element} element that has the focus @returns {boolean} whether there was something */
export function escape(element) {
  const { fullscreenElement } = element.ownerDocument;
  if (fullscreenElement) element.ownerDocument.exitFullscreen().catch(() => {});
  const layer = fullscreenElement ? undefined : topmost(element);
  if (layer?.matches(":popover-open")) layer.hidePopover();
  else if (layer) close(/** @type {HTMLDialogElement} */ (layer));
  return Boolean(fullscreenElement || layer);
}

/** @param {HTMLDialogElement} dialog */
function close(dialog) {
  if ("requestClose" in dialog) /** @type {any} */ (dialog).requestClose();
  else if (fire(dialog, "cancel", { bubbles: false, composed: false })) /** @type {HTMLDialogElement} */ (dialog).close();
}
