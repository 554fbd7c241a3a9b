// @ts-check
// Style sheets as they leave: no comments, no text in strings, no queries in addresses. What a style sheet needs in order
// to work (names of fonts, grid areas, signs of icon fonts) stays.

import { isRichText, withoutPaintings } from "./drawings.js";
import { withoutCards } from "./looks.js";
import { assetAddress, GENERATED, masked } from "./masks.js";
import { isAsSent } from "./mirror/words.js";
import { assetName, pictureName } from "./names.js";

/** Where a piece of CSS comes from: "sheet" was written by the site's author, "inline" may hold anything, also where it is "shown". @typedef {"sheet" | "inline" | "shown"} Source */
/**
 * How a style sheet is masked.
 * @typedef {object} Reading
 * @property {(css: string) => string} [named] what becomes of its attribute selectors
 * @property {boolean} [isShown] whether what it says is shown: all that it is for is
 */

export const STRING = String.raw`"(?:\\[\s\S]|[^"\\])*(?:"|$)|'(?:\\[\s\S]|[^'\\])*(?:'|$)`;
/** Comments, addresses (of which it tells the address) and strings. */
export const PARTS = new RegExp(String.raw`\/\*[\s\S]*?(?:\*\/|$)|url\(\s*(${STRING}|[^)"']*)\s*(?:\)|$)|${STRING}`, "gi");

const HARMLESS_DECLARATION =
  /(?:^|[;{}])\s*(?:font|font-family|src|grid|grid-area|grid-template|grid-template-areas)\s*:[^;{}]*$/i;
const SELECTOR = /\[\s*([\w-]+)\s*([~|^$*]?=)\s*$/;
/** What strings are by the function or declaration that they stand in. @type {[RegExp, RegExp][]} */
const HARMLESS = [
  [/(?:format|tech)\(\s*$/i, /^[\w\s-]{1,30}$/],
  [/local\(\s*$/i, /^[^@]{1,60}$/],
  [/(?:^|[;{}\s])font-(?:variation|feature)-settings\s*:[^;{}]*$/i, /^[ -~]{4}$/],
  [/[;{\s]syntax\s*:\s*$/i, /^[\w\s<>|+#*-]{1,80}$/],
];
const HARMLESS_RULE = /(?:@charset|@namespace\s*[\w-]*|@layer)\s*$/i;
const VARIABLES = /((?:^|[;{\s])--[^\s:;{}]+\s*:)((?:"(?:\\[\s\S]|[^"\\])*"?|'(?:\\[\s\S]|[^'\\])*'?|[^;}"'])*)/g;
/** Names that carry somebody's number, as of classes; colors and measures are none. */
const NAMES = /(?<![#\w.-])(-{0,2})[a-z_][\w-]*\d{6}[\w-]*/gi;
/** Numbers that counters show. */
const COUNTS = /(?<=\bcounter-[a-z]+:[^;{}]*)\d{4,}/gi;
const MEASURE = /^-?\d{0,4}(?:\.\d{1,4})?(?:px|r?em|%|v[wh]|deg|turn|m?s|fr|ch|pt)?$/i;
const COLOR = /^(?:#[0-9a-f]{3,8}|[a-z]{3,20}|(?:rgb|hsl|oklch|oklab|lab|lch)a?\([\d\s.,%/deg-]*\))$/i;
const FUNCTIONS = /\b(?:calc|min|max|clamp|var|env|(?:rgb|hsl)a?|ok(?:lab|lch)|lab|lch|hwb|color-mix|(?:repeating-)?(?:linear|radial|conic)-gradient|translate(?:3d|[xyz])?|scale(?:3d|[xyz])?|rotate(?:3d|[xyz])?|skew[xy]?|matrix|perspective|cubic-bezier|steps|blur|brightness|saturate|drop-shadow|opacity|minmax|repeat|fit-content)\(/gi;
const KEYWORDS = /^(?:solid|dashed|dotted|double|none|inset|outset|auto|ease|ease-(?:in|out|in-out)|linear|normal|bold|italic|to|from|top|left|right|bottom|center|at|in|circle|ellipse|(?:closest|farthest)-(?:side|corner)|srgb|oklab|oklch|hsl|lab|lch|no-repeat|repeat|cover|contain|infinite|forwards|both|alternate|start|end|stretch|space-between|auto-fi(?:ll|t)|-)$/i;
/** Within a function a number may stand alone. */
const NUMBER = /^-?\d{0,3}(?:\.\d{1,4})?$/;
const IMPORT = /@import\s*$/i;
const MAX_LOOK_BACK = 300;
const MAX_COMPOSED = 400;

const MIN_CACHED = 2000;
const MAX_CACHED = 100;
/** @type {Map<string, string>} large sheets come again with every snapshot */
const cache = new Map();

/** @type {Set<string>} names of custom states that style sheets ask for */
export const customStates = new Set();

/** @param {string} css @param {Source} source @param {Reading} [reading] */
export function maskCss(css, source, { named, isShown = false } = {}) {
  if (css.includes(":state(")) for (const [, name] of css.matchAll(/:state\(\s*([a-z][\w-]*)\s*\)/gi)) customStates.add(name);
  const asked = named ? named(css) : css;
  if (css.length < MIN_CACHED) return mask(asked, source, isShown);
  const key = `${source}${isShown}${asked}`;
  const found = cache.get(key) ?? mask(asked, source, isShown);
  if (cache.size >= MAX_CACHED) cache.clear();
  cache.set(key, found);
  return found;
}

/** A variable of an element may hold anything; it stays where it is made of measures and colors. @param {string} value */
export function maskVariable(value) {
  const text = value.trim().replace(/(\.\d{4})\d+/g, "$1");
  return isMeasure(text) || (text.length < MAX_COMPOSED && isComposed(text)) ? text : "initial";
}

/** @param {string} text */
const isMeasure = (text) => MEASURE.test(text) || (COLOR.test(text) && CSS.supports("color", text));

/** Whether a value is put together of measures, colors, known words and functions. @param {string} text */
function isComposed(text) {
  const inner = text.replace(FUNCTIONS, "(");
  if (/\w\(/.test(inner)) return false;
  const bare = inner.replace(/\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)/g, " ");
  const words = (/** @type {string} */ css) => css.split(/[\s,()/*+]+/).filter(Boolean);
  const isNumber = (/** @type {string} */ word) => /^[-\d.]*\d$/.test(word);
  if (words(bare).some((word) => isNumber(word) && !/^-?[01]?(?:\.\d{1,4})?$/.test(word))) return false;
  return words(inner).every((word) => (isNumber(word) ? NUMBER.test(word) : isMeasure(word) || KEYWORDS.test(word) || /^--[a-z_-][\w-]{0,60}$/i.test(word)));
}

/** @param {string} css @param {Source} source @param {boolean} isShown */
function mask(css, source, isShown) {
  const parted = /["'/]|url\(/i.test(css) ? css.replace(PARTS, (...found) => maskPart(css, source, isShown, found)) : css;
  const left = withoutPaintings(parted);
  if (source === "sheet") return left;
  const measured = left.replace(VARIABLES, (_, /** @type {string} */ name, /** @type {string} */ value) => name + maskVariable(value));
  return source === "inline" ? withoutNumbers(measured) : measured;
}

/** The same without names that carry somebody's number, and without numbers that are shown. @param {string} css */
export const withoutNumbers = (css) => css.replace(COUNTS, "0").replace(NAMES, (name, /** @type {string} */ custom) => (GENERATED.test(name) ? name : `${custom}unnamed`));

/** @param {string} css @param {Source} source @param {boolean} isShown @param {any[]} found what PARTS matches, what of it is an address, and where */
function maskPart(css, source, isShown, [part, address, at]) {
  if (part.startsWith("/*")) return "";
  if (address !== undefined) return maskAddress(unquoted(address), source);
  return maskString(part, css.slice(Math.max(0, at - MAX_LOOK_BACK), at), isShown);
}

/** What becomes of an address. @type {Record<Source, (address: string) => string | null>} */
const NAMERS = { sheet: sheetName, inline: () => null, shown: pictureName };

/** Pictures and fonts of a sheet have a name where nobody but this page can load them, or they are one of several in a file. @param {string} address */
function sheetName(address) {
  if (/^(?:data|blob):/i.test(address)) return assetName(address);
  return /\.svg[^#]*#/i.test(address) ? pictureName(address) : assetAddress(address);
}

/** @param {string} address @param {Source} source */
function maskAddress(address, source) {
  if (address.startsWith("#")) return `url("${address.replace(/["\\\s]/g, "")}")`;
  if (source === "sheet" && isPicture(address)) return `url("${address.replaceAll('"', "'")}")`;
  const kept = NAMERS[source](address);
  return kept ? `url("${kept}")` : "none";
}

/** A font, or a picture without text. @param {string} address */
function isPicture(address) {
  if (/^data:(font|application\/(x-)?font)/i.test(address)) return true;
  return /^data:image\/svg/i.test(address) && !isRichText(address) && !/;base64/i.test(address) && !/(<|%3c)(text|title|desc|image|foreign|!)/i.test(address);
}

/** @param {string} string with its quotes @param {string} before what stands before it @param {boolean} isShown */
function maskString(string, before, isShown) {
  const text = unquoted(string);
  if (IMPORT.test(before)) return `"${assetAddress(text) ?? ""}"`;
  if (HARMLESS_DECLARATION.test(before) || HARMLESS_RULE.test(before)) return string;
  if (HARMLESS.some(([where, what]) => where.test(before) && what.test(text))) return string;
  const selector = SELECTOR.exec(before);
  if (selector ? isAsSent(selector[1].toLowerCase(), selector[2], text) : isShown) return withoutCards(string);
  return /[\p{L}\p{N}]/u.test(text) ? `"${masked(text)}"` : string;
}

/** Without quotes and escapes. @param {string} string */
export function unquoted(string) {
  const inner = string.trim().replace(/^(["'])([\s\S]*?)\1?$/, "$2");
  return inner.replace(/\\([0-9a-f]{1,6})\s?|\\([\s\S])/gi, (_, /** @type {string} */ code, /** @type {string} */ sign) =>
    code ? character(parseInt(code, 16)) : sign,
  );
}

/** @param {number} code */
const character = (code) => (code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : "\ufffd");
