// @ts-check
// Text that is selected with the pointer: a caret where it is pressed, words and lines by more clicks, the rest by moving.

import { isConnected, matches, ownerOf, rootNode } from "../nodes.js";
import { rootOf } from "../roots.js";
import { chainOf, fire, realmOf } from "./events.js";
import { isField, isText, isWriting } from "./kinds.js";
import { Picking } from "./lists.js";
import { piecesOf } from "./segments.js";
import { caretOf, isUnseen } from "./unseen.js";

/** @import { Hit } from "../../shared/hit.js" */

/** @typedef {{ node: Node, offset: number }} Caret */

const UNITS = ["character", "word", "paragraph"];
/** A press on these selects no text. */
const OTHERS = "button, select, input, summary, [role=button], img, canvas, video, iframe";

export class Selecting {
  /**
   * What a press at a point begins: a selection, or the choice of an option.
   * @param {Hit} start
   * @param {number} count of clicks
   * @param {{ shiftKey: boolean, ctrlKey: boolean, metaKey: boolean }} held
   * @returns {Selecting | Picking | null}
   */
  static of(start, count, held) {
    const { element } = start;
    const picking = Picking.of(element, held);
    if (picking) return picking;
    const within = chainOf(element).find((each) => matches(each, OTHERS));
    if ((within && !isText(within)) || realmOf(element).getComputedStyle(element).userSelect === "none") return null;
    const caret = caretAt(start);
    if (!held.shiftKey && !fire(element, "selectstart", { composed: false })) return null;
    return caret && new Selecting(element, caret, UNITS[Math.min(count, UNITS.length) - 1], held.shiftKey);
  }

  /** @param {Element} element @param {Caret} caret @param {string} unit @param {boolean} extend from what is selected already */
  constructor(element, caret, unit, extend) {
    this.element = element;
    this.field = isField(element) && caret.node === element ? caretOf(element) : null;
    this.selection = /** @type {Selection} */ (ownerOf(element).getSelection());
    this.anchor = caret;
    if (extend) this.extend(caret);
    else this.put(caret, unit);
  }

  /** @param {Caret} caret @param {string} unit */
  put({ node, offset }, unit) {
    const { field, selection } = this;
    const [from, to] = field ? unitAt(field.value, offset, unit) : [offset, offset];
    if (field) field.setSelectionRange(from, to);
    else selection.collapse(node, offset);
    if (field || unit === "character") return void (this.anchor = { node, offset: from });
    selection.modify("move", "backward", unit === "word" ? "word" : "paragraphboundary");
    selection.modify("extend", "forward", unit === "word" ? "word" : "paragraphboundary");
  }

  /** @param {Caret} caret */
  extend({ node, offset }) {
    const { field, selection, anchor } = this;
    if (!field) return selection.anchorNode ? selection.extend(node, offset) : selection.collapse(node, offset);
    const { selectionStart, selectionEnd, selectionDirection } = field;
    const fixed = (selectionDirection === "backward" ? selectionEnd : selectionStart) ?? anchor.offset;
    if (node === this.element) field.setSelectionRange(Math.min(fixed, offset), Math.max(fixed, offset), offset < fixed ? "backward" : "forward");
  }

  /** @param {Hit} hit */
  move(hit) {
    const caret = isConnected(hit.element) ? caretAt(hit) : null;
    if (!caret || rootNode(caret.node) !== rootNode(this.anchor.node)) return;
    if (isWriting(hit.element) || !this.field || caret.node === this.element) this.extend(caret);
  }

  end() {}
}

/** The place in a text that a point is at; of a field, in its value. @param {Hit} hit @returns {Caret | null} */
function caretAt({ element, x, y }) {
  const document = ownerOf(element);
  const shadowRoots = chainOf(element).flatMap((each) => rootOf(each) ?? []);
  const found = document.caretPositionFromPoint?.(x, y, { shadowRoots });
  if (isText(element)) {
    const field = /** @type {HTMLInputElement} */ (element);
    if (field.selectionStart === null && !isUnseen(field)) return null; // the browser tells nothing about it: the caret stays where it is
    return { node: field, offset: found?.offsetNode === field ? found.offset : field.value.length };
  }
  if (found) return { node: found.offsetNode, offset: found.offset };
  const range = document.caretRangeFromPoint?.(x, y);
  return range ? { node: range.startContainer, offset: range.startOffset } : null;
}

/** @param {string} text @param {number} offset @param {string} unit @returns {[number, number]} */
function unitAt(text, offset, unit) {
  if (unit === "character") return [offset, offset];
  if (unit === "paragraph") {
    const end = text.indexOf("\n", offset);
    return [text.lastIndexOf("\n", offset - 1) + 1, end < 0 ? text.length : end];
  }
  const at = Math.min(offset, text.length - 1);
  const word = piecesOf(text, "word").find(({ index, segment }) => index <= at && at < index + segment.length);
  return word ? [word.index, word.index + word.segment.length] : [offset, offset];
}
