// @ts-check
// Fonts that scripts make. No style sheet tells of them, nor do browsers tell what one is made of: that is noted when it is made.

import { maskCss } from "../css.js";
import { assetName } from "../names.js";
import { Hooks } from "./hooks.js";
import { words } from "./words.js";

/** @import { Material } from "../noted.js" */

/** @typedef {Pick<Material, "source"> & { name: string }} Made by the name under which the agent's side wants it */

/** @type {{ made: WeakMap<FontFace, Material> }} what the first script knows */
export const fonts = { made: new WeakMap() };

const DESCRIPTORS = words(`family style weight stretch unicodeRange featureSettings variationSettings display ascentOverride descentOverride
  lineGapOverride sizeAdjust`);
const MAX_FONTS = 200;

/** What a script has made a font of, if it has. @param {FontFace} face @returns {Made | undefined} */
export function madeOf(face) {
  const found = fonts.made.get(face);
  return found && { source: found.source, name: assetName(found.key) };
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
  const { source, name } = /** @type {Made} */ (madeOf(face));
  const values = [...DESCRIPTORS].map((each) => [each, String(/** @type {any} */ (face)[each] ?? "").slice(0, 200)]);
  return { ...Object.fromEntries(values), source: typeof source === "string" ? maskCss(`src:${source}`, "sheet").slice(4) : `url("${name}")` };
}
