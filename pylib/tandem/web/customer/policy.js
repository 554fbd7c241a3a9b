// @ts-check
// Decides of every node whether the agent may see it: masked unless allowed, absent if blocked, and some fields never.

/** @import { Refusal } from "../shared/messages.d.ts" */
/** @import { Settings } from "./settings.js" */

/** Set by rrweb once a password's field has become another one ("show password"). */
const WAS_PASSWORD = "data-rr-is-password";
const SECRET_FIELD = /(^|\s)(cc-\S+|one-time-code|current-password|new-password)(\s|$)/i;

/** Fields that stay masked even where everything else is shown; for style sheets. */
export const SECRET_SELECTOR = [
  "input[type=password i]",
  "input[type=file i]",
  `[${WAS_PASSWORD}]`,
  ...["cc-", "one-time-code", "current-password", "new-password"].map((part) => `[autocomplete*="${part}" i]`),
].join(",");

export class Policy {
  /** @param {Pick<Settings, "allow" | "block">} settings */
  constructor({ allow, block }) {
    this.allow = allow;
    this.block = block;
    /** @type {WeakSet<Element>} fields that were secret once remain it, whatever becomes of their attributes */
    this.secrets = new WeakSet();
    /** @type {WeakMap<Element, number>} elements that were marked themselves when the agent got to see them */
    this.marked = new WeakMap();
  }

  /** How an element itself is marked: 1 allowed, 2 blocked, or both. @param {Element} element */
  markOf(element) {
    return Number(element.matches(this.allow)) + 2 * Number(element.matches(this.block));
  }

  /** The same, remembered as what the agent sees. @param {Element} element */
  noteMark(element) {
    const mark = this.markOf(element);
    if (mark) this.marked.set(element, mark);
    else this.marked.delete(element);
    return mark;
  }

  /** Whether the page has marked an element otherwise since. @param {Element} element */
  isRemarked(element) {
    return this.markOf(element) !== (this.marked.get(element) ?? 0);
  }

  /** Whether a node lies in what is shown. @param {Node | null} node */
  allows(node) {
    return matchesUp(node, this.allow) && !this.isOfSecret(node);
  }

  /** Whether a node is part of what a secret field holds: a choice of a list, or a text. @param {Node | null} node */
  isOfSecret(node) {
    const field = elementOf(node)?.closest("select, textarea");
    return Boolean(field && field !== node && this.isSecret(field));
  }

  /** Whether a node is, or lies in, what is not shown at all. @param {Node | null} node */
  blocks(node) {
    return matchesUp(node, this.block);
  }

  /** Whether a node lies within a blocked element: then it is unknown to the agent. @param {Node | null} node */
  hides(node) {
    const element = elementOf(node);
    return element !== node ? matchesUp(element, this.block) : matchesUp(above(element), this.block);
  }

  /** Whether what a field holds is never shown. @param {Element} element */
  isSecret(element) {
    if (this.secrets.has(element)) return true;
    const secret = isSecretNow(element);
    if (secret) this.secrets.add(element);
    return secret;
  }

  /** Why an agent may not act on an element. @param {Element} element @returns {Refusal | null} */
  refusal(element) {
    if (this.blocks(element)) return "blocked";
    if (typeOf(element) === "file") return "file";
    if (this.isSecret(element)) return "password";
    return this.allows(element) ? null : "masked";
  }
}

/** @param {Element} element */
function isSecretNow(element) {
  if (!["INPUT", "TEXTAREA", "SELECT"].includes(element.tagName)) return false;
  const type = typeOf(element);
  return (
    type === "password" ||
    type === "file" ||
    element.hasAttribute(WAS_PASSWORD) ||
    SECRET_FIELD.test(element.getAttribute("autocomplete") ?? "")
  );
}

/** @param {Element} element the type of a field, in small letters */
export function typeOf(element) {
  return element.tagName === "INPUT" ? /** @type {HTMLInputElement} */ (element).type.toLowerCase() : "";
}

/** The element that a node is or is in; of a text right in a shadow root, its host. @param {Node | null} node */
export function elementOf(node) {
  if (!node) return null;
  if (node.nodeType === Node.ELEMENT_NODE) return /** @type {Element} */ (node);
  return node.parentElement ?? hostOf(node.parentNode ?? node);
}

/** @param {Node | null} node @param {string} selector */
function matchesUp(node, selector) {
  for (let element = elementOf(node); element; element = outside(element)) if (element.closest(selector)) return true;
  return false;
}

/** @param {Element | null} element what it is in, through shadow roots and frames */
function above(element) {
  return element && (element.parentElement ?? outside(element));
}

/** What the tree of an element hangs in: a shadow root's host, or a frame of the same origin. @param {Element} element */
function outside(element) {
  return hostOf(element.getRootNode());
}

/** @param {Node} root @returns {Element | null} */
function hostOf(root) {
  if (root.nodeType === Node.DOCUMENT_FRAGMENT_NODE) return /** @type {ShadowRoot} */ (root).host ?? null;
  return root.nodeType === Node.DOCUMENT_NODE ? (/** @type {Document} */ (root).defaultView?.frameElement ?? null) : null;
}
