// @ts-check
// What has come of the customer's page, by how it begins: nothing else is shown.

import { isFont, startOf } from "../shared/assets.js";
import { symbolOf, TARGET } from "../shared/symbols.js";
import { trusted } from "./trusted.js";

/** @typedef {"picture" | "symbol" | "font"} Kind */
/** @typedef {{ kind: Kind, url: string, bytes?: Uint8Array<ArrayBuffer>, used?: number }} Content `used`: when it was last seen to be shown */

/** @type {[RegExp, string][]} */
const PICTURES = [
  [/^RIFF....WEBP/s, "image/webp"],
  [/^\x89PNG\r\n/, "image/png"],
];
const SYMBOL = /^<svg xmlns=/;

/** @param {Uint8Array<ArrayBuffer>} bytes @returns {Content | null} */
export function contentOf(bytes) {
  const start = startOf(bytes);
  const type = PICTURES.find(([signs]) => signs.test(start))?.[1];
  if (type) return { kind: "picture", url: URL.createObjectURL(new Blob([bytes], { type })) };
  if (isFont(bytes)) return { kind: "font", url: "font", bytes };
  return SYMBOL.test(start) ? symbol(new TextDecoder().decode(bytes)) : null;
}

/** Made anew of what it says, as it comes from a page that nobody vouches for. @param {string} text @returns {Content | null} */
function symbol(text) {
  const target = new DOMParser().parseFromString(trusted(text), "image/svg+xml").documentElement.firstElementChild;
  const made = target && symbolOf(target);
  return made ? { kind: "symbol", url: `${URL.createObjectURL(new Blob([made], { type: "image/svg+xml" }))}#${TARGET}` } : null;
}
