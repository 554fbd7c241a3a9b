// @ts-check
// Whether Python may run here at all. Each function answers with the code of the refusal, or null.

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

/** Whether the policy lets PyScript's core make functions from text. */
export function mayEval() {
  try {
    new Function("");
    return true;
  } catch {
    return false;
  }
}
