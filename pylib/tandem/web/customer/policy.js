// @ts-check
// Decides of every node whether the agent may see it: masked unless allowed, absent if blocked, and some fields never.

import { childrenOf, closest, isElement, localName, matches, nodeType, parentElement, parentNode, rootNode } from "./nodes.js";
import { Secrets, typeOf } from "./secrets.js";

/** @import { Refusal } from "../shared/messages.d.ts" */
/** @import { Settings } from "./settings.js" */

/** Where a node is, as its parent says. @typedef {{ allowed: boolean, hidden: boolean, named?: boolean, shut?: boolean }} Where */

export { typeOf };

/** What is not in view: it stays masked unless it is marked itself. Boxes that a label stands for say no more than it. */
const HIDDEN = "[hidden]:not(input[type=checkbox i], input[type=radio i]), input[type=hidden i], template";
const SHUT = "details:not([open])";
const CONCEALING = `${HIDDEN}, ${SHUT}`;
const ALLOWED = 1;
const BLOCKED = 2;
const NAMED = 4;
const CONCEALS = 8;

/** Fields that stay masked even where everything else is shown; for style sheets. */
export const SECRET_SELECTOR = [
  "input[type=password i]",
  "input[type=file i]",
  ...["cc-", "one-time-code"].map((part) => `[autocomplete*="${part}" i]`),
  ...["current-password", "new-password"].map((part) => `input[autocomplete*="${part}" i]:not([role=combobox i], [aria-autocomplete], [list])`),
].join(",");

export class Policy {
  /** @param {Pick<Settings, "allow" | "block"> & { show?: string }} settings @param {Secrets} [secrets] */
  constructor({ allow, block, show = "[data-tandem-show]" }, secrets = new Secrets()) {
    this.allow = allow;
    this.block = block;
    this.show = show;
    this.secrets = secrets;
    this.marks = [allow, block, secrets.named, CONCEALING, show];
    this.any = this.marks.join();
    /** @type {WeakMap<Element, number>} elements that were marked themselves when the agent got to see them */
    this.marked = new WeakMap();
    /** @type {Map<Element, boolean> | null} fields that were judged while `once` lasts */
    this.judged = null;
    /** @type {WeakSet<Element>} canvases and videos of which there are pictures */
    this.pictured = new WeakSet();
  }

  /** How an element itself is marked, as a sum: allowed, blocked, named a secret; and whether it conceals. @param {Element} element */
  markOf(element) {
    if (!matches(element, this.any)) return 0; // as most are
    return this.marks.reduce((sum, each, at) => sum + (matches(element, each) ? 1 << at : 0), 0);
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
    const [mark, noted] = [this.markOf(element), this.marked.get(element) ?? 0];
    if ((mark ^ noted) !== CONCEALS) return mark !== noted;
    this.marked.set(element, mark);
    return !(mark & CONCEALS) && this.allows(element);
  }

  /** The same for a walk from the outside in: where a node is that lies there. @param {Where} where @param {Element | null} live */
  within(where, live) {
    const mark = live ? this.noteMark(live) : BLOCKED;
    const named = where.named || (mark & NAMED) > 0;
    const [own, conceals] = [(mark & ALLOWED) > 0, (mark & CONCEALS) > 0];
    const allowed = (own || (where.allowed && !(conceals && live && matches(live, HIDDEN)))) && !named && !this.isOfSecret(live);
    return { allowed, named, hidden: (mark & BLOCKED) > 0, shut: !own && conceals && live !== null && matches(live, SHUT) };
  }

  /** Whether a node lies in what is shown. @param {Node | null} node */
  allows(node) {
    return matchesUp(node, this.allow) && !this.isNamed(node) && !this.isOfSecret(node) && !this.isConcealed(node);
  }

  /** Whether the site calls secret what a node lies in. @param {Node | null} node */
  isNamed(node) {
    return matchesUp(node, this.secrets.named);
  }

  /** Whether a node lies in what is not in view, and is not marked in there. @param {Node | null} node */
  isConcealed(node) {
    if (!matchesUp(node, CONCEALING)) return false;
    let concealed = false;
    let inner = node;
    for (let each = elementOf(node); each; each = above(each)) {
      if (matches(each, this.allow)) return concealed;
      concealed ||= matches(each, HIDDEN) || (inner !== each && matches(each, SHUT) && inner !== summaryOf(each));
      inner = each;
    }
    return concealed;
  }

  /** Whether a node is part of what a secret field holds: a choice of a list, or a text. @param {Node | null} node */
  isOfSecret(node) {
    const element = elementOf(node);
    const field = element && closest(element, "select, textarea");
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

  /** Whether an element is a canvas or video that is shown as a picture. @param {Element} element */
  shows(element) {
    return /^(canvas|video)$/.test(localName(element)) && matchesUp(element, this.show) && this.allows(element) && !this.blocks(element);
  }

  /** Whether what a field holds is never shown. @param {Element} element */
  isSecret(element) {
    const known = this.judged?.get(element);
    if (known !== undefined) return known;
    const found = this.secrets.has(element);
    this.judged?.set(element, found);
    return found;
  }

  /** Judge each field once meanwhile: a list is asked about for each of its choices. @template T @param {() => T} act @returns {T} */
  once(act) {
    this.judged = new Map();
    try {
      return act();
    } finally {
      this.judged = null;
    }
  }

  /** Why an agent may not act on an element. @param {Element} element @returns {Refusal | null} */
  refusal(element) {
    if (this.blocks(element)) return "blocked";
    if (typeOf(element) === "file") return "file";
    if (this.isSecret(element)) return "password";
    return this.allows(element) ? null : "masked";
  }
}

/** The part of a closed `<details>` that is in view. @param {Element} details */
export function summaryOf(details) {
  return [...childrenOf(details)].find((each) => localName(each) === "summary") ?? null;
}

/** The element that a node is or is in; of a text right in a shadow root, its host. @param {Node | null} node */
export function elementOf(node) {
  if (!node) return null;
  return isElement(node) ? node : (parentElement(node) ?? hostOf(parentNode(node) ?? node));
}

/** @param {Node | null} node @param {string} selector */
function matchesUp(node, selector) {
  for (let element = elementOf(node); element; element = outside(element)) if (closest(element, selector)) return true;
  return false;
}

/** @param {Element | null} element what it is in, through shadow roots and frames */
function above(element) {
  return element && (parentElement(element) ?? outside(element));
}

/** What the tree of an element hangs in: a shadow root's host, or a frame of the same origin. @param {Element} element */
function outside(element) {
  return hostOf(rootNode(element));
}

/** @param {Node} root @returns {Element | null} */
function hostOf(root) {
  if (nodeType(root) === Node.DOCUMENT_FRAGMENT_NODE) return /** @type {ShadowRoot} */ (root).host ?? null;
  return nodeType(root) === Node.DOCUMENT_NODE ? (/** @type {Document} */ (root).defaultView?.frameElement ?? null) : null;
}
