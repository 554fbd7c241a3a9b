// @ts-check
// Closed shadow roots, which browsers show to nobody but who made them: without them the inside of such components is a hole
// for the agent, and nothing in it can be acted on. So the one call that makes them is listened to (noted.js), from when the
// first script is loaded until a session ends; roots that are older, or that the page's HTML declares, stay unknown.

import { isElement, openRoot, parentElement, slotIn } from "./nodes.js";

/** @type {{ closed: WeakMap<Element, ShadowRoot> }} what is known; a script that is loaded later gets it from the first */
export const roots = { closed: new WeakMap() };

/** @param {Element} element @returns {ShadowRoot | null} its root, if it is open or known */
export const rootOf = (element) => openRoot(element) ?? roots.closed.get(element) ?? null;

/** The slot that an element is shown in: browsers do not tell that of a closed root. @param {Element} element @returns {HTMLSlotElement | null} */
export function slotOf(element) {
  const [slot, parent] = [slotIn(element), parentElement(element)];
  const around = slot || !parent ? null : roots.closed.get(parent);
  return slot ?? [...(around?.querySelectorAll("slot") ?? [])].find((slot) => slot.assignedElements().includes(element)) ?? null;
}

/** Where an event began that came from a closed root: in what has the focus there. @template Target @param {Target} target as browsers tell it @returns {Target | Element} */
export function innermost(target) {
  const inner = isElement(/** @type {any} */ (target)) ? roots.closed.get(/** @type {Element} */ (target))?.activeElement : null;
  return inner ? innermost(inner) : target;
}
