// @ts-check
// The focus, the caret, what is hovered and pressed in the customer's page, shown in the mirror. Nothing there is by itself:
// styles of such states are there a second time for classes.

import { outOf } from "../shared/hit.js";

/** @import { Attention as Message } from "../shared/messages.d.ts" */

const STATES = /(?<!\\):(focus-within|focus-visible|focus|active|hover|target|user-invalid|user-valid|open|fullscreen|defined|state\(\s*[\w-]+\s*\))(?![\w\\-])/g;
const MENTIONS = /:(focus|active|hover|target|user-|open|fullscreen|defined|state\()/;

/** A style sheet whose states are those of classes too. @param {string} css */
export function withStates(css) {
  if (!MENTIONS.test(css)) return css;
  return css.replace(/[^{};]*\{/g, (prelude) => (/^\s*@(?!scope)/.test(prelude) ? prelude : prelude.replace(STATES, (state) => `:is(${state},${nameOf(state)})`)));
}

/** @param {string} state */
const nameOf = (state) => `.${state.replace(/\s/g, "").replace(/[:()]/g, "\\$&")}`;

/** Where an element's classes are, whatever fields it has. @param {Element} element @returns {DOMTokenList} */
export const classes = ({ classList }) => classList;

export class Attention {
  /** @param {HTMLElement} place over the mirror */
  constructor(place) {
    /** @type {Message} */
    this.message = { t: "attention" };
    /** @type {[Element, string][]} */
    this.marked = [];
    this.layer = document.createElement("div");
    this.layer.className = "caret-layer";
    this.caret = document.createElement("div");
    this.caret.hidden = true;
    this.layer.append(this.caret);
    place.append(this.layer);
  }

  /** Show it anew: what the mirror was changed into may have lost it. @param {(id: number | undefined) => Node | null} nodeOf */
  apply(nodeOf) {
    const { focus, ring, pressed, hovered, target: aim } = this.message;
    const target = elementOf(nodeOf(aim));
    const element = elementOf(nodeOf(focus));
    this.mark([
      ...(element ? [[element, ":focus"], ...(ring ? [[element, ":focus-visible"]] : [])] : []),
      ...within(element).map((each) => [each, ":focus-within"]),
      ...within(elementOf(nodeOf(pressed))).map((each) => [each, ":active"]),
      ...within(elementOf(nodeOf(hovered))).map((each) => [each, ":hover"]),
      ...(target ? [[target, ":target"]] : []),
    ]);
    this.showCaret(element);
  }

  /** @param {any[]} wanted elements and classes */
  mark(wanted) {
    for (const [element, name] of this.marked) if (!wanted.some((each) => each[0] === element && each[1] === name)) element.classList.remove(name);
    for (const [element, name] of wanted) if (!element.classList.contains(name)) element.classList.add(name);
    this.marked = wanted;
  }

  /** @param {Element | null} element that has the focus */
  showCaret(element) {
    const { caret } = this.message;
    const rect = element && caret && caret[0] === caret[1] ? caretOf(/** @type {HTMLInputElement} */ (element), caret[0]) : null;
    this.caret.hidden = !rect;
    if (rect) Object.assign(this.caret.style, { left: `${rect.x}px`, top: `${rect.y}px`, height: `${rect.height}px` });
  }
}

/** @param {Node | null} node @returns {Element | null} */
const elementOf = (node) => (node && "classList" in node ? /** @type {Element} */ (node) : null);

/** @param {Element | null} element @returns {Element[]} with all that it lies in, frames too */
function within(element) {
  const chain = [];
  for (let each = element; each; each = each.parentElement ?? /** @type {ShadowRoot} */ (each.getRootNode()).host ?? frameOf(each.ownerDocument)) chain.push(each);
  return chain;
}

const COPIED = /** @type {const} */ (["font", "letterSpacing", "textIndent", "textTransform", "wordSpacing", "textAlign", "direction", "padding", "border", "boxSizing", "lineHeight", "tabSize"]);

/** Where a place in the text of a field is: the text is laid out once more, beside the page. @param {HTMLInputElement | HTMLTextAreaElement} field @param {number} at */
function caretOf(field, at) {
  const { ownerDocument } = field;
  const style = ownerDocument.defaultView?.getComputedStyle(field);
  if (!style || typeof field.value !== "string") return null;
  const copy = ownerDocument.createElement("div");
  const mark = ownerDocument.createElement("span");
  for (const name of COPIED) copy.style[name] = style[name];
  const { left, top, width, height } = field.getBoundingClientRect();
  const lines = field.localName === "textarea";
  Object.assign(copy.style, { position: "fixed", left: "0", top: "0", width: `${width}px`, whiteSpace: lines ? "pre-wrap" : "pre", overflowWrap: "break-word" });
  mark.textContent = "\u200b";
  copy.append(field.value.slice(0, at), mark, field.value.slice(at));
  ownerDocument.body.append(copy);
  const [own, there] = [copy.getBoundingClientRect(), mark.getBoundingClientRect()];
  copy.remove();
  const y = lines ? there.top - own.top - field.scrollTop : (height - there.height) / 2;
  return inMirror(ownerDocument, { x: left + Math.min(width, there.left - own.left - field.scrollLeft), y: top + y, height: there.height });
}

/** The frame that a document of the mirror is shown in; none, if it is the whole page. @param {Document} inner @returns {HTMLIFrameElement | null} */
function frameOf({ defaultView }) {
  const frame = /** @type {HTMLIFrameElement | null} */ (defaultView?.frameElement ?? null);
  return frame?.ownerDocument === document ? null : frame;
}

/** A place in a document of the mirror, as the whole page counts it; null where a frame does not show it. @param {Document} inner @param {{ x: number, y: number, height: number }} place @returns {{ x: number, y: number, height: number } | null} */
function inMirror(inner, { x, y, height }) {
  const frame = frameOf(inner);
  if (!frame) return { x, y, height };
  const { clientWidth, clientHeight } = inner.documentElement;
  const [start, end] = [outOf(frame, { x, y }), outOf(frame, { x, y: y + height })];
  return x < 0 || y < 0 || x > clientWidth || y > clientHeight ? null : inMirror(frame.ownerDocument, { ...start, height: end.y - start.y });
}
