// @ts-check
// Media queries as the customer's system answers them, written into style sheets: the agent's own would answer otherwise.

/** @import { Preferences } from "../shared/messages.d.ts" */

const TRUE = "(min-width:0)";
const FALSE = "(max-width:0)";
const NONE = /^(none|no-preference)$/;

const RULE = /@media\b[^{};]*/gi;
const FEATURE = /\(\s*(-?[a-z][a-z-]*)\s*(?::\s*([^()]*?)\s*)?\)/gi;
const RANGE = /\(\s*(?:([\d.]+[a-z]*)\s*([<>]=?|=)\s*)?resolution\s*(?:([<>]=?|=)\s*([\d.]+[a-z]*)\s*)?\)/gi;
const RATIO = /^(?:-webkit-)?(min-|max-)?(?:-moz-)?(resolution|device-pixel-ratio)$/;
const SCHEME = /((?:^|[;{\s])color-scheme\s*:\s*)([^;{}!]+)/gi;
const QUOTED = String.raw`"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*'`;
const ADDRESS = String.raw`url\((?:\s*(?:${QUOTED})\s*|[^)"']*)\)`;
const SIZED = String.raw`${ADDRESS}[^(),;{}]*(?:type\((?:${QUOTED})\)[^(),;{}]*)?`;
/** Pictures of several densities, by their addresses, and one of them. */
const SET = new RegExp(String.raw`(?:-webkit-)?image-set\(\s*(${SIZED}(?:,\s*${SIZED})*)\)`, "gi");
const CANDIDATE = new RegExp(String.raw`(${ADDRESS})\s*([\d.]+(?:x|dppx|dpi|dpcm)|)`, "gi");
const UNITS = /** @type {Record<string, number>} */ ({ dpi: 1 / 96, dpcm: 2.54 / 96, dppx: 1, x: 1, "": 1 });
const MAX_WORDS = 8;

/** What an untrusted event says. @param {any} given @returns {Preferences} */
export function readPreferences(given) {
  const answers = Object.entries(given?.answers ?? {}).filter(([, values]) => Array.isArray(values));
  const words = answers.map(([name, values]) => [name, /** @type {any[]} */ (values).slice(0, MAX_WORDS).map(String)]);
  return { answers: Object.fromEntries(words), resolution: Number(given?.resolution) || 1, bar: Number(given?.bar ?? NaN) };
}

/** A style sheet, or declarations. @param {string} css @param {Preferences} preferences */
export function withPreferences(css, preferences) {
  if (!/@media|color-scheme/i.test(css)) return css;
  const left = css.replace(RULE, (rule) => query(rule, preferences));
  return left.replace(SCHEME, (_, /** @type {string} */ name, /** @type {string} */ schemes) => name + scheme(schemes, preferences));
}

/** A media query, or several. @param {string} text @param {Preferences} preferences */
export function query(text, preferences) {
  const { answers, resolution } = preferences;
  const ranged = text.replace(RANGE, (all, low, first, second, high) => {
    if (!first && !second) return all;
    return verdict((!first || compares(dots(low), first, resolution)) && (!second || compares(resolution, second, dots(high))));
  });
  return ranged.replace(FEATURE, (all, /** @type {string} */ named, /** @type {string | undefined} */ value) => {
    const name = named.toLowerCase();
    const ratio = RATIO.exec(name);
    if (ratio) return value === undefined ? TRUE : verdict(compares(resolution, { "min-": ">=", "max-": "<=" }[ratio[1]] ?? "=", dots(value)));
    if (!Object.hasOwn(answers, name)) return all;
    return verdict(value === undefined ? answers[name].some((each) => !NONE.test(each)) : answers[name].includes(value.toLowerCase()));
  });
}

/** Which of the schemes that an element knows the customer's system chooses. @param {string} schemes @param {Preferences} preferences */
export function scheme(schemes, { answers }) {
  const [wanted] = answers["prefers-color-scheme"] ?? [];
  const words = schemes.trim().toLowerCase().split(/\s+/);
  return wanted && words.includes("light") && words.includes("dark") ? wanted : schemes;
}

/** A style sheet whose pictures of several densities are the one for the customer's. @param {string} css @param {Preferences} preferences */
export function withOneOfSets(css, { resolution }) {
  if (!/image-set\(/i.test(css)) return css;
  return css.replace(SET, (_, /** @type {string} */ set) => {
    const parts = [...set.matchAll(CANDIDATE)].map(([, url, size]) => ({ url, density: size ? dots(size) : 1 }));
    const { url, density } = nearest(parts, resolution);
    return `image-set(${url} ${density}x)`;
  });
}

/** @template {{ density: number }} T @param {T[]} parts @param {number} resolution @returns {T} */
function nearest(parts, resolution) {
  const sized = parts.sort((one, other) => one.density - other.density);
  return sized.find(({ density }) => density >= resolution) ?? sized[sized.length - 1];
}

/** Of pictures for several resolutions, the one for the customer's. @param {string} srcset @param {Preferences} preferences */
export function pictureFor(srcset, { resolution }) {
  const parts = srcset.split(/,\s+/).map((part) => part.trim().split(/\s+/));
  if (parts.some(([, size]) => size && !/^[\d.]+x$/.test(size))) return null;
  return nearest(parts.map(([address, size]) => ({ address, density: parseFloat(size ?? "1") })), resolution);
}

/** @param {boolean} holds */
const verdict = (holds) => (holds ? TRUE : FALSE);

/** @param {string} text @returns {number} for each CSS pixel */
function dots(text) {
  const [, number, unit] = /^([\d.]+)(\w*)$/.exec(text.trim()) ?? [];
  return Number(number) * (UNITS[unit?.toLowerCase()] ?? NaN);
}

/** @param {number} left @param {string} sign @param {number} right */
function compares(left, sign, right) {
  const difference = Math.abs(left - right) < 0.005 ? 0 : left - right;
  return sign === "=" ? difference === 0 : (sign.includes("=") && difference === 0) || (sign[0] === "<" ? difference < 0 : difference > 0);
}
