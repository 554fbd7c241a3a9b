// @ts-check
// The caret moved by keys: by sign, word, line and all, with what is selected kept or extended. Selection.modify does it, in
// fields too in some engines; where it does not, it is counted here.

import { ownerOf } from "../nodes.js";
import { isText } from "./kinds.js";
import { piecesOf } from "./segments.js";
import { APART, caretOf } from "./unseen.js";

/** @import { Caret } from "./unseen.js" */

/** @typedef {"character" | "word" | "line" | "lineboundary" | "documentboundary"} Unit */

/** @param {Element} element that is written in @param {-1 | 1} way @param {Unit} unit @param {boolean} extend */
export function moveCaret(element, way, unit, extend) {
  const field = isText(element) ? caretOf(element) : null;
  if (field && APART) field.selectionStart ?? field.setSelectionRange(0, 0);
  if (field && field.selectionStart !== null && !extend && unit === "character" && collapsed(field, way)) return;
  const before = field && edgesOf(field);
  const selection = field && APART ? null : ownerOf(element).getSelection();
  selection?.modify(extend ? "extend" : "move", way < 0 ? "backward" : "forward", unit);
  if (field && field.selectionStart !== null && before === edgesOf(field)) count(field, way, unit, extend);
}

/** An arrow takes a selection back to one of its ends. @param {Caret} field @param {number} way */
function collapsed(field, way) {
  const { selectionStart: start, selectionEnd: end } = field;
  if (start === end) return false;
  const at = way < 0 ? start : end;
  field.setSelectionRange(at, at);
  return true;
}

/** @param {Caret} field */
const edgesOf = ({ selectionStart, selectionEnd, selectionDirection }) => `${selectionStart} ${selectionEnd} ${selectionStart === selectionEnd || selectionDirection}`;

/** @param {Caret} field @param {-1 | 1} way @param {Unit} unit @param {boolean} extend */
function count(field, way, unit, extend) {
  const [start, end] = [Number(field.selectionStart), Number(field.selectionEnd)];
  const backward = field.selectionDirection === "backward";
  const [anchor, focus] = backward ? [end, start] : [start, end];
  const to = reach(field.value, focus, way, unit);
  const fixed = extend ? anchor : to;
  field.setSelectionRange(Math.min(fixed, to), Math.max(fixed, to), to < fixed ? "backward" : "forward");
}

/** @param {string} text @param {number} at @param {-1 | 1} way @param {Unit} unit @returns {number} */
function reach(text, at, way, unit) {
  if (unit === "documentboundary") return way < 0 ? 0 : text.length;
  const [first, last] = lineAt(text, at);
  if (unit === "lineboundary") return way < 0 ? first : last;
  if (unit === "line") {
    if (way < 0 ? first === 0 : last === text.length) return at;
    const [from, to] = lineAt(text, way < 0 ? first - 1 : last + 1);
    return Math.min(to, from + at - first);
  }
  const starts = piecesOf(text, unit === "word" ? "word" : "grapheme").filter(({ isWordLike }) => unit !== "word" || isWordLike).map(({ index }) => index);
  return way < 0 ? (starts.filter((each) => each < at).pop() ?? 0) : (starts.find((each) => each > at) ?? text.length);
}

/** @param {string} text @param {number} at @returns {[number, number]} */
function lineAt(text, at) {
  const end = text.indexOf("\n", at);
  return [text.lastIndexOf("\n", at - 1) + 1, end < 0 ? text.length : end];
}
