// @ts-check
// What the customer's page shows beside its document, shown in the mirror: fields, the top layer, states of custom elements,
// assigned slots, how far frames are scrolled.

import { POPOVER_OPEN } from "../shared/popovers.js";
import { classes } from "./attention.js";
import { empty } from "./canvases.js";

/** @import { Layered, NodeState, PageState } from "../shared/messages.d.ts" */

/** @typedef {(id: number | undefined) => Node | null} NodeOf */
/** @typedef {HTMLInputElement & HTMLSelectElement & HTMLTextAreaElement} Field what is written to it, it has */

const STATE = /^:(defined|open|user-valid|user-invalid|state\([a-z][\w-]*\))$/i;
const FULL = ":fullscreen";
const OPEN = ":open";
const NOWHERE = "tandem-none";

export class State {
  /** @param {NodeOf} nodeOf @param {(page: Document, bars: number[]) => void} onBars what scrollbars take of a window */
  constructor(nodeOf, onBars) {
    this.nodeOf = nodeOf;
    this.onBars = onBars;
    this.forget();
  }

  /** A snapshot comes, and its state after it. */
  forget() {
    /** @type {Map<number, Layered[]>} from the bottom up, as the customer's page has it, and frames that say it of themselves */
    this.wanted = new Map();
    /** @type {Element[]} the same as the mirror has it */
    this.layers = [];
    /** @type {Map<Element, string[]>} */
    this.marked = new Map();
    /** @type {Map<Document, [number, number]>} where frames that are not yet large enough are to be scrolled to */
    this.scrolls = new Map();
  }

  /** @param {PageState} state that nobody vouches for */
  apply({ nodes, top, of = 0 }) {
    if (Array.isArray(nodes)) for (const [id, state] of nodes) this.applyTo(this.nodeOf(id), state);
    if (Array.isArray(top)) this.wanted.set(of, top);
    this.again();
  }

  /** What the mirror was changed into may have lost some of it. */
  again() {
    for (const [element, names] of this.marked) {
      if (element.isConnected) for (const name of names) classes(element).add(name);
      else this.marked.delete(element);
    }
    for (const [inner, [left, top]] of this.scrolls) scroll(inner, left, top) && this.scrolls.delete(inner);
    this.layer();
  }

  /** The customer has scrolled on. @param {number} id */
  scrolled(id) {
    this.scrolls.delete(/** @type {Document} */ (this.nodeOf(id)));
  }

  /** @param {Node | null} node @param {NodeState} state */
  applyTo(node, { states, assigned, scroll: at, size, bars, ...field }) {
    if (!node) return;
    if (node.nodeType === Node.DOCUMENT_NODE && Array.isArray(bars)) this.onBars(/** @type {Document} */ (node), bars.map(Number));
    if (node.nodeType === Node.DOCUMENT_NODE) return void (Array.isArray(at) && this.scrolls.set(/** @type {Document} */ (node), [Number(at[0]) || 0, Number(at[1]) || 0]));
    const element = /** @type {Element} */ (node);
    if (Array.isArray(states)) this.mark(element, states.map(String).filter((each) => STATE.test(each)));
    if (Array.isArray(assigned) && element.localName === "slot") assign(/** @type {HTMLSlotElement} */ (element), assigned.map((id) => this.nodeOf(id)));
    if (Array.isArray(size) && element.localName === "video") room(/** @type {HTMLVideoElement} */ (element), size.map(Number));
    fill(/** @type {Field} */ (element), field, this.nodeOf);
  }

  /** @param {Element} element @param {string[]} names */
  mark(element, names) {
    for (const each of this.marked.get(element) ?? []) if (!names.includes(each)) classes(element).remove(each);
    if (names.length) this.marked.set(element, names);
    else this.marked.delete(element);
  }

  /** Whether the customer's browser shows a list or picker of its own. */
  get picks() {
    return [...this.marked.values()].some((names) => names.includes(OPEN));
  }

  /** Whatever lies above the first that is out of order is put in anew. */
  layer() {
    const wanted = [...this.wanted.values()].flat().flatMap(([id, kind]) => {
      const element = /** @type {HTMLElement | null} */ (this.nodeOf(id));
      const canRise = element && ("showPopover" in element || (kind === "modal" && "showModal" in element));
      return element?.isConnected && canRise ? [{ element, kind }] : [];
    });
    this.layers = this.layers.filter(isLayered);
    let same = 0;
    while (same < wanted.length && this.layers[same] === wanted[same].element && !isChanged(wanted[same])) same += 1;
    for (const each of this.layers.splice(same).reverse()) lower(/** @type {HTMLElement} */ (each));
    for (const { element, kind } of wanted.slice(same)) raise(element, kind);
    this.layers = wanted.map(({ element }) => element);
  }
}

/** @param {Element} element */
const isLayered = (element) => element.isConnected && element.matches(`:modal, ${POPOVER_OPEN}`);

/** Whether a dialog became modal, or is no more. @param {{ element: Element, kind: string }} wanted */
const isChanged = ({ element, kind }) => element.matches(":modal") !== (kind === "modal");

/** @param {HTMLElement} element @param {string} kind */
function raise(element, kind) {
  if (kind === "modal" && element.localName === "dialog") {
    element.removeAttribute("open");
    return /** @type {HTMLDialogElement} */ (element).showModal();
  }
  if (kind === "full") classes(element).add(FULL);
  if (element.matches("dialog[open]")) return;
  element.setAttribute("popover", "manual"); // any other would close those beside it
  element.showPopover();
}

/** @param {HTMLElement} element */
function lower(element) {
  classes(element).remove(FULL);
  if (element.matches(POPOVER_OPEN)) element.hidePopover();
  if (element.matches(":modal")) /** @type {HTMLDialogElement} */ (element).close();
}

/** Let a video that has nothing else to show take the room of what it plays. @param {HTMLVideoElement} video @param {number[]} size */
function room(video, [width, height]) {
  if (width > 0 && height > 0 && /^(data:image\/svg|$)/.test(video.poster)) video.poster = empty(width, height);
}

/** @param {Field} field @param {NodeState} state @param {NodeOf} nodeOf */
function fill(field, { value, checked, mixed, group, chosen }, nodeOf) {
  if (typeof group === "string") field.name = group;
  if (typeof value === "string" && "value" in field && field.value !== value) field.value = value;
  if (typeof checked === "boolean") field.checked = checked;
  if (typeof mixed === "boolean") field.indeterminate = mixed;
  if (!Array.isArray(chosen) || field.localName !== "select") return;
  const options = new Set(chosen.map((id) => /** @type {HTMLOptionElement | null} */ (nodeOf(id))));
  if (!field.multiple) field.selectedIndex = [...field.options].findIndex((each) => options.has(each));
  else for (const each of field.options) if (each.selected !== options.has(each)) each.selected = options.has(each);
}

/** Slots by name stand for those that a script fills. @param {HTMLSlotElement} slot @param {(Node | null)[]} nodes */
function assign(slot, nodes) {
  const root = /** @type {ShadowRoot} */ (slot.getRootNode());
  const names = [...root.querySelectorAll("slot")].map((each) => (each.name ||= `tandem-${Math.random().toString(36).slice(2)}`));
  for (const child of root.host?.children ?? []) {
    if (nodes.includes(child)) child.slot = slot.name;
    else if (child.slot === slot.name || !names.includes(child.slot)) child.slot = NOWHERE;
  }
  if (nodes.some((each) => each?.nodeType === Node.TEXT_NODE)) slot.name = ""; // a text has no other place
}

/** @param {Document} inner @param {number} left @param {number} top @returns {boolean} whether it is there now */
function scroll(inner, left, top) {
  const view = inner.defaultView;
  view?.scrollTo({ left, top, behavior: "instant" });
  return !view || (Math.abs(view.scrollX - left) < 2 && Math.abs(view.scrollY - top) < 2);
}
