// @ts-check
// A hole in the mirror says why it is one: to the eye in its middle, and to assistive technology by its name.

/** @import { Texts } from "./texts.js" */

/** @typedef {Record<string, string>} Labels by kind of hole, in the agent's language */

/** CSS pixels that a letter may take: of most scripts, and of those of East Asia. */
const LETTER = 7;
const WIDE = 12;
const HEIGHT = 20;
const MAX_SIZE = 20_000;

/** @param {Texts} texts @returns {Labels} */
export function labelsOf(texts) {
  return { canvas: texts.hole_canvas, video: texts.hole_video, frame: texts.hole_frame, plugin: texts.hole_plugin };
}

/** @param {unknown} value @param {Labels} labels @returns {value is string} */
export function isHole(value, labels) {
  return typeof value === "string" && Object.hasOwn(labels, value);
}

/** How a hole looks: a surface with its label, which is no wider than the hole. @param {string} label @param {boolean} [bare] the value alone */
export function holeStyle(label, bare = false) {
  const width = widthOf(label);
  const value = `#ddd url("${svg(width, HEIGHT, `viewBox="0 0 ${width} ${HEIGHT}"`, written(label))}") center / min(100%, ${width}px) auto no-repeat`;
  return bare ? value : `background:${value} !important`;
}

/** A picture that says why another cannot be had, of its size. @param {string} label @param {number} width @param {number} height */
export function holePicture(label, width, height) {
  const [wide, high] = [width, height].map((each) => Math.min(MAX_SIZE, Math.round(each)));
  const text = `<svg viewBox="0 0 ${widthOf(label)} ${HEIGHT}" x="5%" width="90%">${written(label)}</svg>`;
  return svg(wide, high, "", `<rect width="100%" height="100%" fill="#ddd"/>${text}`);
}

/** @param {number} width @param {number} height @param {string} more attributes @param {string} content */
function svg(width, height, more, content) {
  const text = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ${more}>${content}</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(text).replaceAll("'", "%27")}`;
}

/** @param {string} label */
function widthOf(label) {
  return [...label].reduce((sum, sign) => sum + (sign > "\u2e80" ? WIDE : LETTER), 0);
}

/** @param {string} label */
function written(label) {
  return `<text x="50%" y="14" text-anchor="middle" font-family="sans-serif" font-size="12" fill="#444">${escaped(label)}</text>`;
}

/** @param {string} text */
function escaped(text) {
  return text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
