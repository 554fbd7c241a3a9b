// @ts-check
// The text of a rule, with what browsers leave out of it: of `padding: var(--p); padding-top: 0` they print
// `padding-right: ;`. It is in the source of the sheet, which is parsed again with such declarations under names that a
// browser takes as they are.

import { STRING } from "../css.js";
import { attributeOf } from "../nodes.js";

const LOST = /(?:^|[{;])\s*(?!--)[\w-]+:\s*;/;
const LONGHAND = /((?:^|[{;])\s*)((?!--)[\w-]+):\s*(?=;)/g;
const COMMENTS = new RegExp(String.raw`(${STRING})|\/\*[\s\S]*?(?:\*\/|$)`, "g");
const SUBSTITUTED = new RegExp(String.raw`(${STRING})|([{;]\s*)((?!--)[a-z-]+\s*:)(?=[^;{}]*(?:\b(?:var|env|attr|if|inherit)|--[\w-]+)\()`, "gi");
const MARK = "--tandem-";
const MARKED = /--tandem-(?=[a-z-]+:)/gi;

export class Shorthands {
  /** @param {(sheet: CSSStyleSheet) => void} onRead there is more to know of a sheet */
  constructor(onRead) {
    this.onRead = onRead;
    /** @type {WeakMap<CSSStyleSheet, { source: string, again: CSSStyleSheet }>} */
    this.parsed = new WeakMap();
    /** @type {Map<string, string | null>} by the address; null: it is on its way, or cannot be had */
    this.sources = new Map();
  }

  /** @param {CSSRule} rule */
  text(rule) {
    const { cssText, parentStyleSheet } = rule;
    if (!parentStyleSheet || !LOST.test(cssText)) return cssText;
    const source = this.sourceOf(parentStyleSheet);
    const again = source === null ? undefined : counterpart(rule, this.parse(parentStyleSheet, source));
    return again && !LOST.test(again.cssText) ? again.cssText.replace(MARKED, "") : completed(cssText, styledBy(rule));
  }

  /** @param {CSSStyleSheet} sheet @param {string} source */
  parse(sheet, source) {
    const known = this.parsed.get(sheet);
    if (known?.source === source) return known.again;
    const again = new CSSStyleSheet();
    const plain = source.replace(COMMENTS, (_, /** @type {string | undefined} */ string) => string ?? " ");
    again.replaceSync(plain.replace(SUBSTITUTED, (whole, string, before, name) => (string === undefined ? before + MARK + name : whole)));
    this.parsed.set(sheet, { source, again });
    return again;
  }

  /** @param {CSSStyleSheet} sheet @returns {string | null} null: not known, at least not yet */
  sourceOf(sheet) {
    const { href, ownerNode } = sheet;
    if (!href) return ownerNode?.textContent ?? null;
    if (!this.sources.has(href)) this.read(sheet, href);
    return this.sources.get(href) ?? null;
  }

  /** It comes from the browser's cache, where it can. @param {CSSStyleSheet} sheet @param {string} href */
  async read(sheet, href) {
    this.sources.set(href, null);
    if (new URL(href).origin !== location.origin) return;
    try {
      const answer = await fetch(href, { cache: "force-cache", credentials: "same-origin" });
      if (!answer.ok) return;
      this.sources.set(href, await answer.text());
      this.onRead(sheet);
    } catch {
      // it looks as the browser prints it
    }
  }
}

/** A style attribute, if browsers leave something out of it. @param {Element | null} element @returns {string | null} */
export function wholeStyle(element) {
  const text = (element && attributeOf(element, "style")) ?? "";
  return LOST.test(text) ? completed(text, element) : null;
}

/** Where there is no source: what it comes to at the moment. @param {string} css @param {Element | null} element */
function completed(css, element) {
  const style = element?.ownerDocument.defaultView?.getComputedStyle(element);
  return style ? css.replace(LONGHAND, (_, before, name) => `${before}${name}: ${style.getPropertyValue(name)}`) : css;
}

/** Some element that a rule is about. @param {CSSRule} rule @returns {Element | null} */
function styledBy(rule) {
  const { selectorText, parentStyleSheet } = /** @type {CSSStyleRule} */ (rule);
  const root = /** @type {Document | ShadowRoot} */ (parentStyleSheet?.ownerNode?.getRootNode() ?? document);
  return selectorText && root.querySelector ? root.querySelector(selectorText) : null;
}

/** The same rule of another sheet: at the same place, or else with the same selector. @param {CSSRule} rule @param {CSSStyleSheet} sheet @returns {CSSRule | undefined} */
function counterpart(rule, sheet) {
  const { parentRule, parentStyleSheet } = rule;
  const around = /** @type {any} */ (parentRule ? counterpart(parentRule, sheet) : sheet);
  const own = [.../** @type {any} */ (parentRule ?? parentStyleSheet).cssRules].filter((each) => !("styleSheet" in each));
  const rules = around ? [...around.cssRules] : [];
  const at = rules[own.indexOf(rule)];
  return at && headOf(at) === headOf(rule) ? at : rules.find((each) => headOf(each) === headOf(rule));
}

/** @param {CSSRule} rule */
const headOf = (rule) => `${rule.constructor.name} ${rule.cssText.slice(0, rule.cssText.indexOf("{"))}`;
