// @ts-check
// The agent's keyboard: every key as it goes down and up, and what an input method composes in a field that nobody sees.

/** @import { Act } from "../shared/messages.d.ts" */

/** @typedef {(what: Act["do"], members: Partial<Act>) => void} Send */

const IS_MAC = /Mac|iP/.test(navigator.platform);
/** These stay the agent's browser's. */
const OWN = /^(F5|F11|F12|Unidentified|Process|Dead)$/;
/** What virtual keyboards do without a key. */
const KEYS = /** @type {Record<string, string>} */ ({
  deleteContentBackward: "Backspace",
  deleteContentForward: "Delete",
  insertLineBreak: "Enter",
  insertParagraph: "Enter",
});

export class Keyboard {
  /** @param {HTMLTextAreaElement} field @param {Send} send @param {AbortSignal} signal */
  constructor(field, send, signal) {
    this.field = field;
    this.send = send;
    /** @type {Map<string, Partial<Act>>} keys that are down, by their codes */
    this.held = new Map();
    field.addEventListener("keydown", (event) => this.down(event), { signal });
    field.addEventListener("keyup", (event) => this.up(event), { signal });
    field.addEventListener("blur", () => this.letGo(), { signal });
    field.addEventListener("beforeinput", (event) => this.input(event), { signal });
    field.addEventListener("compositionend", ({ data }) => this.composed(data), { signal });
    field.addEventListener("paste", (event) => this.paste(event), { signal });
  }

  /** @param {KeyboardEvent} event */
  down(event) {
    const { key, code, shiftKey, repeat } = event;
    if (event.isComposing || OWN.test(key)) return;
    if (key === "Escape" && shiftKey) return this.field.blur();
    if (!pastes(event)) event.preventDefault();
    const members = { key, code, mods: modsOf(event), ...(IS_MAC && { mac: true }) };
    if (code) this.held.set(code, members);
    this.send("key", { ...members, ...(repeat && { repeat }), ...(writes(event) && { text: key }) });
  }

  /** @param {KeyboardEvent} event */
  up(event) {
    if (!this.held.delete(event.code)) return;
    this.send("release", { key: event.key, code: event.code, mods: modsOf(event), ...(IS_MAC && { mac: true }) });
  }

  letGo() {
    for (const members of this.held.values()) this.send("release", { ...members, mods: "" });
    this.held.clear();
  }

  /** @param {InputEvent} event */
  input(event) {
    const { inputType, data } = event;
    if (event.isComposing || inputType === "insertCompositionText") return;
    event.preventDefault();
    if (Object.hasOwn(KEYS, inputType)) for (const what of /** @type {const} */ (["key", "release"])) this.send(what, { key: KEYS[inputType] });
    else if (data) this.send("text", { text: data });
  }

  /** @param {string} text */
  composed(text) {
    this.field.value = "";
    if (text) this.send("text", { text });
  }

  /** @param {ClipboardEvent} event */
  paste(event) {
    event.preventDefault();
    const text = event.clipboardData?.getData("text/plain");
    if (text) this.send("paste", { text });
  }
}

/** @param {KeyboardEvent} event */
export const pastes = ({ key, shiftKey, ctrlKey, metaKey }) => ((ctrlKey || metaKey) && key.toLowerCase() === "v") || (shiftKey && key === "Insert");

/** The modifiers that are held; those of AltGr are none. @param {MouseEvent | KeyboardEvent} event @returns {string} */
export function modsOf(event) {
  const { shiftKey, ctrlKey, altKey, metaKey } = event;
  const graph = event.getModifierState("AltGraph");
  return (shiftKey ? "s" : "") + (ctrlKey && !graph ? "c" : "") + (altKey && !graph ? "a" : "") + (metaKey ? "m" : "");
}

/** Whether a key is for writing. @param {KeyboardEvent} event */
function writes(event) {
  const mods = modsOf(event);
  return [...event.key].length === 1 && !/[cm]/.test(mods) && (IS_MAC || !mods.includes("a"));
}
