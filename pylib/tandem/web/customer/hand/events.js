// @ts-check
// Events as a browser would send them for a user's hand. They are untrusted, as browsers say.

import { bare, ownerOf, nodeType, parentElement, parentNode } from "../nodes.js";
import { slotOf } from "../roots.js";

/** @typedef {Window & typeof globalThis} Realm */

/** The number of the agent's pointer: no device has it, so its events cannot be taken for those of the customer's mouse. */
export const POINTER = 20_811;

const KINDS = /** @type {[RegExp, string][]} */ ([
  [/^(pointer|gotpointer|lostpointer|click|auxclick|contextmenu)/, "PointerEvent"],
  [/^(mouse|dblclick)/, "MouseEvent"],
  [/^(drag|drop)/, "DragEvent"],
  [/^key/, "KeyboardEvent"],
  [/input$/, "InputEvent"],
  [/^wheel/, "WheelEvent"],
  [/^paste/, "ClipboardEvent"],
  [/^focus|^blur/, "FocusEvent"],
]);

/** @param {Node} node @returns {Realm} the window whose classes it is made of */
export const realmOf = (node) => /** @type {Realm} */ ((ownerOf(node) ?? node).defaultView ?? window);

/** Make an event, which bubbles out of shadow roots unless told otherwise. @param {Element} target @param {string} type @param {object} [members] @returns {Event} */
export function eventOf(target, type, members = {}) {
  const realm = realmOf(target);
  const name = KINDS.find(([pattern]) => pattern.test(type))?.[1] ?? "Event";
  const Kind = /** @type {typeof UIEvent} */ (/** @type {any} */ (realm)[name] ?? realm.Event);
  return new Kind(type, { bubbles: true, cancelable: true, composed: true, view: realm, ...members });
}

/** Have members on an event that the browser does not see, or has otherwise. @param {Event} event @param {object} members */
export function rename(event, members) {
  for (const [name, value] of Object.entries(members)) Object.defineProperty(event, name, { value, configurable: true });
}

/** Send one. @param {Element} target @param {string} type @param {object} [members] @param {object} [shown] for the page alone: WebKit does for some what it does for a user's @returns {boolean} whether nobody prevented it */
export function fire(target, type, members, shown = {}) {
  const event = eventOf(target, type, members);
  rename(event, shown);
  return bare(target).dispatchEvent(event);
}

/** What is chosen and not written: browsers say of it no more than that it is there. @param {Element} element @returns {boolean} */
export const fireInput = (element) => bare(element).dispatchEvent(new (realmOf(element).Event)("input", { bubbles: true, composed: true }));

/** `change` is none of a user's keys alone: it neither leaves shadow roots nor can it be prevented. @param {Element} element */
export const fireChange = (element) => fire(element, "change", { composed: false, cancelable: false });

/** What an element lies in as it is shown: its slot before its parent, then the host. @param {Element} element @returns {Element | null} */
export function around(element) {
  const slot = slotOf(element);
  if (slot) return slot;
  const parent = parentNode(element);
  return parent && nodeType(parent) === Node.DOCUMENT_FRAGMENT_NODE ? (/** @type {ShadowRoot} */ (parent).host ?? null) : parentElement(element);
}

/** An element and all it lies in, innermost first, within its document. @param {Element | null} element @returns {Element[]} */
export function chainOf(element) {
  const chain = [];
  for (let each = element; each; each = around(each)) chain.push(each);
  return chain;
}

/** The frame that an element's document is shown in. @param {Element} element @returns {HTMLIFrameElement | null} */
export const frameOf = (element) => /** @type {HTMLIFrameElement | null} */ (realmOf(element).frameElement);

/** The modifiers that are held, from the letters of a message. @param {string | undefined} mods */
export function heldKeys(mods = "") {
  return { shiftKey: mods.includes("s"), ctrlKey: mods.includes("c"), altKey: mods.includes("a"), metaKey: mods.includes("m") };
}
