// @ts-check
// What was ever a secret stays one, until the session ends and beyond: the field itself, whatever becomes of it; fields of the
// same name, id or label in the same form; and fields with the same content. Nothing of it is written to the page, and of
// contents only salted hashes are kept, in memory.

import { looksSecret, withoutCards } from "./looks.js";
import { attributeOf, closest, isElement, localName, parentElement, queryAll } from "./nodes.js";
import { innermost } from "./roots.js";

/** Contents that are shorter are too common to be known by. */
const MIN_LENGTH = 6;
const MAX_KEPT = 5000;
/** Milliseconds after an act in which what is put in is the agent's. */
const ACT_TIMEOUT = 1500;

const ALWAYS = /(^|\s)(cc-\S+|one-time-code)(\s|$)/i;
const PASSWORD = /(^|\s)(current-password|new-password)(\s|$)/i;
/** Libraries put a password's `autocomplete` on their lists, so that browsers suggest nothing. */
const LIST = "select, [role=combobox i], [role=listbox i], [aria-autocomplete], [list]";
/** Inputs whose content is no content. */
const CAPTIONS = new Set(["button", "submit", "reset", "image", "checkbox", "radio", "range", "color"]);
const FIELDS = new Set(["input", "textarea", "select"]);
/** A label with less says nothing. */
const WORD = /[\p{L}\p{N}]{2}/u;
/** Boxes for one sign each are those of a code. */
const BOXES = 4;

export class Secrets {
  /** @param {string} [named] selector of what a site calls secret itself */
  constructor(named = ":not(*)") {
    this.named = named;
    this.salt = crypto.getRandomValues(new Uint32Array(4));
    /** @type {WeakSet<Element>} */
    this.nodes = new WeakSet();
    /** @type {Set<string>} */
    this.keys = new Set();
    /** @type {Set<string>} hashes of contents */
    this.values = new Set();
    /** @type {Set<string>} the same of what an agent put in: to compare it would tell whether a guess is right */
    this.typed = new Set();
    this.actsUntil = 0;
    this.observer = new MutationObserver((changes) => this.changed(changes));
  }

  /** Be there before anybody sees: what is a password now may be none once somebody joins. */
  watch() {
    this.observer.disconnect();
    this.observer.observe(document, { subtree: true, attributeFilter: ["type"], attributeOldValue: true });
    for (const type of ["focusin", "input", "change"]) addEventListener(type, this.onEvent, true);
    this.scan();
    if (document.readyState === "loading") addEventListener("DOMContentLoaded", () => this.scan(), { once: true });
  }

  /** The session is over: keep no hashes. */
  forget() {
    this.values.clear();
    this.typed.clear();
  }

  /** Remember the passwords that the page has. */
  scan() {
    for (const each of document.querySelectorAll("input[type=password i]")) this.add(each);
  }

  onEvent = (/** @type {Event} */ event) => {
    const field = innermost(event.composedPath()[0]);
    if (!isElement(field) || !FIELDS.has(localName(field))) return;
    if (event.type !== "focusin" && performance.now() < this.actsUntil) this.note(this.typed, valueOf(field));
    else if (typeOf(field) === "password" || this.nodes.has(field)) this.add(field);
  };

  /** @param {MutationRecord[]} changes of `type` */
  changed(changes) {
    for (const { target, oldValue } of changes) {
      if (/^(password|hidden)$/i.test(oldValue ?? "") || typeOf(/** @type {Element} */ (target)) === "password") this.add(/** @type {Element} */ (target));
    }
  }

  /** What is put in from now on, for a while, is an agent's. */
  acted() {
    this.actsUntil = performance.now() + ACT_TIMEOUT;
  }

  /** Whether what a field holds is never shown. @param {Element} element */
  has(element) {
    if (!FIELDS.has(localName(element))) return false;
    if (!this.nodes.has(element) && !this.isNew(element)) return false;
    this.add(element);
    return true;
  }

  /** A field is a secret from now on. @param {Element} field */
  add(field) {
    if (typeOf(field) === "file") return void this.nodes.add(field);
    if (!this.nodes.has(field)) for (const key of keysOf(field)) this.keys.add(key);
    this.nodes.add(field);
    if (localName(field) !== "select") this.note(this.values, valueOf(field));
  }

  /** @param {Element} field */
  isNew(field) {
    const type = typeOf(field);
    if (type === "password" || type === "file" || closest(field, this.named)) return true;
    if (CAPTIONS.has(type)) return false;
    return saysSo(field) || this.isKnown(field) || looks(field);
  }

  /** Whether a field is the same as one that was secret. @param {Element} field */
  isKnown(field) {
    if (keysOf(field).some((key) => this.keys.has(key))) return true;
    const value = valueOf(field);
    if (value.length < MIN_LENGTH) return false;
    if (withoutCards(value) !== value) return true;
    const hash = this.hash(value);
    return this.values.has(hash) && !this.typed.has(hash);
  }

  /** @param {Set<string>} kept @param {string} value */
  note(kept, value) {
    if (value.length < MIN_LENGTH) return;
    if (kept.size >= MAX_KEPT) kept.delete(kept.values().next().value ?? "");
    kept.add(this.hash(value));
  }

  /** @param {string} text */
  hash(text) {
    const parts = [...this.salt];
    for (let at = 0; at < text.length; at += 1) {
      for (const each of parts.keys()) {
        parts[each] = Math.imul(parts[each] ^ (text.charCodeAt(at) + each), 0x9e3779b1 + 2 * each);
        parts[each] ^= parts[each] >>> 15;
      }
    }
    return parts.map((part) => (part >>> 0).toString(36)).join("-");
  }
}

/** @param {Element} field */
const valueOf = (field) => /** @type {HTMLInputElement} */ (field).value ?? "";

/** The type of a field, in small letters. @param {Element} element */
export function typeOf(element) {
  return localName(element) === "input" ? (/** @type {HTMLInputElement} */ (element).type ?? "").toLowerCase() : "";
}

/** Whether its `autocomplete` says that a field holds a secret. @param {Element} field */
function saysSo(field) {
  const said = field.getAttribute("autocomplete") ?? "";
  return ALWAYS.test(said) || (PASSWORD.test(said) && !field.matches(LIST));
}

/** @param {Element} field */
function looks(field) {
  if (localName(field) === "select") return false;
  const { maxLength = -1 } = /** @type {HTMLInputElement} */ (field);
  const [pattern, autocomplete] = ["pattern", "autocomplete"].map((name) => field.getAttribute(name) ?? "");
  const names = [...["name", "id", "placeholder"].map((name) => field.getAttribute(name) ?? ""), ...labelsOf(field)];
  return looksSecret({ names, autocomplete, pattern, length: maxLength }) || (maxLength === 1 && isBoxed(field));
}

/** Whether a field is one of a row of boxes for a single sign. @param {Element} field */
function isBoxed(field) {
  const parent = parentElement(field);
  const around = parent && queryAll(parent, "input").length === 1 ? parentElement(parent) : parent;
  return around !== null && queryAll(around, "input[maxlength='1']").length >= BOXES;
}

/** @param {Element} field @returns {string[]} */
function labelsOf(field) {
  const { labels } = /** @type {HTMLInputElement} */ (field);
  const ids = field.getAttribute("aria-labelledby")?.split(/\s+/) ?? [];
  const root = /** @type {Document | ShadowRoot} */ (field.getRootNode());
  const named = ids.map((id) => root.getElementById?.(id)?.textContent ?? "");
  return [...[...(labels ?? [])].map((label) => label.textContent ?? ""), ...named, field.getAttribute("aria-label") ?? ""];
}

/** What a field is known by within its form. @param {Element} field */
function keysOf(field) {
  const { form } = /** @type {HTMLInputElement} */ (field);
  const place = (form && ["id", "name", "action"].map((name) => attributeOf(form, name)).find(Boolean)) || "";
  const keys = ["name", "id"].map((name) => [name, field.getAttribute(name)?.trim()]);
  const labels = labelsOf(field).filter((label) => WORD.test(label)).map((label) => ["label", label.trim().toLowerCase()]);
  return [...keys, ...labels].filter(([, text]) => text).map(([kind, text]) => `${place} ${kind} ${text}`);
}
