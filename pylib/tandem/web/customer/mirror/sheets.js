// @ts-check
// Style sheets beyond what rrweb sees of them: which ones a root has adopted, whether they are turned off, and rules that are
// changed in place. What it finds it tells in rrweb's own events.

import { IncrementalSource } from "@rrweb/types";
import { urlOf } from "../../shared/urls.js";
import { PARTS, unquoted } from "../css.js";
import { Hooks, unheard } from "./hooks.js";
import { Shorthands } from "./shorthands.js";

/** @typedef {Document | ShadowRoot} Root */
/** @typedef {{ getId: (sheet: CSSStyleSheet) => number, has: (sheet: CSSStyleSheet) => boolean, add: (sheet: CSSStyleSheet) => number }} Ids rrweb's numbers of adopted sheets */

export class Sheets {
  /** @param {(data: any) => void} emit @param {(node: Node) => number} idOf @param {() => Root[]} roots @param {() => Ids} ids */
  constructor(emit, idOf, roots, ids) {
    this.emit = emit;
    this.idOf = idOf;
    this.roots = roots;
    this.ids = ids;
    this.shorthands = new Shorthands((sheet) => this.sendText(sheet));
    /** @type {WeakMap<Root, CSSStyleSheet[]>} */
    this.adopted = new WeakMap();
    /** @type {Map<CSSRule, string>} rules that may be about to change, as they were */
    this.touched = new Map();
    this.hooks = new Hooks();
    this.isAsked = false;
    /** @type {(page: any) => void} */
    this.onWindow = () => {};
  }

  stop() {
    this.hooks.stop();
    this.touched.clear();
  }

  /** The agent sees a root from now on, or anew. @param {Root} root */
  onRoot(root) {
    this.adopted.delete(root);
    this.later();
    if ("defaultView" in root && root.defaultView) this.watch(/** @type {any} */ (root.defaultView));
  }

  /** @param {any} page a window */
  watch(page) {
    this.onWindow(page);
    const rule = (/** @type {CSSRule} */ self) => this.touch(self);
    const sheet = (/** @type {any} */ self) => this.turned(self);
    this.hooks.into(page, [
      ...["CSSStyleRule", "CSSKeyframeRule", "CSSNestedDeclarations"].map((name) => /** @type {[any, string, typeof rule]} */ ([page[name], "style", rule])),
      [page.CSSStyleRule, "selectorText", rule],
      [page.CSSMediaRule, "media", rule],
      [page.StyleSheet, "disabled", sheet],
      [page.StyleSheet, "media", sheet],
      [page.HTMLStyleElement, "disabled", (self) => self.sheet && sheet(self.sheet)],
      [page.Document, "adoptedStyleSheets", () => this.later()],
      [page.ShadowRoot, "adoptedStyleSheets", () => this.later()],
    ]);
  }

  /** What the page does at the moment is looked at once it is done. */
  later() {
    if (this.isAsked) return;
    this.isAsked = true;
    queueMicrotask(() => this.look());
  }

  look() {
    const touched = [...this.touched];
    this.touched.clear();
    this.isAsked = false;
    if (!this.hooks.isOn) return; // it has stopped meanwhile
    unheard(() => {
      for (const root of this.roots()) this.lookAt(root);
      for (const [rule, before] of touched) if (rule.cssText !== before) this.changed(rule);
    });
  }

  /** Tell which sheets a root has adopted, if they are others than were told. @param {Root} root */
  lookAt(root) {
    const sheets = root.adoptedStyleSheets.filter((sheet) => !sheet.disabled);
    const told = this.adopted.get(root) ?? [];
    const id = this.idOf("host" in root ? root.host : root);
    if (id < 0 || (sheets.length === told.length && sheets.every((sheet, at) => sheet === told[at]))) return;
    this.adopted.set(root, sheets);
    const ids = this.ids();
    const styles = sheets.filter((sheet) => !ids.has(sheet)).map((sheet) => ({ sheet, styleId: ids.add(sheet) }));
    const sent = styles.map(({ sheet, styleId }) => ({ styleId, rules: Array.from(sheet.cssRules, (rule, index) => ({ rule: this.ruleText(rule), index })) }));
    this.emit({ source: IncrementalSource.AdoptedStyleSheet, id, styleIds: sheets.map((sheet) => ids.getId(sheet)), ...(sent.length ? { styles: sent } : {}) });
  }

  /** A rule may be about to change. @param {CSSRule} rule */
  touch(rule) {
    if (this.touched.has(rule) || !rule.parentStyleSheet || !this.of(rule.parentStyleSheet)) return;
    this.touched.set(rule, rule.cssText);
    this.later();
  }

  /** By what the other side knows a sheet. @param {CSSStyleSheet} sheet */
  of(sheet) {
    const id = sheet.ownerNode ? this.idOf(sheet.ownerNode) : -1;
    const styleId = sheet.ownerNode ? -1 : this.ids().getId(sheet);
    return id > 0 ? { id } : styleId > 0 ? { styleId } : null;
  }

  /** A rule is not what it was: put in its place what it is. @param {CSSRule} rule */
  changed(rule) {
    let whole = rule;
    while (whole.parentRule && !("insertRule" in whole.parentRule)) whole = whole.parentRule;
    const path = pathOf(whole);
    const sheet = rule.parentStyleSheet && this.of(rule.parentStyleSheet);
    if (!sheet || !path) return;
    const [index, next] = [path, [...path.slice(0, -1), path[path.length - 1] + 1]].map((each) => (each.length === 1 ? each[0] : each));
    this.emit({ source: IncrementalSource.StyleSheetRule, ...sheet, adds: [{ rule: this.ruleText(whole), index }], removes: [{ index: next }] });
  }

  /** A sheet may be about to be turned on or off, or to be for other media. @param {CSSStyleSheet} sheet */
  turned(sheet) {
    const { ownerNode } = sheet;
    if (!ownerNode) return this.later();
    const media = mediaOf(/** @type {any} */ (ownerNode));
    queueMicrotask(() => {
      const now = mediaOf(/** @type {any} */ (ownerNode));
      if (now !== media) this.sendAttributes(ownerNode, { media: now });
    });
  }

  /** @param {CSSStyleSheet} sheet of a link, or that one imports */
  sendText(sheet) {
    let outer = sheet;
    while (outer.ownerRule?.parentStyleSheet) outer = outer.ownerRule.parentStyleSheet;
    const { ownerNode } = outer;
    const text = ownerNode instanceof HTMLLinkElement && this.hooks.isOn ? this.text(outer) : null;
    if (ownerNode && text) this.sendAttributes(ownerNode, { _cssText: text, media: mediaOf(/** @type {any} */ (ownerNode)) });
  }

  /** @param {Node} node @param {Record<string, any>} attributes */
  sendAttributes(node, attributes) {
    const id = this.idOf(node);
    if (id > 0) this.emit({ source: IncrementalSource.Mutation, texts: [], attributes: [{ id, attributes }], removes: [], adds: [] });
  }

  /** @param {CSSStyleSheet} sheet @returns {string | null} null: the page may not read it */
  text(sheet) {
    try {
      return Array.from(sheet.cssRules, (rule) => this.ruleText(rule)).join("\n");
    } catch {
      return null;
    }
  }

  /** @param {CSSRule} rule @returns {string} */
  ruleText(rule) {
    if (!("styleSheet" in rule)) return absolute(this.shorthands.text(rule), rule.parentStyleSheet);
    const { styleSheet, media, supportsText, layerName } = /** @type {any} */ (rule); // one rule stays one, for their numbers
    let text = styleSheet ? this.text(styleSheet) ?? "" : "";
    if (layerName !== null && layerName !== undefined) text = `@layer ${layerName} { ${text} }`;
    if (supportsText) text = `@supports ${/^(\w[\w-]*\(|\(|not\b)/.test(supportsText) ? supportsText : `(${supportsText})`} { ${text} }`;
    return `@media ${media.mediaText || "all"} { ${text} }`;
  }
}

/** For which media a sheet's element is. @param {HTMLStyleElement | HTMLLinkElement} element */
export function mediaOf(element) {
  return unheard(() => (element.disabled ? "not all" : element.sheet?.media.mediaText || element.getAttribute("media")));
}

/** @param {string} css @param {CSSStyleSheet | null} sheet */
function absolute(css, sheet) {
  const base = sheet?.href ?? sheet?.ownerNode?.baseURI;
  if (!base || !/url\(/i.test(css)) return css;
  return css.replace(PARTS, (part, /** @type {string | undefined} */ address) => {
    const text = address === undefined ? "" : unquoted(address);
    const url = !text || /^(#|data:)/i.test(text) ? null : urlOf(text, base);
    return url ? `url("${url.href}")` : part;
  });
}

/** Where a rule is in its sheet. @param {CSSRule} rule @returns {number[] | null} */
function pathOf(rule) {
  const { parentRule, parentStyleSheet } = rule;
  const around = /** @type {any} */ (parentRule ?? parentStyleSheet);
  const at = around ? [...around.cssRules].indexOf(rule) : -1;
  const outer = parentRule ? pathOf(parentRule) : [];
  return at < 0 || !outer ? null : [...outer, at];
}
