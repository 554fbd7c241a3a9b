// @ts-check
// Pictures, as the browser has decoded them. One that has to be loaded again, is loaded as a picture: the page's policy holds.

import { MAX_ASSET } from "../../shared/assets.js";
import { urlOf } from "../../shared/urls.js";
import { unquoted } from "../css.js";

/** @import { Requests } from "./requests.js" */

/** Pixels of a picture, and of one that is worth no loss. */
const MAX_PIXELS = 4096 * 4096;
const SMALL = 256 * 256;
const QUALITIES = [0.9, 0.6];

const PARTS = [undefined, "::before", "::after"];
const PROPERTIES = ["background-image", "mask-image", "list-style-image", "border-image-source", "content"];
const ADDRESSES = /url\(\s*("(?:\\[\s\S]|[^"\\])*"|[^)"']*)\s*\)/g;

/** The addresses of all pictures that an element shows. @param {Element} element @returns {string[]} */
export function picturesOf(element) {
  const { currentSrc, src, poster, baseURI } = /** @type {any} */ (element);
  const drawn = element.localName === "image" ? [element.getAttribute("href"), element.getAttribute("xlink:href")] : [];
  const own = [src, currentSrc, poster, ...drawn].filter((each) => typeof each === "string" && each).map((each) => absolute(each, baseURI));
  return [...own, ...PARTS.flatMap((part) => painted(getComputedStyle(element, part)))];
}

/** @param {CSSStyleDeclaration} style */
function painted(style) {
  return PROPERTIES.flatMap((name) => addressesIn(style.getPropertyValue(name)));
}

/** @param {string} css @returns {string[]} */
export function addressesIn(css) {
  return css.includes("url(") ? [...css.matchAll(ADDRESSES)].map(([, address]) => unquoted(address)) : [];
}

/** @param {string} address @param {string} base */
export function absolute(address, base) {
  return (/^data:/i.test(address) ? null : urlOf(address, base))?.href ?? address;
}

/** The one on the page, if its pixels may be read; else it is loaded once more. @param {Element} element @param {string} address @param {Requests} requests */
export async function pictureOf(element, address, requests) {
  const { origin, protocol } = new URL(address, element.baseURI);
  const isForeign = /^https?:$/.test(protocol) && origin !== location.origin;
  if (isPicture(element) && (!isForeign || element.crossOrigin !== null)) return element;
  if (!isForeign) return loaded(address, null);
  if (!requests.lists(origin)) throw new Error("a picture of another origin");
  return loaded(address, "use-credentials").catch(() => loaded(address, "anonymous"));
}

/** @param {Element} element @returns {element is HTMLImageElement} */
const isPicture = (element) => element.localName === "img";

/** @param {string} address @param {string | null} crossOrigin */
async function loaded(address, crossOrigin) {
  const picture = document.createElement("img");
  Object.assign(picture, { crossOrigin, src: address });
  await picture.decode();
  return picture;
}

/** @param {HTMLImageElement} picture */
export async function encoded(picture) {
  const { naturalWidth: width, naturalHeight: height } = picture;
  if (!width || !height || width * height > MAX_PIXELS) throw new Error("a picture of no size");
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width, height });
  canvas.getContext("2d")?.drawImage(picture, 0, 0);
  for (const quality of width * height > SMALL ? QUALITIES : [1, ...QUALITIES]) {
    /** @type {Blob | null} */
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/webp", quality));
    if (blob && blob.size <= MAX_ASSET) return new Uint8Array(await blob.arrayBuffer());
  }
  throw new Error("a picture that is too large");
}
