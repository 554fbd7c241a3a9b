// @ts-check
// What text, addresses and the values of fields look like to the agent where they are masked. Pure functions.

const DOT = "•";
/** The same for every secret, so that not even its length is told. */
const SECRET = DOT.repeat(8);

/** Fields that cannot hold dots; masked, they are empty. */
const STRICT = new Set(["number", "range", "date", "datetime-local", "month", "week", "time", "color", "file"]);

/** Signs that draw, such as a code in a terminal. */
const BLOCKS = /[\u2580-\u259f\u2800-\u28ff\u{1fb00}-\u{1fbff}]/u;

/** A text as dots, with its spaces, so that lines break where they did. @param {string} text */
export function masked(text) {
  if (BLOCKS.test(text)) return text.replace(/[^\n]/gu, DOT);
  return text.replace(/\S/gu, DOT);
}

/** The same where spaces are as wide as signs, and could draw. @param {string} text */
export function maskedLines(text) {
  return masked(text).replace(/(?<=\S)[^\S\n]{2,}/g, (gap) => DOT.repeat(gap.length));
}

/** What a field holds. @param {string} text @param {string} type of the field @param {boolean} secret */
export function maskedValue(text, type, secret) {
  if (!text || STRICT.has(type)) return "";
  return secret ? SECRET : masked(text);
}

/** A page's address: neither query nor fragment, and no part that looks like somebody's number or name. @param {string} address */
export function pageAddress(address) {
  const url = httpAddress(address);
  return url && url.origin + url.pathname.split("/").map(maskedPart).join("/");
}

/** The address of a picture, font or style sheet, without query and fragment. @param {string} address */
export function assetAddress(address) {
  const url = httpAddress(address);
  return url && url.origin + url.pathname;
}

/** @param {string} address @returns {URL | null} */
export function httpAddress(address) {
  try {
    const url = new URL(address, document.baseURI);
    return /^https?:$/.test(url.protocol) ? url : null;
  } catch {
    return null;
  }
}

/** @param {string} part of a path */
function maskedPart(part) {
  return looksPersonal(decoded(part)) ? "x" : part;
}

/** @param {string} part */
function decoded(part) {
  if (!part.includes("%")) return part;
  try {
    return decodeURIComponent(part);
  } catch {
    return "@"; // not even text: masked
  }
}

/** Numbers of four digits and more, addresses, and whatever is long. @param {string} part */
export function looksPersonal(part) {
  return /@|\d{4}/.test(part) || (part.match(/\d/g)?.length ?? 0) > 4 || part.length > 40;
}

/** Names that a bundler has made of a font or a class: their digits are nobody's. */
export const GENERATED = /^__[a-z]\w*_[0-9a-f]{6}$/i;

/** A word with four digits and more: no measure, no color. @param {string} value */
export const isNumbered = (value) => /(?<![#\w.-])-*[a-z_][\w-]*\d{4}/i.test(value) && !/^[0-9a-f]{6}$/i.test(value);

/** Somebody's address. A sign alone is none: class names have it for sizes of screens and containers. */
const ADDRESS = /[\w.+-]@[\w-]+\.\w/;

/** Class names and ids, which style sheets need, without those that carry a number or an address. @param {string} names */
export function maskedNames(names) {
  return names
    .split(/\s+/)
    .filter((name) => !ADDRESS.test(name) && (!/\d{6}/.test(name) || GENERATED.test(name)))
    .join(" ");
}
