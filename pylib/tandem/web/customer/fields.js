// @ts-check
// What a field, a custom element, a slot or the document of a frame shows that is in none of its attributes: what is entered,
// chosen and ticked, the page's own states, what was put into it, how far it is scrolled.

import { customStates } from "./css.js";
import { withoutCards } from "./looks.js";
import { maskedValue } from "./masks.js";
import { localName, matches, nodeType, rootNode } from "./nodes.js";
import { typeOf } from "./policy.js";

/** @import { NodeState } from "../shared/messages.d.ts" */
/** @import { Policy } from "./policy.js" */

/** @typedef {HTMLInputElement & HTMLSelectElement & HTMLTextAreaElement} Field what is read of it, it has */
/** @typedef {(node: Node) => number} IdOf */

const FIELDS = new Set(["input", "select", "textarea"]);
const CHOICES = new Set(["checkbox", "radio"]);
/** Their value is an attribute, or nothing that anybody sees. */
const OTHERS = new Set(["hidden", "file", "button", "submit", "reset", "image"]);
/** What a browser marks only once the customer has left a field, and while it shows a list or picker of its own. */
const MARKED = supported(":user-invalid", ":user-valid", ":open");
/** Pixels that are no scrollbar's any more: the page is zoomed by fingers, or a keyboard lies over it. */
const MAX_BAR = 60;

/** Those of some selectors that this browser knows. @param {string[]} selectors */
export function supported(...selectors) {
  return selectors.filter((each) => CSS.supports(`selector(${each})`));
}

/** Whether a node has a state of its own. @param {Node} node */
export function hasState(node) {
  if (nodeType(node) === Node.DOCUMENT_NODE) return true;
  const name = localName(node);
  if (FIELDS.has(name)) return !OTHERS.has(typeOf(/** @type {Element} */ (node)));
  return name === "video" || name.includes("-") || (name === "slot" && isManual(rootNode(node)));
}

/** @param {Node} root */
const isManual = (root) => /** @type {ShadowRoot} */ (root).slotAssignment === "manual";

/** What a state comes from, as a text that is cheap to compare. @param {Node} node @param {IdOf} idOf @returns {string} */
export function traceOf(node, idOf) {
  if (node === document) return `bars ${barsOf()}`;
  if (nodeType(node) === Node.DOCUMENT_NODE) return String(scrollOf(node));
  const element = /** @type {Element} */ (node);
  if (localName(element) === "slot") return String(assignedTo(element, idOf));
  if (localName(element) === "video") return String(sizeOf(element));
  if (!FIELDS.has(localName(element))) return String(statesOf(element));
  const { value, checked, indeterminate } = /** @type {Field} */ (element);
  const shown = localName(element) === "select" ? ["chosen", ...chosen(element, idOf)] : [checked, indeterminate, value];
  return [...marksOf(element), ...shown].join();
}

/** @param {Element} video @returns {[number, number]} */
function sizeOf(video) {
  const { videoWidth, videoHeight } = /** @type {HTMLVideoElement} */ (video);
  return [videoWidth, videoHeight];
}

/** The state as it may leave. @param {Node} node @param {Policy} policy @param {IdOf} idOf @returns {NodeState | null} null: nothing may be said */
export function stateOf(node, policy, idOf) {
  if (policy.hides(node) || policy.blocks(node)) return null;
  if (node === document) return { bars: barsOf() };
  if (nodeType(node) === Node.DOCUMENT_NODE) return { scroll: scrollOf(node) };
  const element = /** @type {Element} */ (node);
  if (localName(element) === "slot") return { assigned: assignedTo(element, idOf) };
  if (localName(element) === "video") return { size: sizeOf(element) };
  return FIELDS.has(localName(element)) ? fieldState(element, policy, idOf) : { states: statesOf(element) };
}

/** @param {Element} element @param {Policy} policy @param {IdOf} idOf @returns {NodeState | null} */
function fieldState(element, policy, idOf) {
  const field = /** @type {Field} */ (element);
  const type = typeOf(field);
  if (OTHERS.has(type)) return null;
  const secret = policy.isSecret(field);
  const shown = !secret && policy.allows(field);
  const isChoice = CHOICES.has(type) || localName(field) === "select";
  if (!shown) return isChoice ? null : { value: maskedValue(field.value, type, secret) };
  const states = marksOf(field);
  if (localName(field) === "select") return { states, chosen: chosen(field, idOf, (option) => !policy.blocks(option) && !policy.isNamed(option)) };
  if (!isChoice) return { states, value: withoutCards(field.value) };
  return { states, checked: field.checked, mixed: field.indeterminate, ...(type === "radio" && field.name ? { group: groupOf(field) } : {}) };
}

/** @param {Element} field */
const marksOf = (field) => MARKED.filter((each) => matches(field, each));

/** The options that are chosen. @param {Element} list @param {IdOf} idOf @param {(option: Element) => boolean} [may] */
function chosen(list, idOf, may = () => true) {
  return [.../** @type {HTMLSelectElement} */ (list).selectedOptions].filter(may).map(idOf).filter((id) => id > 0);
}

/** @type {WeakMap<Node, string[]>} */
const groups = new WeakMap();

/** Which radio buttons exclude each other, without their name. @param {HTMLInputElement} radio */
function groupOf(radio) {
  const owner = radio.form ?? radio.getRootNode();
  const names = groups.get(owner) ?? [];
  groups.set(owner, names);
  if (!names.includes(radio.name)) names.push(radio.name);
  return String(names.indexOf(radio.name));
}

/** A custom element's states that style sheets ask for, and whether it is defined. @param {Element} element */
function statesOf(element) {
  const own = [...customStates].map((name) => `:state(${name})`);
  return [...own, ":defined"].filter((each) => matches(element, each));
}

/** @param {Element} slot whose content a script assigns @param {IdOf} idOf */
function assignedTo(slot, idOf) {
  return /** @type {HTMLSlotElement} */ (slot).assignedNodes().map(idOf).filter((id) => id > 0);
}

/** @param {Node} node a document @returns {[number, number]} */
function scrollOf(node) {
  const { scrollX = 0, scrollY = 0 } = /** @type {Document} */ (node).defaultView ?? {};
  return [Math.round(scrollX), Math.round(scrollY)];
}

/** What scrollbars take of the window: on the right, and at the bottom. @returns {[number, number]} */
function barsOf() {
  const { width = innerWidth, height = innerHeight, scale = 1 } = visualViewport ?? {};
  const bar = (/** @type {number} */ whole, /** @type {number} */ seen) => {
    const taken = Math.round(whole - seen * Math.max(1, scale));
    return taken > 0 && taken < MAX_BAR ? taken : 0;
  };
  return [bar(innerWidth, width), bar(innerHeight, height)];
}
