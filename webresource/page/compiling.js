// @ts-check
// Whether WebAssembly can be compiled while a call waits for it. Chromium before 115 refuses that to the main thread for what is
// longer than 4 KB; there all that may be needed at once is made ready before it is.

/** A module that does nothing, of 5 KB: header, and a section that nobody reads. */
const LONG = Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 0, 0x80, 0x28, ...new Array(0x1400).fill(0)]);

export const compilesAtOnce = canCompile();

function canCompile() {
  try {
    new globalThis.WebAssembly.Module(LONG); // in the interpreter's bundle the bare name is pyodide_shims.js's, made later
    return true;
  } catch {
    return false;
  }
}
