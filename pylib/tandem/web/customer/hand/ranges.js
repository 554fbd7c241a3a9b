// @ts-check
// What a change of a text is about: what is selected, or what a key takes away where nothing is. Editors with a model of their
// own ask for it.

import { bare, isElement, ownerOf, parentElement, rootNode } from "../nodes.js";
import { isText } from "./kinds.js";
import { reachOf } from "./segments.js";

/** Where the caret of what is written in is; browsers tell it of shadow roots by themselves, if at all. @param {Element} element @returns {Selection | null} */
function selectionOf(element) {
  const root = /** @type {{ getSelection?: () => Selection | null }} */ (rootNode(element));
  const selection = root.getSelection?.() ?? ownerOf(element).getSelection();
  return selection?.rangeCount && bare(element).contains(selection.anchorNode) ? selection : null;
}

/** What the caret is in, where a browser pastes. @param {Element} element that has the focus @returns {Element} */
export function caretElement(element) {
  const node = isText(element) ? null : selectionOf(element)?.getRangeAt(0).startContainer;
  return (isElement(node) ? node : node && parentElement(node)) ?? element;
}

/** The ranges that the event before a change tells; none in fields. @param {Element} element @param {string} inputType @returns {StaticRange[]} */
export function targetsOf(element, inputType) {
  const selection = isText(element) ? null : selectionOf(element);
  if (!selection) return [];
  const { startContainer, startOffset, endContainer, endOffset, collapsed } = selection.getRangeAt(0);
  if (!collapsed || startContainer.nodeType !== Node.TEXT_NODE) return [new StaticRange({ startContainer, startOffset, endContainer, endOffset })];
  const [start, end] = reachOf(startContainer.nodeValue ?? "", startOffset, inputType);
  return [new StaticRange({ startContainer, startOffset: start, endContainer, endOffset: end })];
}
