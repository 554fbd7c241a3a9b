// @ts-check
// Canvases and videos in the mirror. It runs no script, so a canvas would be shown as the text within it: an empty picture of
// its size stands in its place, or what the customer's page has sent of it. A video shows that as its poster, and no controls of
// the agent's browser, which gives them to every video where no script runs.

import { Collector, hashOf, SHOWN } from "../shared/assets.js";

/** @import { Shown, Want } from "../shared/messages.d.ts" */

/** @typedef {(id: number) => Node | null} NodeOf */

const HASH = /^[0-9a-f]{64}$/;
const WEBP = /^RIFF....WEBP/s;
const MAX_SIZE = 20_000;
const MAX = 200;
const CONTENT = "content";
export const CONTROLS = "video:not([controls])::-webkit-media-controls { display: none !important }";

export class Canvases {
  /** @param {NodeOf} nodeOf @param {(want: Want) => void} send */
  constructor(nodeOf, send) {
    this.nodeOf = nodeOf;
    this.send = send;
    /** @type {Map<number, boolean>} the canvases and videos that come, and whether they are there yet */
    this.ids = new Map();
    /** @type {Map<number, { told: Shown, url: string }>} what is shown, or about to be, by the number of a canvas or video */
    this.shown = new Map();
    this.collector = new Collector();
  }

  /** A snapshot comes, and what is told after it. */
  clear() {
    this.ids.clear();
    for (const { url } of this.shown.values()) URL.revokeObjectURL(url);
    this.shown.clear();
  }

  /** @param {Shown} told by the customer's page, for which nobody vouches */
  onTold({ id, hash, width }) {
    if (!Number.isInteger(id) || !HASH.test(hash)) return;
    const url = this.shown.get(id)?.url ?? ""; // stays until the next one is there
    this.shown.set(id, { told: { id, hash, width: size(width) }, url });
    for (const [first] of this.shown) if (this.shown.size > MAX) this.drop(first);
    this.send({ t: "want", name: SHOWN, ids: [id], hash });
  }

  /** @param {number} id */
  drop(id) {
    URL.revokeObjectURL(this.shown.get(id)?.url ?? "");
    this.shown.delete(id);
  }

  /** @param {Uint8Array} chunk of an asset @returns {boolean} whether it is of a picture that is waited for */
  waitsFor(chunk) {
    const hash = hashOf(chunk);
    return [...this.shown.values()].some(({ told }) => told.hash === hash);
  }

  /** @param {Uint8Array<ArrayBuffer>} chunk of such a one */
  async onChunk(chunk) {
    const whole = await this.collector.add(chunk);
    if (!whole || !WEBP.test(String.fromCharCode(...whole.content.subarray(0, 16)))) return;
    for (const each of this.shown.values()) {
      if (each.told.hash !== whole.hash) continue;
      const before = each.url;
      each.url = URL.createObjectURL(new Blob([whole.content], { type: "image/webp" }));
      setTimeout(() => URL.revokeObjectURL(before), LATER);
    }
    this.apply();
  }

  /** Put in what is not there: what the mirror was changed into may have lost it. */
  apply() {
    for (const [id, isThere] of this.ids) {
      const element = /** @type {HTMLElement | null} */ (this.nodeOf(id));
      if (!element?.isConnected) {
        if (isThere) this.ids.delete(id), this.drop(id);
        continue;
      }
      this.ids.set(id, true);
      if (element.localName === "canvas") dress(element, this.shown.get(id));
      else if (element.localName === "video") play(/** @type {HTMLVideoElement} */ (element), this.shown.get(id)?.url);
    }
  }
}

/** Milliseconds for which a picture may still be drawn after the next one is there. */
const LATER = 2000;
/** @type {WeakMap<Element, string>} what was put into a canvas */
const contents = new WeakMap();

/** @param {HTMLElement} canvas @param {{ told: Shown, url: string }} [shown] */
function dress(canvas, shown) {
  const [width, height] = [sizeOf(canvas, "width", 300), sizeOf(canvas, "height", 150)];
  const content = shown?.url ? `image-set(url("${shown.url}") ${shown.told.width / width}x)` : `url("${empty(width, height)}")`;
  if (contents.get(canvas) === content && canvas.style.getPropertyValue(CONTENT)) return;
  contents.set(canvas, content);
  canvas.style.setProperty(CONTENT, content, "important");
}

/** @param {HTMLVideoElement} video @param {string} [url] */
function play(video, url) {
  const root = video.getRootNode();
  if ("host" in root) dressRoot(/** @type {ShadowRoot} */ (root));
  if (url && video.poster !== url) video.poster = url;
}

/** @type {WeakMap<Document, CSSStyleSheet>} */
const sheets = new WeakMap();

/** Let CONTROLS hold in a shadow root too, which the sheets of its document do not reach. @param {ShadowRoot} root */
function dressRoot(root) {
  const { defaultView } = root.ownerDocument;
  if (!defaultView) return;
  const sheet = sheets.get(root.ownerDocument) ?? new defaultView.CSSStyleSheet();
  if (!sheet.cssRules.length) sheet.insertRule(CONTROLS);
  sheets.set(root.ownerDocument, sheet);
  if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
}

/** @param {Element} canvas @param {string} name @param {number} usual */
function sizeOf(canvas, name, usual) {
  const given = /^\s*\d+/.exec(canvas.getAttribute(name) ?? "");
  return given ? size(given[0]) : usual;
}

/** A picture of a size that shows nothing. @param {number} width @param {number} height */
export const empty = (width, height) => `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"/>`)}`;

/** @param {any} value @returns {number} CSS pixels */
const size = (value) => Math.min(MAX_SIZE, Math.max(1, Math.round(Number(value)) || 1));
