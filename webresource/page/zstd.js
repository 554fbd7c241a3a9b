// @ts-check
// The zstd decoder of the zstddec package, without the wrapper that comes with it: that one fetches a data: address,
// which policies forbid, takes a failure for a result and never gives its memory back.

import { fromBase64 } from "./base64.js";
import { compilesAtOnce } from "./compiling.js";
import decoder from "cotab:zstd.wasm";

/** What the decoder exports, as far as it is needed.
 * @typedef {{ memory: WebAssembly.Memory, malloc(size: number): number, free(address: number): void,
 *   ZSTD_decompress(to: number, room: number, from: number, size: number): number }} Decoder */

const IMPORTS = { env: { emscripten_notify_memory_growth() {} } };

/** The one that stays, where none can be made while a call waits. @type {Promise<void> | null} */
let coming = null;
/** @type {WebAssembly.Instance | null} */
let staying = null;

/** Resolves once `decompress` can be called. @returns {Promise<void>} */
export async function prepareDecoder() {
  if (compilesAtOnce) return;
  coming ??= WebAssembly.instantiate(fromBase64(decoder), IMPORTS).then(({ instance }) => void (staying = instance));
  await coming;
}

/**
 * @param {Uint8Array} packed one whole frame
 * @param {number} size of what is in it
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function decompress(packed, size) {
  const { exports } = staying ?? new WebAssembly.Instance(new WebAssembly.Module(fromBase64(decoder)), IMPORTS);
  const { memory, malloc, free, ZSTD_decompress } = /** @type {Decoder} */ (/** @type {unknown} */ (exports));
  const [from, to] = [malloc(packed.length), malloc(size)];
  try {
    new Uint8Array(memory.buffer).set(packed, from);
    const length = ZSTD_decompress(to, size, from, packed.length);
    if (length !== size) throw new Error(`${length} instead of ${size} bytes`); // less than zero: the reason
    return new Uint8Array(memory.buffer).slice(to, to + size);
  } finally {
    free(from);
    free(to);
  }
}
