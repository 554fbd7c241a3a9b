// @ts-check
// Text put in and taken away as by a user's keys. The browser's own editing does it: caret, length, undo, structure and the
// `change` at the end are its own. Where it does nothing, the value is set before the event is sent.

import { listen, unlisten } from "../natives.js";
import { fire, realmOf } from "./events.js";
import { isText, setNatively } from "./kinds.js";
import { noteEdit } from "./told.js";
import { changeUnseen, forgetCaret } from "./unseen.js";

/** @import { Journal } from "./journal.js" */

/** What each change is called in events and as a command. */
const COMMANDS = /** @type {const} */ ({
  insertText: "insertText",
  insertFromPaste: "insertText",
  insertCompositionText: "insertText",
  insertLineBreak: "insertLineBreak",
  insertParagraph: "insertParagraph",
  deleteContentBackward: "delete",
  deleteWordBackward: "delete",
  deleteContentForward: "forwardDelete",
  deleteWordForward: "forwardDelete",
  historyUndo: "undo",
  historyRedo: "redo",
});

/** @typedef {keyof typeof COMMANDS} Change */

/** @param {Element} element that has the focus @param {Change} inputType @param {Journal} journal @param {string | null} [data] */
export function change(element, inputType, journal, data = null) {
  if (!fire(element, "beforeinput", { inputType, data })) return;
  journal.before(element);
  noteEdit(element);
  if (changeUnseen(element, inputType, data ?? "")) return;
  const command = COMMANDS[inputType];
  const realm = realmOf(element);
  let noticed = false;
  // Some engines ask once more by themselves; the page has answered.
  const ask = (/** @type {Event} */ event) => event.isTrusted && event.stopImmediatePropagation();
  const note = () => void (noticed = true);
  listen(realm, "beforeinput", ask, true);
  listen(realm, "input", note, true);
  const done = element.ownerDocument.execCommand(command, false, data ?? "");
  forgetCaret(element);
  unlisten(realm, "beforeinput", ask, true);
  unlisten(realm, "input", note, true);
  if (!done && !noticed && isText(element) && !command.endsWith("do")) splice(element, inputType, data ?? "");
}

/** What older engines do not do in fields. @param {HTMLInputElement | HTMLTextAreaElement} field @param {Change} inputType @param {string} text */
function splice(field, inputType, text) {
  const { value, maxLength } = field;
  let start = field.selectionStart ?? value.length;
  let end = field.selectionEnd ?? start;
  if (start === end && inputType.endsWith("Backward")) start = Math.max(0, start - 1);
  if (start === end && inputType.endsWith("Forward")) end += 1;
  const put = field.localName === "textarea" && /Break|Paragraph/.test(inputType) ? "\n" : text;
  const room = maxLength < 0 ? put.length : Math.max(0, maxLength - value.length + end - start);
  const left = put.slice(0, room);
  if (!left && start === end) return;
  setNatively(field, "value", value.slice(0, start) + left + value.slice(end));
  if (field.selectionStart !== null) field.setSelectionRange(start + left.length, start + left.length);
  fire(field, "input", { inputType, data: left || null, cancelable: false });
}
