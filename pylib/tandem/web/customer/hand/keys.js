// @ts-check
// The agent's keys: the events that a keyboard sends, with the members that older pages read, and then what browsers do.

import { arm, byDefault, onRelease } from "./defaults.js";
import { fire, heldKeys } from "./events.js";
import { focused } from "./told.js";

/** @import { Act } from "../../shared/messages.d.ts" */
/** @import { Tools } from "./defaults.js" */

const CODES = /** @type {Record<string, number>} */ ({
  Backspace: 8, Tab: 9, Enter: 13, Shift: 16, Control: 17, Alt: 18, Pause: 19, CapsLock: 20, Escape: 27, " ": 32,
  PageUp: 33, PageDown: 34, End: 35, Home: 36, ArrowLeft: 37, ArrowUp: 38, ArrowRight: 39, ArrowDown: 40,
  Insert: 45, Delete: 46, Meta: 91, ContextMenu: 93,
});
const SIGNS = /** @type {Record<string, number>} by the code of the key */ ({
  Semicolon: 186, Equal: 187, Comma: 188, Minus: 189, Period: 190, Slash: 191, Backquote: 192,
  BracketLeft: 219, Backslash: 220, BracketRight: 221, Quote: 222,
  NumpadMultiply: 106, NumpadAdd: 107, NumpadSubtract: 109, NumpadDecimal: 110, NumpadDivide: 111,
});

/** @param {string} key @returns {string} the code, where the agent's side names none */
function codeOf(key) {
  if (/^[a-z]$/i.test(key)) return `Key${key.toUpperCase()}`;
  if (/^\d$/.test(key)) return `Digit${key}`;
  return key === " " ? "Space" : key.length > 1 ? key : "";
}

/** What `keyCode` is, which pages still read. @param {string} key @param {string} code */
function keyCodeOf(key, code) {
  if (Object.hasOwn(CODES, key)) return CODES[key];
  if (/^F\d+$/.test(key)) return 111 + Number(key.slice(1));
  if (/^Numpad\d$/.test(code)) return 96 + Number(code.slice(6));
  if (/^(Key[A-Z]|Digit\d)$/.test(code)) return code.charCodeAt(code.length - 1);
  return SIGNS[code] ?? (/^[a-z0-9]$/i.test(key) ? key.toUpperCase().charCodeAt(0) : 0);
}

/** Where on the keyboard a key is that is there more than once. @param {string} code */
const placeOf = (code) => (code.startsWith("Numpad") ? 3 : /^(Shift|Control|Alt|Meta)L/.test(code) ? 1 : /^(Shift|Control|Alt|Meta)R/.test(code) ? 2 : 0);

/** The keyboard of a Mac has Meta where others have Control. @param {Act} act */
function modsOf({ mods = "", mac = false }) {
  const here = /Mac|iP/.test(navigator.platform);
  return mac === here ? mods : mods.replace(/[cm]/g, (mod) => (mod === "c" ? "m" : "c"));
}

/** @param {Act} act */
function membersOf(act) {
  const { key = "", code, repeat = false } = act;
  const at = code ?? codeOf(key);
  const keyCode = keyCodeOf(key, at);
  return { key, code: at, location: placeOf(at), repeat, keyCode, which: keyCode, charCode: 0, ...heldKeys(modsOf(act)) };
}

/** Press a key. @param {Element} element that has the focus @param {Act} act @param {Tools} tools */
export function press(element, act, tools) {
  const members = membersOf(act);
  if (act.key === " ") arm(null);
  if (!tools.journal.during(element, () => fire(element, "keydown", members))) return;
  const target = focused(); // the page may have moved it on
  if (!tools.allows(target)) return;
  if (act.key === " ") arm(target);
  const sign = act.text ?? (act.key === "Enter" ? "\r" : "");
  const charCode = sign.codePointAt(0) ?? 0;
  if (sign && !fire(target, "keypress", { ...members, keyCode: 0, which: 0 }, { charCode, keyCode: charCode, which: charCode })) return;
  if (tools.allows(focused())) byDefault(focused(), act, tools);
}

/** Let it go. @param {Element} element that has the focus @param {Act} act */
export function release(element, act) {
  if (fire(element, "keyup", membersOf(act))) onRelease(element, act);
}
