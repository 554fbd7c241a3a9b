// @ts-check
// The zstd decoder of the zstddec package, without the wrapper that comes with it: that one fetches a data: address,
// which policies forbid, takes a failure for a result and never gives its memory back.

import { fromBase64 } from "./base64.js";
import decoder from "cotab:zstd.wasm";

/** What the decoder exports, as far as it is needed.
 * @typedef {{ memory: WebAssembly.Memory, malloc(size: number): number,
 *   ZSTD_decompress(to: number, room: number, from: number, size: number): number }} Decoder */

/**
 * @param {Uint8Array} packed one whole frame
 * @param {number} size of what is in it
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function decompress(packed, size) {
  const module = new WebAssembly.Module(fromBase64(decoder));
  const { exports } = new WebAssembly.Instance(module, { env: { emscripten_notify_memory_growth() {} } });
  const { memory, malloc, ZSTD_decompress } = /** @type {Decoder} */ (/** @type {unknown} */ (exports));
  const [from, to] = [malloc(packed.length), malloc(size)];
  new Uint8Array(memory.buffer).set(packed, from);
  const length = ZSTD_decompress(to, size, from, packed.length);
  if (length !== size) throw new Error(`${length} instead of ${size} bytes`); // less than zero: the reason
  return new Uint8Array(memory.buffer).slice(to, to + size);
}
