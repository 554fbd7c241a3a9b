// @ts-check
// Canvases and videos as pictures, at a low rate: of those that the site has marked and that the agent may see, each while it
// is in view. The page's own is only drawn from. What has not changed is not told again, and a picture leaves once it is wanted.

import { chunksOf, digestOf, hex, MAX_ASSET } from "../shared/assets.js";
import { HOLE } from "../shared/holes.js";

/** @import { Shown as Told, Want } from "../shared/messages.d.ts" */
/** @import { Policy } from "./policy.js" */
/** @import { Recorder } from "./recorder.js" */
/** @import { Stream } from "./stream.js" */

/** @typedef {HTMLCanvasElement | HTMLVideoElement} Shows */

/** Milliseconds from one picture to the next, and so many times as long as it took. */
const INTERVAL = 1000;
const SHARE = 20;
const SOON = 100;
/** A canvas is sharp if that is not too large; a video never needs to be. @type {Record<string, { pixels: number, qualities: number[] }>} */
const LIMITS = { canvas: { pixels: 2048 * 1024, qualities: [1, 0.8, 0.5] }, video: { pixels: 1024 * 576, qualities: [0.8, 0.5] } };
const MAX_SHARP = MAX_ASSET / 4;
const MAX_KEPT = 20;

export class Shown {
  /** @param {Policy} policy @param {Pick<Recorder, "idOf" | "emitOwn" | "emitAttributes">} recorder @param {() => Stream | null} stream */
  constructor(policy, recorder, stream) {
    this.policy = policy;
    this.recorder = recorder;
    this.stream = stream;
    /** @type {Map<Shows, string>} what was told last of each; "" if nothing yet */
    this.known = new Map();
    /** @type {Map<string, { digest: Uint8Array, content: Uint8Array<ArrayBuffer> }>} what may be wanted, by hash */
    this.kept = new Map();
    this.canvas = document.createElement("canvas");
    this.timer = 0;
  }

  /** One is being recorded, perhaps anew: then the agent's side has forgotten it. @param {Shows} element */
  add(element) {
    this.known.set(element, "");
    this.later(SOON);
  }

  stop() {
    clearTimeout(this.timer);
    this.timer = 0;
    this.known.clear();
    this.kept.clear();
  }

  /** @param {number} after milliseconds */
  later(after) {
    this.timer ||= setTimeout(async () => {
      const start = performance.now();
      await this.look();
      this.timer = 0;
      if (this.known.size && this.stream()) this.later(Math.max(INTERVAL, SHARE * (performance.now() - start)));
    }, after);
  }

  /** Tell of those that show something else than before. */
  async look() {
    for (const element of this.known.keys()) {
      if (this.recorder.idOf(element) < 0 || !this.policy.shows(element)) this.known.delete(element);
      else if (this.stream()?.idle && isInView(element)) await this.take(element).catch(() => this.known.delete(element)); // of another origin
    }
  }

  /** @param {Shows} element */
  async take(element) {
    const drawn = await this.draw(element);
    if (!drawn) return;
    const content = await this.encoded(element);
    const digest = await digestOf(content);
    const hash = hex(digest);
    const before = this.known.get(element);
    if (before === undefined || hash === before || !this.policy.shows(element)) return;
    this.known.set(element, hash);
    this.kept.set(hash, { digest, content });
    for (const [first] of this.kept) if (this.kept.size > MAX_KEPT) this.kept.delete(first);
    this.tell(element, { id: this.recorder.idOf(element), hash, width: this.canvas.width });
  }

  /** @param {Shows} element @param {Told} told */
  tell(element, told) {
    const isFirst = !this.policy.pictured.has(element);
    this.policy.pictured.add(element);
    if (isFirst) this.recorder.emitAttributes(element, { [HOLE]: null, style: element.getAttribute("style") });
    this.recorder.emitOwn("shown", told);
  }

  /** Draw what it shows, after the page has drawn it: WebGL forgets that at once. @param {Shows} element @returns {Promise<boolean>} whether there is anything */
  async draw(element) {
    if (!document.hidden) await new Promise((resolve) => requestAnimationFrame(resolve));
    const [width, height] = "videoWidth" in element ? [element.videoWidth, element.videoHeight] : [element.width, element.height];
    if (!width || !height) return false;
    const scale = Math.min(1, Math.sqrt(LIMITS[element.localName].pixels / (width * height)));
    Object.assign(this.canvas, { width: Math.ceil(width * scale), height: Math.ceil(height * scale) });
    this.canvas.getContext("2d")?.drawImage(element, 0, 0, this.canvas.width, this.canvas.height);
    return true;
  }

  /** @param {Shows} element that was drawn */
  async encoded({ localName }) {
    for (const quality of LIMITS[localName].qualities) {
      /** @type {Blob | null} */
      const blob = await new Promise((resolve) => this.canvas.toBlob(resolve, "image/webp", quality));
      if (blob && blob.size <= (quality === 1 ? MAX_SHARP : MAX_ASSET)) return new Uint8Array(await blob.arrayBuffer());
    }
    throw new Error("a picture that is too large");
  }

  /** @param {Want} want */
  async onWant({ hash = "" }) {
    const found = this.kept.get(hash);
    if (found) await this.stream()?.asset(chunksOf(found.content, found.digest));
  }
}

/** @param {Element} element */
function isInView(element) {
  const { left, top, right, bottom, width, height } = element.getBoundingClientRect();
  const view = element.ownerDocument.defaultView;
  return view !== null && width > 0 && height > 0 && right > 0 && bottom > 0 && left < view.innerWidth && top < view.innerHeight;
}
