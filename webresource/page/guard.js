// @ts-check
// Whether Python may run here at all. Each function answers with the code of the refusal, or null.

import { channelOf } from "./claim.js";

/** @import { Page } from "./page_config.d.ts" */

/** The shortest module there is: magic number and version. */
const EMPTY_WASM = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

/**
 * Refuse a page opened from the file system: it cannot fetch its own parts, unless they are inside it.
 * @param {Page} page
 */
export const guardFile = (page) =>
  location.protocol === "file:" && page.runtime !== "inline" ? "FILE_PROTOCOL" : null;

/** Refuse a policy without 'wasm-unsafe-eval' (or 'unsafe-eval'): loadPyodide would never settle. */
export function guardWasm() {
  try {
    new WebAssembly.Module(EMPTY_WASM);
    return null;
  } catch {
    return "WASM_BLOCKED";
  }
}

/**
 * A module that throws and catches, fills memory, extends a sign and converts without a trap: Python's build has all of it.
 * Browsers at the floor of versions do; what has it switched off, or parts of it, is not to find out half-way.
 */
const FEATURES = Uint8Array.from([
  ...EMPTY_WASM,
  ...[1, 4, 1, 0x60, 0, 0], // type: no parameters, no results
  ...[3, 2, 1, 0], // one function
  ...[5, 3, 1, 0, 1], // a memory
  ...[13, 3, 1, 0, 0], // a tag
  ...[10, 35, 1, 33, 0], // code
  ...[6, 0x40, 8, 0, 0x19, 0x0b], // try throw catch_all end
  ...[0x41, 0, 0x41, 0, 0x41, 0, 0xfc, 11, 0], // memory.fill
  ...[0x41, 0, 0xc0, 0x1a], // i32.extend8_s
  ...[0x44, 0, 0, 0, 0, 0, 0, 0, 0, 0xfc, 2, 0x1a], // i32.trunc_sat_f64_s
  0x0b,
]);

/** Refuse a WebAssembly that lacks what Python was compiled to. */
export const guardFeatures = () =>
  typeof BigInt64Array === "function" && WebAssembly.validate(FEATURES) ? null : "BROWSER_TOO_OLD";

/** Whether PyScript's core finds what it takes for granted: channels are refused where storage is. */
export function hasChannels() {
  const channel = channelOf("cotab:guard");
  channel?.close();
  return channel !== null;
}

/** Whether the policy lets PyScript's core make functions from text. */
export function mayEval() {
  try {
    new Function("");
    return true;
  } catch {
    return false;
  }
}
