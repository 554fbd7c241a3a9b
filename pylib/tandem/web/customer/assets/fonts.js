// @ts-check
// Fonts that an element is written in: of style sheets, and of scripts.

import { isFont } from "../../shared/assets.js";
import { absolute, addressesIn } from "./pictures.js";

/** @import { Made } from "../mirror/fonts.js" */
/** @import { Requests } from "./requests.js" */

/** @typedef {{ name?: string, address: string, bytes?: BufferSource }} Font */

const PARTS = [undefined, "::before", "::after"];
const DATA = /^data:[^,]*?(;base64)?,([\s\S]*)$/i;

/** Those that have loaded. @param {Element} element @param {(face: FontFace) => Made | undefined} madeOf what scripts have made @returns {Font[]} */
export function fontsOf(element, madeOf) {
  const page = element.ownerDocument;
  const families = PARTS.flatMap((part) => familiesIn(getComputedStyle(element, part).fontFamily));
  const faces = [...page.fonts].filter((face) => face.status === "loaded" && families.includes(familyOf(face.family)));
  const loaded = new Set(faces.map((face) => familyOf(face.family)));
  return loaded.size ? [...faces.flatMap((face) => ofScript(madeOf(face), page)), ...[...page.styleSheets, ...(page.adoptedStyleSheets ?? [])].flatMap((sheet) => ofSheet(sheet, loaded))] : [];
}

/** @param {string} css a list of families */
const familiesIn = (css) => css.split(",").map(familyOf);

/** @param {string} family */
const familyOf = (family) => family.trim().replace(/^(["'])(.*)\1$/, "$2").toLowerCase();

/** @param {Made | undefined} made @param {Document} page @returns {Font[]} */
function ofScript(made, page) {
  if (!made) return [];
  const { source, name } = made;
  return typeof source === "string" ? addressesIn(source).map((each) => ({ address: absolute(each, page.baseURI) })) : [{ name, address: "", bytes: source }];
}

/** @param {CSSStyleSheet | CSSGroupingRule} sheet @param {Set<string>} families @returns {Font[]} */
function ofSheet(sheet, families) {
  return rulesOf(sheet).flatMap((rule) => {
    if ("styleSheet" in rule && rule.styleSheet) return ofSheet(/** @type {CSSStyleSheet} */ (rule.styleSheet), families);
    if (!(rule.constructor.name === "CSSFontFaceRule")) return "cssRules" in rule ? ofSheet(/** @type {any} */ (rule), families) : [];
    const { style, parentStyleSheet } = /** @type {CSSFontFaceRule} */ (rule);
    const base = parentStyleSheet?.href ?? parentStyleSheet?.ownerNode?.baseURI ?? document.baseURI;
    const isWanted = families.has(familyOf(style.getPropertyValue("font-family")));
    return isWanted ? addressesIn(style.getPropertyValue("src")).map((each) => ({ address: absolute(each, base) })) : [];
  });
}

/** @param {CSSStyleSheet | CSSGroupingRule} sheet @returns {CSSRule[]} none, if the page may not read it */
function rulesOf(sheet) {
  try {
    return [...sheet.cssRules];
  } catch {
    return [];
  }
}

/** @param {Font} font @param {Requests} requests */
export async function fontBytes({ address, bytes }, requests) {
  const content = bytes ? copied(bytes) : new Uint8Array(decoded(address) ?? (await requests.bytes(address)));
  if (!isFont(content)) throw new Error("no font");
  return content;
}

/** @param {BufferSource} bytes */
function copied(bytes) {
  return ArrayBuffer.isView(bytes) ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength).slice() : new Uint8Array(bytes).slice();
}

/** What an address itself holds: asking for it is subject to policies, too. @param {string} address */
function decoded(address) {
  const [whole, coded, text] = DATA.exec(address) ?? [];
  if (whole === undefined) return null;
  return Uint8Array.from(coded ? atob(text) : unescape(text), (sign) => sign.charCodeAt(0));
}
