// @ts-check
// Sends what the agent's browser cannot load by itself: pictures that need the customer's cookies, or that only this page has.
// Nothing is sent that the viewer has not asked for, nothing that no element shows which the agent may see. A picture is taken
// as the browser has decoded it; where it has to be loaded again, then as a picture, from this page's own origin.

import { chunksOf, digestOf, hex, MAX_ASSET } from "../shared/assets.js";
import { unquoted } from "./css.js";
import { assetAddress } from "./masks.js";
import { assetName, pictureName } from "./names.js";

/** @import { Want } from "../shared/messages.d.ts" */
/** @import { Policy } from "./policy.js" */
/** @import { Stream } from "./stream.js" */

const MAX_WAITING = 200;
const MAX_KEPT = 8;
/** Pixels of a picture, and of one that is worth no loss. */
const MAX_PIXELS = 4096 * 4096;
const SMALL = 256 * 256;
const QUALITIES = [0.9, 0.6];

const PARTS = [undefined, "::before", "::after"];
const PROPERTIES = ["background-image", "mask-image", "list-style-image", "border-image-source", "content"];
const ADDRESSES = /url\(\s*("(?:\\[\s\S]|[^"\\])*"|[^)"']*)\s*\)/g;

export class Assets {
  /** @param {Policy} policy @param {(id: number) => Node | null} nodeOf @param {() => Stream | null} stream */
  constructor(policy, nodeOf, stream) {
    this.policy = policy;
    this.nodeOf = nodeOf;
    this.stream = stream;
    this.waiting = 0;
    /** @type {Promise<void>} */
    this.last = Promise.resolve();
    /** @type {Map<string, { hash: string, digest: Uint8Array, content: Uint8Array<ArrayBuffer> }>} what was sent last, by name */
    this.kept = new Map();
  }

  /** Answer in its turn. @param {Want} want */
  onWant(want) {
    if (this.waiting >= MAX_WAITING || typeof want.name !== "string" || !Array.isArray(want.ids)) return;
    this.waiting += 1;
    this.last = this.last.then(() => this.answer(want)).catch(() => this.refuse(want)).then(() => void (this.waiting -= 1));
  }

  /** @param {Want} want */
  async answer({ name, ids, hash }) {
    const found = ids.map((id) => this.find(id, name)).find((each) => each);
    if (!found || !crypto.subtle) throw new Error("no such picture");
    const asset = this.kept.get(name) ?? (await this.take(name, found));
    if (asset.hash === hash) await this.stream()?.asset(chunksOf(asset.content, asset.digest));
    else this.stream()?.send({ t: "asset", name, hash: asset.hash });
    if (asset.hash === hash) this.kept.delete(name);
  }

  /** Say that it cannot be had, and what room it takes where it is shown. @param {Want} want */
  refuse({ name, ids }) {
    const shown = ids.map((id) => this.find(id, name)?.element).find((each) => each && isPicture(each));
    const { naturalWidth: width = 0, naturalHeight: height = 0 } = /** @type {any} */ (shown ?? {});
    this.stream()?.send({ t: "asset", name, width, height });
  }

  /** The address of what an element shows under that name, if the agent may see it. @param {number} id @param {string} name */
  find(id, name) {
    const element = this.nodeOf(id);
    if (!(element && element.nodeType === Node.ELEMENT_NODE) || this.policy.blocks(element) || !this.policy.allows(element)) return null;
    const address = addressesOf(/** @type {Element} */ (element)).find((each) => [pictureName(each), assetName(each), assetAddress(each)].includes(name));
    return address ? { element: /** @type {Element} */ (element), address } : null;
  }

  /** @param {string} name @param {{ element: Element, address: string }} found */
  async take(name, { element, address }) {
    const picture = isPicture(element) ? element : await loaded(address);
    const content = await encoded(picture);
    const digest = await digestOf(content);
    const asset = { hash: hex(digest), digest, content };
    this.kept.set(name, asset);
    for (const [first] of this.kept) if (this.kept.size > MAX_KEPT) this.kept.delete(first);
    return asset;
  }
}

/** All pictures that an element shows. @param {Element} element */
function addressesOf(element) {
  const { currentSrc, src, poster } = /** @type {any} */ (element);
  const drawn = element.localName === "image" ? [element.getAttribute("href"), element.getAttribute("xlink:href")] : [];
  const own = [src, currentSrc, poster, ...drawn].filter((each) => typeof each === "string" && each).map(absolute);
  return [...own, ...PARTS.flatMap((part) => painted(getComputedStyle(element, part)))];
}

/** @param {CSSStyleDeclaration} style */
function painted(style) {
  const values = PROPERTIES.map((name) => style.getPropertyValue(name)).filter((value) => value.includes("url("));
  return values.flatMap((value) => [...value.matchAll(ADDRESSES)].map(([, address]) => unquoted(address)));
}

/** @param {string} address */
function absolute(address) {
  return URL.canParse(address, document.baseURI) && !/^data:/i.test(address) ? new URL(address, document.baseURI).href : address;
}

/** @param {Element} element @returns {element is HTMLImageElement} */
function isPicture(element) {
  return element.localName === "img";
}

/** Load it once more, as the page has. @param {string} address */
async function loaded(address) {
  const url = new URL(address, document.baseURI);
  if (!/^(?:blob|data):$/.test(url.protocol) && url.origin !== location.origin) throw new Error("a picture of another origin");
  const picture = document.createElement("img");
  picture.src = address;
  await picture.decode();
  return picture;
}

/** @param {HTMLImageElement} picture */
async function encoded(picture) {
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
