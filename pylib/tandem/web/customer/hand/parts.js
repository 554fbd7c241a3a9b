// @ts-check
// Parts that browsers draw in fields, such as the buttons of a number. No script gets to see them, only whether the page's
// styles take them away, as many do.

import { rootNode } from "../nodes.js";
import { rulesOf } from "./hovered.js";

/** What makes a part go away. */
const AWAY = /(^|;)\s*(-webkit-appearance|appearance|display):\s*none|(^|;)\s*(visibility:\s*hidden|pointer-events:\s*none|width:\s*0)/;

/** @param {Element} field @param {string} part as browsers name it, without what is before it */
export function isTakenAway(field, part) {
  const root = /** @type {Document | ShadowRoot} */ (rootNode(field));
  const sheets = [...(root.styleSheets ?? []), ...(root.adoptedStyleSheets ?? [])].filter((sheet) => !sheet.disabled);
  return sheets.some((sheet) => takesAway(rulesOf(sheet), field, part));
}

/** @param {CSSRule[]} rules @param {Element} field @param {string} part @returns {boolean} */
function takesAway(rules, field, part) {
  return rules.some((rule) => {
    const { selectorText = "", style, cssRules, styleSheet } = /** @type {any} */ (rule);
    const isAbout = selectorText.includes(part) && AWAY.test(style.cssText) && selectorText.split(",").some((/** @type {string} */ each) => isPartOf(each, field, part));
    return isAbout || takesAway([...(cssRules ?? []), ...rulesOf(styleSheet)], field, part);
  });
}

/** @param {string} selector @param {Element} field @param {string} part */
function isPartOf(selector, field, part) {
  const [of, rest] = selector.trim().split(`::-webkit-${part}`);
  try {
    return rest === "" && field.matches(of.endsWith(" ") || !of ? `${of}*` : of);
  } catch {
    return false; // of a rule that is nested in another
  }
}
