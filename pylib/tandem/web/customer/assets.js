// @ts-check
// Sends what the agent's browser cannot load by itself: pictures, fonts and symbols that need the customer's cookies, or that
// only this page has. Nothing is sent that the viewer has not asked for, nothing that no element shows which the agent may see.

import { chunksOf, digestOf, hex, MAX_ASSET } from "../shared/assets.js";
import { SYSTEM } from "../shared/colors.js";
import { fontBytes, fontsOf } from "./assets/fonts.js";
import { systemColors } from "./assets/colors.js";
import { encoded, picturesOf, pictureOf } from "./assets/pictures.js";
import { Requests } from "./assets/requests.js";
import { symbolAddress, symbolBytes } from "./assets/symbols.js";
import { assetAddress } from "./masks.js";

/** @import { Want } from "../shared/messages.d.ts" */
/** @import { Made } from "./mirror/fonts.js" */
/** @import { Policy } from "./policy.js" */
/** @import { Parts } from "./session.js" */
/** @import { Stream } from "./stream.js" */

/**
 * What the script that has loaded this one knows.
 * @typedef {object} Known
 * @property {Policy} policy
 * @property {(id: number) => Node | null} nodeOf
 * @property {() => Stream | null} stream
 * @property {(face: FontFace) => Made | undefined} madeOf
 * @property {(address: string) => string} assetName
 * @property {(address: string) => string | null} pictureName
 *
 * @typedef {{ element: Element, address: string, take: (asset: Found) => Promise<Uint8Array<ArrayBuffer>>, bytes?: BufferSource }} Found
 */

const MAX_WAITING = 200;
const MAX_KEPT = 8;

export class Assets {
  /** @param {Pick<Parts, "settings" | "ui">} parts @param {Known} known */
  constructor({ settings, ui }, known) {
    this.known = known;
    this.requests = new Requests(settings.assets, () => ui.place);
    this.place = () => ui.place;
    this.waiting = 0;
    /** @type {Promise<void>} */
    this.last = Promise.resolve();
    /** @type {Map<string, { hash: string, digest: Uint8Array, content: Uint8Array<ArrayBuffer> }>} what was sent last, by name */
    this.kept = new Map();
  }

  /** Answer in its turn. @param {Want} want */
  onWant(want) {
    if (want.name === SYSTEM) return this.known.stream()?.send({ t: "asset", name: SYSTEM, colors: systemColors(this.place()) });
    if (this.waiting >= MAX_WAITING || typeof want.name !== "string" || !Array.isArray(want.ids)) return;
    this.waiting += 1;
    this.last = this.last.then(() => this.answer(want)).catch(() => this.refuse(want)).then(() => void (this.waiting -= 1));
  }

  /** @param {Want} want */
  async answer({ name, ids, hash }) {
    const found = this.first(ids, name);
    if (!found || !crypto.subtle) throw new Error("no such asset");
    const asset = this.kept.get(name) ?? (await this.take(name, found));
    const stream = this.known.stream();
    if (asset.hash !== hash) return stream?.send({ t: "asset", name, hash: asset.hash });
    await stream?.asset(chunksOf(asset.content, asset.digest));
    this.kept.delete(name);
  }

  /** Say that it cannot be had, and what room it takes where it is shown. @param {Want} want */
  refuse({ name, ids }) {
    const { naturalWidth: width = 0, naturalHeight: height = 0 } = /** @type {any} */ (this.first(ids, name)?.element ?? {});
    this.known.stream()?.send({ t: "asset", name, width, height });
  }

  /** What the first of these elements that the agent may see shows under that name. @param {number[]} ids @param {string} name @returns {Found | null} */
  first(ids, name) {
    for (const id of ids) {
      const found = this.find(id, name);
      if (found) return found;
    }
    return null;
  }

  /** @param {number} id @param {string} name @returns {Found | null} */
  find(id, name) {
    const { policy, nodeOf, assetName, pictureName, madeOf } = this.known;
    const node = nodeOf(id);
    if (node?.nodeType !== Node.ELEMENT_NODE || policy.blocks(node) || !policy.allows(node)) return null;
    const element = /** @type {Element} */ (node);
    const isNamed = (/** @type {string} */ address) => [pictureName(address), assetName(address), assetAddress(address)].includes(name);
    const picture = picturesOf(element).find(isNamed);
    if (picture) return { element, address: picture, take: (found) => this.picture(found) };
    const symbol = symbolAddress(element);
    if (symbol && assetName(symbol) === name) return { element, address: symbol, take: ({ address }) => symbolBytes(address, this.requests) };
    const font = fontsOf(element, madeOf).find((each) => each.name === name || isNamed(each.address));
    return font ? { element, ...font, take: (found) => fontBytes(found, this.requests) } : null;
  }

  /** @param {Found} found */
  async picture({ element, address }) {
    return encoded(await pictureOf(element, address, this.requests));
  }

  /** @param {string} name @param {Found} found */
  async take(name, found) {
    const content = await found.take(found);
    if (content.length > MAX_ASSET) throw new Error("an asset that is too large");
    const digest = await digestOf(content);
    const asset = { hash: hex(digest), digest, content };
    this.kept.set(name, asset);
    for (const [first] of this.kept) if (this.kept.size > MAX_KEPT) this.kept.delete(first);
    return asset;
  }
}
