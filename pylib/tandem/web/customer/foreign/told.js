// @ts-check
// What a frame of another origin may tell the page around it: of nodes, only those that are its own.

import { ASSET } from "../../shared/assets.js";

/** As many numbers each frame has for its nodes and style sheets; the page's own are smaller. */
export const RANGE = 1e8;

/** Members that are numbers of nodes or sheets, or lists of them, wherever they stand in an event. */
const NUMBERS = new Set("id parentId nextId previousId rootId styleId styleIds start end chosen assigned focus pressed hovered target".split(" "));
/** Lists of pairs, of which the first is a node. */
const PAIRS = new Set(["nodes", "top"]);
const MAX_DEPTH = 2000;

/** Whether a message is about nodes with these numbers alone. @param {number} first @param {unknown} value @param {string} [name] @param {number} [depth] @returns {boolean} */
export function isOf(first, value, name = "", depth = 0) {
  if (typeof value === "number") return !NUMBERS.has(name) || value <= 0 || (value > first && value < first + RANGE);
  if (typeof value !== "object" || value === null) return true;
  if (depth > MAX_DEPTH) return false;
  if (!Array.isArray(value)) return Object.entries(value).every(([key, each]) => isOf(first, each, key, depth + 1));
  if (name !== "pair") return value.every((each) => isOf(first, each, PAIRS.has(name) ? "pair" : name, depth + 1));
  return isOf(first, value[0], "id") && isOf(first, value[1], "", depth + 1);
}

/** Whether it is chunks of an asset: anything else would be taken for what this page has recorded. @param {unknown} chunks @returns {chunks is Uint8Array<ArrayBuffer>[]} */
export function isAsset(chunks) {
  return Array.isArray(chunks) && chunks.every((each) => each instanceof Uint8Array && each[0] === ASSET);
}
