// @ts-check
// Fonts that scripts make. No style sheet tells of them, nor do browsers tell what one is made of: that is noted when it is made.

import { MAX_ASSET } from "../../shared/assets.js";
import { maskCss } from "../css.js";
import { assetName } from "../names.js";
import { Hooks } from "./hooks.js";
import { words } from "./words.js";

/** @typedef {{ source: string | BufferSource, name: string }} Made of addresses, as style sheets say it, or of content */

/** @type {{ made: WeakMap<FontFace, Made> }} what is known; a script that is loaded later gets it from the first */
export const fonts = { made: new WeakMap() };

const DESCRIPTORS = words(`family style weight stretch unicodeRange featureSettings variationSettings display ascentOverride descentOverride
  lineGapOverride sizeAdjust`);
const MAX_FONTS = 200;
let count = 0;

/** @param {null} _ @param {FontFace} face @param {any[]} given */
export function noteFont(_, face, [, source]) {
  if (!(source?.byteLength > MAX_ASSET)) fonts.made.set(face, { source, name: assetName(`font ${(count += 1)}`) });
}

/** Tells which of them the page uses. */
export class Fonts {
  /** @param {(fonts: Record<string, string>[]) => void} tell */
  constructor(tell) {
    this.tell = tell;
    this.hooks = new Hooks();
    this.told = "[]";
    this.isAsked = false;
  }

  /** The agent sees a root from now on, or anew. @param {Node} root */
  onRoot(root) {
    if (root !== document || !document.fonts) return;
    this.told = "[]";
    const then = () => this.later();
    this.hooks.into(window, ["add", "delete", "clear"].map((name) => [/** @type {any} */ (window).FontFaceSet, name, then]));
    this.later();
  }

  stop() {
    this.hooks.stop();
  }

  later() {
    if (this.isAsked) return;
    this.isAsked = true;
    queueMicrotask(() => this.look());
  }

  look() {
    this.isAsked = false;
    if (!this.hooks.isOn) return; // it has stopped meanwhile
    const faces = [...document.fonts].filter((face) => fonts.made.has(face)).slice(0, MAX_FONTS).map(described);
    const text = JSON.stringify(faces);
    if (text === this.told) return;
    this.told = text;
    this.tell(faces);
  }
}

/** @param {FontFace} face @returns {Record<string, string>} */
function described(face) {
  const { source, name } = /** @type {Made} */ (fonts.made.get(face));
  const values = [...DESCRIPTORS].map((each) => [each, String(/** @type {any} */ (face)[each] ?? "").slice(0, 200)]);
  return { ...Object.fromEntries(values), source: typeof source === "string" ? maskCss(`src:${source}`, "sheet").slice(4) : `url("${name}")` };
}
