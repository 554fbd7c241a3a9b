// @ts-check
// Assets: what a page shows beside its document, as chunks of their own. Each holds the hash of the whole, and a part of it.

export { MAX_ASSET } from "./largest.js";

/** The kind of such a chunk, beside those of frames.js. */
export const ASSET = 3;
/** The name by which the viewer wants what the customer's page has told of a canvas or video. */
export const SHOWN = "shown";
/** What only the customer's page can load has such a name in the place of an address. */
export const NAME = /^tandem:[0-9a-z]{1,24}$/;

/** How fonts begin: WOFF2, WOFF, OpenType and TrueType. */
const FONTS = ["wOF2", "wOFF", "OTTO", "true", "\0\x01\0\0"];

const HEADER = 6;
const DIGEST = 32;
const LAST = 1;
const PART = 256 * 1024 - DIGEST;

/** @param {Uint8Array} bytes @returns {string} */
export const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** How some content begins. @param {Uint8Array} content */
export const startOf = (content) => String.fromCharCode(...content.subarray(0, 16));

/** @param {Uint8Array} content */
export const isFont = (content) => FONTS.includes(startOf(content).slice(0, 4));

/** @param {Uint8Array<ArrayBuffer>} content */
export async function digestOf(content) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", content));
}

/** @param {Uint8Array<ArrayBuffer>} content @param {Uint8Array} digest @returns {Uint8Array<ArrayBuffer>[]} */
export function chunksOf(content, digest) {
  const chunks = [];
  for (let start = 0; start < content.length; start += PART) {
    const part = content.subarray(start, start + PART);
    const chunk = new Uint8Array(HEADER + DIGEST + part.length);
    chunk[0] = ASSET;
    chunk[1] = start + PART >= content.length ? LAST : 0;
    new DataView(chunk.buffer).setUint32(2, chunks.length);
    chunk.set(digest, HEADER);
    chunk.set(part, HEADER + DIGEST);
    chunks.push(chunk);
  }
  return chunks;
}

/** The hash that a chunk is of. @param {Uint8Array} chunk */
export const hashOf = (chunk) => hex(chunk.subarray(HEADER, HEADER + DIGEST));

/** Puts the chunks of one asset after the other together; one that lacks a chunk, or has other bytes than it says, is dropped. */
export class Collector {
  constructor() {
    this.hash = "";
    /** @type {Uint8Array<ArrayBuffer>[]} */
    this.parts = [];
  }

  /** @param {Uint8Array<ArrayBuffer>} chunk @returns {Promise<{ hash: string, content: Uint8Array<ArrayBuffer> } | null>} what it completes */
  async add(chunk) {
    const hash = hashOf(chunk);
    const number = new DataView(chunk.buffer, chunk.byteOffset).getUint32(2);
    if (number === 0) Object.assign(this, { hash, parts: [] });
    if (hash !== this.hash || number !== this.parts.length) return null;
    this.parts.push(chunk.subarray(HEADER + DIGEST));
    if (!(chunk[1] & LAST)) return null;
    const content = new Uint8Array(await new Blob(this.parts.splice(0)).arrayBuffer());
    return hex(await digestOf(content)) === hash ? { hash, content } : null;
  }
}
