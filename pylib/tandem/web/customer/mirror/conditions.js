// @ts-check
// Attribute selectors as they leave: what they ask for is asked here, of the live elements, and the agent's side learns only
// that it holds, by a name made for the session. Neither what they ask for nor what an attribute holds goes along.

import { STRING, unquoted } from "../css.js";
import { withoutCards } from "../looks.js";
import { looksPersonal, maskedNames } from "../masks.js";
import { attributeOf, attributesOf, matches } from "../nodes.js";
import { LABELS, isAsSent } from "./words.js";

/**
 * @typedef {object} Condition
 * @property {string} name of the attribute that tells the agent's side
 * @property {string} selector as the site wrote it
 * @property {string} attribute that it asks for
 * @property {string} operator "" if being there is enough
 * @property {string} operand
 */
/** What is known of an element. @typedef {{ allowed: boolean, secret?: boolean }} Where */

const NAME = String.raw`(?:\\[\s\S]|[\w-]|[^\x00-\x7f])+`;
/** What ends in a brace, a semicolon or with the sheet: selectors are what stands before an opening brace. */
const RUNS = new RegExp(String.raw`(?:${STRING}|\/\*[\s\S]*?(?:\*\/|$)|\\(?:[\s\S]|$)|[^{};"'\\/]+|\/)*(?:[{};]|$)`, "g");
const SELECTORS = new RegExp(String.raw`\[\s*(${NAME})\s*(?:([~|^$*]?=)\s*(${STRING}|${NAME})\s*([is]?)\s*)?\]|${STRING}`, "gi");

/** In the place of what is never asked. */
const NO = "t-0";
const MAX = 3000;
/** Whoever tells more values of one attribute apart spells something out. */
const MAX_OPERANDS = 50;
/** What they hold is content, or an address. */
const NEVER = /^(value|href|src|srcset|poster|action|formaction|data|content|srcdoc|style|cite|ping|xlink:href|aria-value\w+)$/i;
/** Which kind of address it is. */
const ADDRESS = /^(\^=(https?:?(\/\/)?|mailto:|tel:|sms:|\/\/?|#|\.)|\$=\.[a-z]{2,4}|=#)$/i;
/** They are told only where what they say is shown. */
const CHOICE = /^(href|checked|selected)$/;
/** Values of few words, part of which may be asked for. */
const WORDED = /^(name|for|target|data-(popper-)?placement|data-(side|align|position|orientation|state|status|theme|color-scheme|variant|size|slot|type|icon|component))$/i;
const WORD = /^[^\s@]*[a-z]{2}[^\s@]*$/i;

export class Conditions {
  constructor() {
    /** @type {Map<string, Condition>} by the selector */
    this.known = new Map();
    /** @type {Map<string, Condition[]>} by the attribute that they ask for */
    this.byAttribute = new Map();
    /** @type {Condition[]} those of which what was sent before knows nothing */
    this.fresh = [];
    /** @type {WeakMap<Element, Set<string>>} what the agent's side knows to hold */
    this.told = new WeakMap();
  }

  /** A style sheet in which attribute selectors ask for names of the session. @param {string} css */
  named(css) {
    if (!css.includes("[")) return css;
    return css.replace(RUNS, (run) => (run.endsWith("{") && run.includes("[") ? this.replaced(run) : run));
  }

  /** @param {string} selector */
  replaced(selector) {
    return selector.replace(SELECTORS, (part, /** @type {string | undefined} */ name, operator = "", operand = "") => {
      if (name === undefined) return part;
      const [attribute, value] = [unquoted(name).toLowerCase(), unquoted(operand)];
      if (isAsSent(attribute, operator, value)) return part;
      return `[${this.of({ name: NO, selector: part, attribute, operator, operand: value })}]`;
    });
  }

  /** The name for a condition. @param {Condition} condition */
  of(condition) {
    const known = this.known.get(condition.selector);
    if (known) return known.name;
    if (!mayHold(condition) || this.known.size >= MAX) return NO;
    condition.name = `t-${this.known.size + 1}`;
    this.known.set(condition.selector, condition);
    this.byAttribute.set(condition.attribute, [...(this.byAttribute.get(condition.attribute) ?? []), condition]);
    this.fresh.push(condition);
    return condition.name;
  }

  /** Tell what holds of an element that is sent as a whole. @param {Record<string, any>} attributes @param {Element} element @param {Where} where */
  mark(attributes, element, where) {
    if (this.known.size === 0) return;
    this.told.delete(element);
    this.update(attributes, element, Array.from(attributesOf(element), ({ name }) => name), where);
  }

  /** Tell what holds otherwise, now that some attributes have changed. @param {Record<string, any>} attributes @param {Element} element @param {string[]} changed @param {Where} where */
  update(attributes, element, changed, where) {
    for (const name of changed) {
      for (const condition of this.byAttribute.get(name.toLowerCase()) ?? []) this.tell(attributes, element, condition, where);
    }
  }

  /** @param {Record<string, any>} attributes @param {Element} element @param {Condition} condition @param {Where} where */
  tell(attributes, element, condition, where) {
    const { name } = condition;
    const told = this.told.get(element) ?? new Set();
    const holds = this.holds(condition, element, where);
    if (holds === told.has(name)) return;
    attributes[name] = holds ? "" : null;
    if (holds) this.told.set(element, told.add(name));
    else told.delete(name);
  }

  /** Whether a condition holds, and may be told. @param {Condition} condition @param {Element} element @param {Where} where */
  holds(condition, element, { allowed, secret }) {
    const { attribute, operator, operand, selector } = condition;
    if (secret || !matches(element, selector)) return false;
    if (operator === "") return true;
    if (CHOICE.test(attribute)) return allowed;
    const value = attributeOf(element, attribute) ?? "";
    if (attribute === "id") return maskedNames(value) === value;
    if (LABELS.has(attribute)) return allowed && withoutCards(value) === value;
    if (looksPersonal(value) || (/\s/.test(value.trim()) && !WORDED.test(attribute))) return false;
    return allowed || (WORD.test(operand) && (this.byAttribute.get(attribute)?.length ?? 0) <= MAX_OPERANDS);
  }
}

/** Whether it may be asked of any element at all. @param {Condition} condition */
function mayHold({ attribute, operator, operand }) {
  if (attribute === "href" && ADDRESS.test(operator + operand)) return true;
  if (NEVER.test(attribute)) return false;
  if (/^(|=|\|=)$/.test(operator) || attribute === "id" || LABELS.has(attribute)) return true;
  return WORDED.test(attribute) && /[a-z]{3}/i.test(operand);
}
