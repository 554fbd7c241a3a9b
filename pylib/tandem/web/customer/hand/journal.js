// @ts-check
// What the agent has changed, so that their undo ends there: the browser's own would go on into what the customer has typed.

import { isConnected, ownerOf, parentElement } from "../nodes.js";
import { contextOf } from "./contexts.js";
import { contentOf, isEditable, isText } from "./kinds.js";

/** @typedef {{ element: Element, content: string, turn: number }} Entry a field or editor as it was before the agent changed it */

export class Journal {
  constructor() {
    /** @type {WeakMap<Document, Entry[]>} the latest last; browsers undo by document */
    this.entries = new WeakMap();
    this.turn = 0;
  }

  /** The agent changes something. @param {Element} element */
  before(element) {
    const editor = editorOf(element);
    const entries = this.of(editor);
    if (entries.at(-1)?.element === editor) return;
    part(editor);
    entries.push({ element: editor, content: contentOf(editor), turn: this.turn });
  }

  /** What is pasted is undone by itself. @param {Element} element */
  apart(element) {
    part(editorOf(element));
  }

  /** What the page itself makes of an event is the agent's change too. @param {Element} element @param {() => boolean} send @returns {boolean} what sending it answers */
  during(element, send) {
    const editor = editorOf(element);
    const content = contentOf(editor);
    const goes = send();
    const entries = this.of(editor);
    if (contentOf(editor) !== content && entries.at(-1)?.element !== editor) entries.push({ element: editor, content, turn: this.turn });
    return goes;
  }

  /** The customer has changed something: it is not the agent's to undo. @param {Document} document */
  forget(document) {
    this.entries.delete(document);
  }

  /** The customer uses the page: of what they change through an EditContext no event tells. */
  pass() {
    this.turn += 1;
  }

  /** Whether the last change in this document is the agent's. @param {Element} element */
  undoes(element) {
    const entries = this.of(element);
    while (entries.length && isAsBefore(entries[entries.length - 1])) entries.pop();
    return entries.length > 0;
  }

  /** @param {Element} element */
  of(element) {
    const document = ownerOf(element);
    const entries = (this.entries.get(document) ?? []).filter(({ element: each, turn }) => turn === this.turn || !contextOf(each));
    this.entries.set(document, entries);
    return entries;
  }
}

/** @param {Entry} entry */
const isAsBefore = ({ element, content }) => !isConnected(element) || contentOf(element) === content;

/** The whole of an editor, whatever of it has the focus. @param {Element} element @returns {Element} */
function editorOf(element) {
  const parent = parentElement(element);
  return parent && isEditable(parent) ? editorOf(parent) : element;
}

/** A browser undoes in one what was typed in one: a selection made anew parts the agent's from the customer's. @param {Element} editor */
function part(editor) {
  const selection = ownerOf(editor).getSelection();
  if (isText(editor)) {
    const { selectionStart: start, selectionEnd: end } = editor;
    if (start === null || !editor.value) return;
    editor.setSelectionRange(0, editor.value.length);
    editor.setSelectionRange(start, end);
  } else if (selection?.rangeCount) {
    const range = selection.getRangeAt(0).cloneRange();
    selection.removeAllRanges();
    selection.addRange(range);
  }
}
