// @ts-check
// What travels in binary WebSocket frames: a message (rrweb events, or a picture) is deflated, cut into chunks with a
// header of six bytes, and put together again. The relay reads headers only.

/** @import { Message } from "./messages.d.ts" */

export const KIND = { events: 1, screen: 2 };
const LAST = 1;
const DEFLATED = 2;
const KEY = 4;
const HEADER = 6;

/** Payload of one chunk, in bytes; the relay takes no larger frames. */
export const CHUNK = 256 * 1024;

/** Nothing honest is larger than this, in bytes, neither packed nor unpacked: a longer message is dropped. */
const MAX_MESSAGE = 64 * 1024 * 1024;

/** What is shorter is not worth the time, in bytes: the WebSocket itself deflates it with what came before. */
const MIN_DEFLATED = 4096;

/**
 * The chunks of one message.
 * @param {number} number of the message in its connection, from 0
 * @param {number} kind KIND.events or KIND.screen
 * @param {Uint8Array<ArrayBuffer>} content
 * @param {{ key?: boolean, deflate?: boolean, size?: number }} [options] key: whole without what came before
 * @returns {Promise<Uint8Array<ArrayBuffer>[]>}
 */
export async function pack(number, kind, content, { key = false, deflate = true, size = CHUNK } = {}) {
  const deflated = deflate && content.length >= MIN_DEFLATED;
  const packed = deflated ? await through(content, new CompressionStream("deflate-raw"), Infinity) : content;
  const chunks = [];
  for (let start = 0; start === 0 || start < packed.length; start += size) {
    const part = packed.subarray(start, start + size);
    const last = start + size >= packed.length;
    const chunk = new Uint8Array(HEADER + part.length);
    chunk[0] = kind;
    chunk[1] = (last ? LAST : 0) | (deflated ? DEFLATED : 0) | (key ? KEY : 0);
    new DataView(chunk.buffer).setUint32(2, number);
    chunk.set(part, HEADER);
    chunks.push(chunk);
  }
  return chunks;
}

/**
 * Puts messages together. What is malformed, or lacks its beginning or its end, is dropped; `onLost` is called where something
 * is missing and a key message is wanted. Until one has come, nothing else is handed out.
 */
export class Joiner {
  /** @param {() => void} [onLost] called once for each gap */
  constructor(onLost = () => {}) {
    this.onLost = onLost;
    /** @type {{ number: number, kind: number, flags: number, parts: Uint8Array<ArrayBuffer>[], length: number } | null} */
    this.open = null;
    /** @type {Record<number, boolean>} by kind, whether what comes builds upon what came */
    this.whole = {};
    this.next = 0;
    /** @type {Promise<Message | null>} messages are handed out in their order, however long inflating takes */
    this.last = Promise.resolve(null);
  }

  /** A new connection of the customer counts from 0 again. */
  restart() {
    this.open = null;
    this.whole = {};
    this.next = 0;
  }

  /**
   * @param {Uint8Array<ArrayBuffer>} chunk
   * @returns {Promise<Message | null> | null} the message that this chunk completes; null if it turns out damaged
   */
  add(chunk) {
    const head = read(chunk);
    if (!head) return null;
    if (head.number === 0 && this.next !== 0 && this.open?.number !== 0) this.restart();
    if (this.open && this.open.number !== head.number) this.gap(this.open.kind);
    if (!this.open && !this.begin(head)) return null;
    return this.continue(head, chunk.subarray(HEADER));
  }

  /** @param {Head} head @returns {boolean} whether a message begins here */
  begin(head) {
    if (head.number < this.next) return false; // the rest of what was dropped
    if (head.number > this.next) for (const kind of Object.values(KIND)) if (this.whole[kind]) this.gap(kind);
    this.open = { ...head, parts: [], length: 0 };
    this.next = head.number + 1;
    return true;
  }

  /** @param {Head} head @param {Uint8Array<ArrayBuffer>} part @returns {Promise<Message | null> | null} */
  continue(head, part) {
    const open = /** @type {NonNullable<typeof this.open>} */ (this.open);
    open.parts.push(part);
    open.length += part.length;
    if (open.length > MAX_MESSAGE || open.kind !== head.kind) return this.gap(open.kind);
    if (!(head.flags & LAST)) return null;
    this.open = null;
    const key = Boolean(open.flags & KEY);
    if (!key && !this.whole[open.kind]) return null;
    this.whole[open.kind] = true;
    return this.inflated(open.kind, key, Boolean(open.flags & DEFLATED), concatenated(open.parts, open.length));
  }

  /** @param {number} kind @param {boolean} key @param {boolean} deflated @param {Uint8Array<ArrayBuffer>} packed */
  inflated(kind, key, deflated, packed) {
    const content = deflated ? through(packed, new DecompressionStream("deflate-raw"), MAX_MESSAGE) : Promise.resolve(packed);
    const message = content.then((whole) => ({ kind, key, content: whole }), () => this.gap(kind));
    this.last = this.last.then(() => message);
    return this.last;
  }

  /** @param {number} kind @returns {null} */
  gap(kind) {
    this.open = null;
    this.whole[kind] = false;
    this.onLost();
    return null;
  }
}

/** @typedef {{ kind: number, flags: number, number: number }} Head */

/** @param {Uint8Array<ArrayBuffer>} chunk @returns {Head | null} */
function read(chunk) {
  if (chunk.length < HEADER || !Object.values(KIND).includes(chunk[0])) return null;
  return { kind: chunk[0], flags: chunk[1], number: new DataView(chunk.buffer, chunk.byteOffset).getUint32(2) };
}

/**
 * @param {Uint8Array<ArrayBuffer>} content
 * @param {CompressionStream | DecompressionStream} stream
 * @param {number} max how many bytes may come out
 */
async function through(content, stream, max) {
  const parts = [];
  let length = 0;
  const reader = new Blob([content]).stream().pipeThrough(stream).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return concatenated(parts, length);
    parts.push(value);
    length += value.length;
    if (length > max) {
      reader.cancel().catch(() => {});
      throw new RangeError("A message is larger than any honest one");
    }
  }
}

/** @param {Uint8Array[]} parts @param {number} length */
function concatenated(parts, length) {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
