// @ts-check
// Styles of :hover below the agent's pointer. No script makes an element hovered, so the rules that say :hover are there a
// second time for a mark, which lies on the elements they are about, as long as the agent's pointer is over them.

import { attributeOf, bare, matches, rootNode } from "../nodes.js";
import { chainOf } from "./events.js";
import { isEditable } from "./kinds.js";

const MARK = "data-tandem-hover";
const HOVER = /:hover(?![\w-])/g;

/** @typedef {Document | ShadowRoot} Root */
/** @typedef {{ key: string, sheet: CSSStyleSheet, subjects: string[] }} Copy */

/** @type {Map<Root, Copy>} */
const copies = new Map();
/** @type {Element[]} */
let marked = [];

/** Show what is below the pointer as hovered. @param {Element | null} element null: nothing is */
export function showHovered(element) {
  const chain = outsideText(chainOf(element));
  const wanted = chain.filter((each) => copyOf(/** @type {Root} */ (rootNode(each)))?.subjects.some((subject) => matches(each, subject)));
  for (const each of marked) if (!wanted.includes(each)) bare(each).removeAttribute(MARK);
  for (const each of wanted) if (attributeOf(each, MARK) === null) bare(each).setAttribute(MARK, "");
  marked = wanted;
}

/** What an editor holds is left as it is: many take every attribute there for a change of the text. @param {Element[]} chain innermost first @returns {Element[]} */
const outsideText = (chain) => chain.slice(Math.max(0, chain.map(isEditable).lastIndexOf(true)));

/** Acting is over: leave nothing behind. */
export function forgetHovered() {
  showHovered(null);
  for (const [root, { sheet }] of copies) root.adoptedStyleSheets = root.adoptedStyleSheets.filter((each) => each !== sheet);
  copies.clear();
}

/** The rules of a tree that say :hover, made once for the sheets that it has. @param {Root} root @returns {Copy | null} */
function copyOf(root) {
  if (!("adoptedStyleSheets" in root)) return null;
  const known = copies.get(root);
  const sheets = [...root.styleSheets, ...root.adoptedStyleSheets].filter((sheet) => sheet !== known?.sheet && !sheet.disabled);
  const lists = sheets.map(rulesOf);
  const key = lists.map((rules) => rules.length).join(" ");
  if (known?.key === key) return known;
  const subjects = /** @type {Set<string>} */ (new Set());
  const text = lists.map((rules) => copied(rules, subjects)).join("");
  if (!known && !text) return null;
  const realm = (/** @type {Document} */ (root.ownerDocument ?? root).defaultView) ?? window;
  const sheet = known?.sheet ?? new realm.CSSStyleSheet();
  sheet.replaceSync(text);
  if (!known) root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  const copy = { key, sheet, subjects: [...subjects].filter(isSelector) };
  copies.set(root, copy);
  return copy;
}

/** @param {CSSStyleSheet | null | undefined} sheet @returns {CSSRule[]} none of a sheet from elsewhere */
export function rulesOf(sheet) {
  try {
    return [...(sheet?.cssRules ?? [])];
  } catch {
    return [];
  }
}

/** @param {CSSRule[]} rules @param {Set<string>} subjects what has to be hovered @returns {string} */
function copied(rules, subjects) {
  return rules.map((rule) => copiedRule(rule, subjects)).join("");
}

/** @param {CSSRule} rule @param {Set<string>} subjects @returns {string} */
function copiedRule(rule, subjects) {
  const { cssText, cssRules, selectorText, style, styleSheet, media } = /** @type {any} */ (rule);
  if (styleSheet) return wrapped(media?.mediaText ? `@media ${media.mediaText}` : "@media all", copied(rulesOf(styleSheet), subjects));
  const prelude = cssText.slice(0, cssText.indexOf("{"));
  const inner = cssRules && !/@(-\w+-)?keyframes/.test(prelude) ? copied([...cssRules], subjects) : "";
  if (!selectorText?.match(HOVER)) return wrapped(prelude, inner);
  for (const selector of selectorText.split(HOVER).slice(0, -1)) subjects.add(subjectOf(selector));
  return `${selectorText.replace(HOVER, `[${MARK}]`)}{${style.cssText}${inner}}`;
}

/** @param {string} prelude @param {string} inner */
const wrapped = (prelude, inner) => (inner ? `${prelude}{${inner}}` : "");

/** A compound at the end of a selector, with what it has in brackets. */
const COMPOUND = /(?:[^\s>+~,()[\]]|\((?:[^()]|\([^()]*\))*\)|\[[^\]]*\])*$/;

/** The last of the compounds before :hover, which may be alone in brackets of its own. @param {string} selector */
const subjectOf = (selector) => COMPOUND.exec(selector.replace(/:[\w-]+\($/, ""))?.[0].replace(/^&|::.*$/, "") || "*";

/** @param {string} text */
function isSelector(text) {
  try {
    return Boolean(document.createDocumentFragment().querySelector(text)) || true;
  } catch {
    return false;
  }
}
