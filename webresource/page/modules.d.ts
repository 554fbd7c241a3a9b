// Modules that the bundle brings in (pylib/cotab_kit/build/fast_start/patches.mjs says from where).

declare module "cotab:pyodide.mjs" {
  export const version: string;
  export function loadPyodide(options: Record<string, unknown>): Promise<import("./types.d.ts").Pyodide>;
}

declare module "cotab:pyodide.asm.mjs" {
  export default function createPyodideModule(settings: Record<string, unknown>): Promise<unknown>;
}

declare module "cotab:pyscript" {}

declare module "cotab:zstd.wasm" {
  const base64: string;
  export default base64;
}
