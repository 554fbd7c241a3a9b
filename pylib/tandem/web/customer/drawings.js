// @ts-check
// What is drawn rather than written, and can be read all the same: codes and barcodes, signatures, charts. Where it is masked
// it becomes a gray surface of the same size. Icons are too simple to say anything, and stay.

import { childrenOf, localName, namespaceOf, parentElement } from "./nodes.js";

/** An icon has fewer shapes, and less that describes them. */
const MAX_PIECES = 8;
const MAX_DATA = 2000;
/** Elements beside each other with nothing in them: this many are the modules of a code. */
const MIN_ROW = 12;
const MIN_CELLS = 24;
/** A row with less is none; and what share of it may be something else. */
const MIN_LENGTH = 5;
const MAX_OTHERS = 0.1;
/** Colors and layers of a background or shadow. */
const MAX_PARTS = 20;

const SHAPES = "path, rect, circle, ellipse, line, polyline, polygon, use, image";
const FULL = "input, textarea, select, button, img, video, canvas, iframe, svg, object, embed, meter, progress, hr, br, option, script, style, link, meta, template";
const COLORS = /\b(?:rgb|hsl|hwb|lab|lch|oklab|oklch|color|color-mix|var|calc)a?\((?:[^()]|\([^()]*\))*\)/gi;
const PAINTS = /((?:^|[;{\s])(?:-webkit-)?(?:box-shadow|text-shadow|filter|background|background-image|mask|mask-image|border-image|border-image-source|clip-path|--[^\s:;{}]+)\s*:)([^;{}]{100,})/gi;

export const GRAY = "background: #ddd !important";
export const HIDDEN = "visibility: hidden !important";

/** The drawing that an element of SVG is part of: the outermost, or a symbol that is used elsewhere. @param {Element | null} element */
export function drawingOf(element) {
  if (!element || namespaceOf(element) !== "http://www.w3.org/2000/svg") return null;
  const symbol = element.closest("symbol");
  if (symbol) return symbol;
  let found = element.closest("svg");
  for (let outer = found; outer; outer = outer.parentElement?.closest("svg") ?? null) found = outer;
  return found;
}

/** Whether a drawing is more than an icon. @param {Element} drawing */
export function isRich(drawing) {
  let [pieces, data] = [0, 0];
  for (const shape of drawing.querySelectorAll(SHAPES)) {
    const symbol = shape.closest("symbol");
    if (symbol && symbol !== drawing) continue;
    const path = shape.getAttribute("d") ?? "";
    pieces += Math.max(1, path.match(/m/gi)?.length ?? 0);
    data += path.length + (shape.getAttribute("points")?.length ?? 0);
    if (pieces > MAX_PIECES || data > MAX_DATA) return true;
  }
  return false;
}

/** The same of a drawing that is only text: the address of a picture in a style sheet. @param {string} text */
export function isRichText(text) {
  const pieces = text.match(/(?:<|%3c)(?:rect|circle|ellipse|line|poly|use|image)|m\s*-?[\d.]/gi)?.length ?? 0;
  return pieces > MAX_PIECES || text.length > 2 * MAX_DATA;
}

/** Whether what lies in an element are the modules of a code: many, and nothing in them. @param {Element} element */
export function isGrid(element) {
  const cells = rowOf(element);
  if (cells < MIN_LENGTH) return false;
  return cells >= MIN_ROW || cellsBeside(element) >= MIN_CELLS;
}

/** How many cells an element is a row of. @param {Element} element */
function rowOf(element) {
  const children = childrenOf(element);
  if (children.length < MIN_LENGTH || namespaceOf(element) !== "http://www.w3.org/1999/xhtml") return 0;
  let others = 0;
  for (const child of children) if (!isCell(child) && (others += 1) > children.length * MAX_OTHERS) return 0;
  return children.length - others;
}

/** @param {Element} row */
function cellsBeside(row) {
  const parent = parentElement(row);
  const rows = parent ? childrenOf(parent) : [];
  if (rows.length < MIN_LENGTH) return 0;
  let sum = 0;
  for (const each of rows) if ((sum += rowOf(each)) >= MIN_CELLS) break;
  return sum;
}

/** @param {Element} element */
function isCell(element) {
  return localName(element) !== "form" && element.getElementsByTagName("*").length < 2 && !element.textContent?.trim() && !element.matches(FULL) && !element.querySelector(FULL);
}

/** Whether a value of CSS paints a code, by many shadows or gradients. @param {string} value */
function isPainted(value) {
  return value.length >= 100 && (value.replace(COLORS, "").match(/,/g)?.length ?? 0) > MAX_PARTS;
}

/** Style sheets without what is drawn by them. @param {string} css */
export function withoutPaintings(css) {
  return css.replace(PAINTS, (whole, /** @type {string} */ name, /** @type {string} */ value) => (isPainted(value) ? name + plain(name) : whole));
}

/** What stands in the place of a painting. @param {string} property */
function plain(property) {
  return /background/i.test(property) ? " linear-gradient(#ddd, #ddd)" : /--/.test(property) ? " initial" : " none";
}

/** A value of one property, without a drawing. @param {string} value @param {string} [property] */
export function unpainted(value, property = "") {
  return isPainted(value) && /shadow|filter|background|mask|image|clip-path|^--/i.test(property) ? plain(property).trim() : value;
}
