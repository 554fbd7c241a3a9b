// @ts-check
// Symbols of other SVG files of this origin, each as a file of its own.

import { symbolOf } from "../../shared/symbols.js";
import { absolute } from "./pictures.js";

/** @import { Requests } from "./requests.js" */

/** What an element shows of another file. @param {Element} element */
export function symbolAddress(element) {
  const href = element.localName === "use" ? element.getAttribute("href") ?? element.getAttribute("xlink:href") : null;
  return href && /^[^#]+#/.test(href) ? absolute(href, element.baseURI) : null;
}

/** @param {string} address @param {Requests} requests */
export async function symbolBytes(address, requests) {
  const [file, fragment] = address.split("#");
  if (new URL(file).origin !== location.origin) throw new Error("browsers show none of other origins");
  const drawing = await requests.drawing(file);
  const target = drawing.getElementById(decodeURIComponent(fragment));
  const text = target && symbolOf(target, styles(drawing));
  if (!text) throw new Error("no such symbol");
  return new TextEncoder().encode(text);
}

/** What the style sheets of a file say of its elements. @param {Document} drawing @returns {(element: Element) => string} */
function styles(drawing) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(Array.from(drawing.querySelectorAll("style"), (each) => each.textContent).join("\n"));
  const rules = Array.from(sheet.cssRules).filter((rule) => rule instanceof CSSStyleRule);
  return (element) => rules.filter((rule) => element.matches(rule.selectorText)).map((rule) => rule.style.cssText).join("");
}
