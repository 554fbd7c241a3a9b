// @ts-check
// Text put in and taken away as by a user's keys. The browser's own editing does it: caret, length, undo, structure and the
// `change` at the end are its own. Where it does nothing, the value is set before the event is sent. Editors with a model of
// their own prevent it, and do what the event says: what is to be done, and from where to where.

import { listen, unlisten } from "../natives.js";
import { bare, isConnected, localName, ownerOf } from "../nodes.js";
import { moveCaret } from "./caret.js";
import { contextOf, editIn } from "./contexts.js";
import { eventOf, fire, realmOf, rename } from "./events.js";
import { isText, setNatively } from "./kinds.js";
import { caretElement, targetsOf } from "./ranges.js";
import { noteEdit } from "./told.js";
import { caretOf, changeUnseen, forgetCaret } from "./unseen.js";

/** @import { Journal } from "./journal.js" */

/** What each change is called in events and as a command. */
const COMMANDS = /** @type {const} */ ({
  insertText: "insertText",
  insertFromPaste: "insertText",
  insertLineBreak: "insertLineBreak",
  insertParagraph: "insertParagraph",
  deleteContentBackward: "delete",
  deleteWordBackward: "delete",
  deleteSoftLineBackward: "delete",
  deleteContentForward: "forwardDelete",
  deleteWordForward: "forwardDelete",
  deleteSoftLineForward: "forwardDelete",
  formatBold: "bold",
  formatItalic: "italic",
  formatUnderline: "underline",
  historyUndo: "undo",
  historyRedo: "redo",
});

/** @typedef {keyof typeof COMMANDS} Change */

/** @param {Element} element that has the focus @param {Change} inputType @param {Journal} journal @param {string | null} [data] */
export function change(element, inputType, journal, data = null) {
  const context = contextOf(element);
  const told = carried(element, inputType, data);
  const targetRanges = context ? [] : targetsOf(element, inputType);
  if (!asked(inputType === "insertFromPaste" ? caretElement(element) : element, { inputType, ...told }, targetRanges)) return;
  if (context) return void journal.during(element, () => (editIn(context, inputType, data ?? ""), true));
  journal.before(element);
  noteEdit(element);
  reach(element, inputType);
  if (changeUnseen(element, inputType, data ?? "")) return;
  const command = COMMANDS[inputType];
  const realm = realmOf(element);
  let noticed = false;
  // Some engines ask once more by themselves; the page has answered.
  const ask = (/** @type {Event} */ event) => event.isTrusted && event.stopImmediatePropagation();
  const note = (/** @type {Event} */ event) => {
    if (!noticed && /** @type {InputEvent} */ (event).inputType !== inputType) rename(event, { inputType, ...told });
    noticed = true;
  };
  listen(realm, "beforeinput", ask, true);
  listen(realm, "input", note, true);
  const isPasted = inputType === "insertFromPaste";
  if (isPasted) journal.apart(element);
  const done = ownerOf(element).execCommand(command, false, data ?? "");
  if (isPasted && isConnected(element)) journal.apart(element);
  forgetCaret(element);
  unlisten(realm, "beforeinput", ask, true);
  unlisten(realm, "input", note, true);
  if (!done && !noticed && isText(element) && !command.endsWith("do")) splice(element, inputType, data ?? "");
}

/** Ask the page; engines differ in what they take from who makes an event. @param {Element} target @param {object} members @param {StaticRange[]} targetRanges @returns {boolean} whether nobody prevented it */
function asked(target, members, targetRanges) {
  const event = /** @type {InputEvent} */ (eventOf(target, "beforeinput", { ...members, targetRanges }));
  const known = /** @type {any} */ (event);
  rename(event, Object.fromEntries(Object.entries(members).filter(([name, value]) => known[name] !== value)));
  if (event.getTargetRanges?.().length !== targetRanges.length) rename(event, { getTargetRanges: () => targetRanges });
  return bare(target).dispatchEvent(event);
}

/** Words and lines go as what is selected. @param {Element} element @param {Change} inputType */
function reach(element, inputType) {
  const [, what, way] = /^delete(Word|SoftLine)(Back|For)ward$/.exec(inputType) ?? [];
  const caret = isText(element) ? caretOf(element) : null;
  const collapsed = caret ? caret.selectionStart === caret.selectionEnd : ownerOf(element).getSelection()?.isCollapsed;
  if (what && collapsed) moveCaret(element, way === "Back" ? -1 : 1, what === "Word" ? "word" : "lineboundary", true);
}

/** Where there may be more than text, what is pasted comes as what was dragged does. @param {Element} element @param {Change} inputType @param {string | null} data */
function carried(element, inputType, data) {
  if (inputType !== "insertFromPaste" || isText(element)) return { data };
  const dataTransfer = new (realmOf(element).DataTransfer)();
  dataTransfer.setData("text/plain", data ?? "");
  return { data: null, dataTransfer };
}

/** What older engines do not do in fields. @param {HTMLInputElement | HTMLTextAreaElement} field @param {Change} inputType @param {string} text */
function splice(field, inputType, text) {
  const { value, maxLength } = field;
  let start = field.selectionStart ?? value.length;
  let end = field.selectionEnd ?? start;
  if (start === end && inputType.endsWith("Backward")) start = Math.max(0, start - 1);
  if (start === end && inputType.endsWith("Forward")) end += 1;
  const put = localName(field) === "textarea" && /Break|Paragraph/.test(inputType) ? "\n" : text;
  const room = maxLength < 0 ? put.length : Math.max(0, maxLength - value.length + end - start);
  const left = put.slice(0, room);
  if (!left && start === end) return;
  setNatively(field, "value", value.slice(0, start) + left + value.slice(end));
  if (field.selectionStart !== null) field.setSelectionRange(start + left.length, start + left.length);
  fire(field, "input", { inputType, data: left || null, cancelable: false });
}
