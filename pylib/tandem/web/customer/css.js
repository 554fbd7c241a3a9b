// @ts-check
// Style sheets as they leave: no comments, no text in strings, no queries in addresses. What a style sheet needs in order
// to work (names of fonts, grid areas, signs of icon fonts) stays.

import { isRichText, withoutPaintings } from "./drawings.js";
import { assetAddress, masked } from "./masks.js";

/** Where a piece of CSS comes from: "sheet" was written by the site's author, "inline" may hold anything. @typedef {"sheet" | "inline"} Source */

const STRING = String.raw`"(?:\\[\s\S]|[^"\\])*(?:"|$)|'(?:\\[\s\S]|[^'\\])*(?:'|$)`;
const PARTS = new RegExp(String.raw`\/\*[\s\S]*?(?:\*\/|$)|url\(\s*(${STRING}|[^)"']*)\s*(?:\)|$)|${STRING}`, "gi");

const HARMLESS_DECLARATION =
  /(?:^|[;{}])\s*(?:font|font-family|src|grid|grid-area|grid-template|grid-template-areas)\s*:[^;{}]*$/i;
const HARMLESS_SELECTOR = /\[\s*(?:type|autocomplete|dir|lang|rel|role|class|hidden|disabled|open|aria-[\w-]+)\s*[~|^$*]?=\s*$/i;
const HARMLESS_RULE = /(?:@charset|@namespace\s*[\w-]*|@layer)\s*$/i;
const VARIABLES = /((?:^|[;{\s])--[^\s:;{}]+\s*:)((?:"(?:\\[\s\S]|[^"\\])*"?|'(?:\\[\s\S]|[^'\\])*'?|[^;}"'])*)/g;
const MEASURE = /^-?\d{0,4}(?:\.\d{1,4})?(?:px|r?em|%|v[wh]|deg|turn|m?s|fr|ch|pt)?$/i;
const COLOR = /^(?:#[0-9a-f]{3,8}|[a-z]{3,20}|(?:rgb|hsl|oklch|oklab|lab|lch)a?\([\d\s.,%/deg-]*\))$/i;
const IMPORT = /@import\s*$/i;
const MAX_LOOK_BACK = 300;

const MIN_CACHED = 2000;
const MAX_CACHED = 100;
/** @type {Map<string, string>} large sheets come again with every snapshot */
const cache = new Map();

/** @type {Set<string>} names of custom states that style sheets ask for */
export const customStates = new Set();

/** @param {string} css @param {Source} source */
export function maskCss(css, source) {
  if (css.includes(":state(")) for (const [, name] of css.matchAll(/:state\(\s*([a-z][\w-]*)\s*\)/gi)) customStates.add(name);
  if (css.length < MIN_CACHED) return mask(css, source);
  const key = source + css;
  const found = cache.get(key) ?? mask(css, source);
  if (cache.size >= MAX_CACHED) cache.clear();
  cache.set(key, found);
  return found;
}

/** A variable of an element may hold anything; it stays where it is a measure or a color. @param {string} value */
export function maskVariable(value) {
  const text = value.trim();
  return MEASURE.test(text) || (COLOR.test(text) && CSS.supports("color", text)) ? text : "initial";
}

/** @param {string} css @param {Source} source */
function mask(css, source) {
  const parted = /["'/]|url\(/i.test(css) ? css.replace(PARTS, (...found) => maskPart(css, source, found)) : css;
  const left = withoutPaintings(parted);
  return source === "sheet" ? left : left.replace(VARIABLES, (_, /** @type {string} */ name, /** @type {string} */ value) => name + maskVariable(value));
}

/** @param {string} css @param {Source} source @param {any[]} found what PARTS matches, what of it is an address, and where */
function maskPart(css, source, [part, address, at]) {
  if (part.startsWith("/*")) return "";
  if (address !== undefined) return maskAddress(unquoted(address), source);
  return maskString(part, css.slice(Math.max(0, at - MAX_LOOK_BACK), at));
}

/** @param {string} address @param {Source} source */
function maskAddress(address, source) {
  if (address.startsWith("#")) return `url("${address.replace(/["\\\s]/g, "")}")`;
  if (/^data:/i.test(address)) return source === "sheet" && isPicture(address) ? `url("${address.replaceAll('"', "'")}")` : "none";
  const kept = source === "sheet" ? assetAddress(address) : null;
  return kept ? `url("${kept}")` : "none";
}

/** A font, or a picture without text. @param {string} address */
function isPicture(address) {
  if (/^data:(font|application\/(x-)?font)/i.test(address)) return true;
  return /^data:image\/svg/i.test(address) && !isRichText(address) && !/;base64/i.test(address) && !/(<|%3c)(text|title|desc|image|foreign|!)/i.test(address);
}

/** @param {string} string with its quotes @param {string} before what stands before it */
function maskString(string, before) {
  const text = unquoted(string);
  if (IMPORT.test(before)) return `"${assetAddress(text) ?? ""}"`;
  if (HARMLESS_DECLARATION.test(before) || HARMLESS_SELECTOR.test(before) || HARMLESS_RULE.test(before)) return string;
  return /[\p{L}\p{N}]/u.test(text) ? `"${masked(text)}"` : string;
}

/** @param {string} string */
function unquoted(string) {
  const inner = string.trim().replace(/^(["'])([\s\S]*?)\1?$/, "$2");
  return inner.replace(/\\([0-9a-f]{1,6})\s?|\\([\s\S])/gi, (_, /** @type {string} */ code, /** @type {string} */ sign) =>
    code ? character(parseInt(code, 16)) : sign,
  );
}

/** @param {number} code */
const character = (code) => (code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : "\ufffd");
