// @ts-check
// What Pyodide takes for the browser's `fetch` and `WebAssembly`: in the bundle of the interpreter module they are
// these. They answer with the page's parts: modules that are compiled already, and the standard library from its carrier.

import { codeOf, RuntimeError } from "./carriers.js";
import { compilesAtOnce } from "./compiling.js";

const MAIN = "pyodide.asm.wasm";

/** An archive without a member: with a snapshot the standard library is in it, or comes later. */
const EMPTY_ZIP = Uint8Array.from([0x50, 0x4b, 5, 6, ...new Array(18).fill(0)]);

/** A library's long function that writes addresses into its data. With a snapshot they are there (exports.py). */
const RELOCATION = "__wasm_apply_data_relocs";

/**
 * Set for each start by the interpreter module, but for `placed`: how many functions stand in the table before those of
 * the last library.
 * @type {{ withSnapshot: boolean, placed: number, broken: (error: unknown) => void }}
 */
export const start = { withSnapshot: false, placed: 0, broken: () => {} };

/** Stubs that Pyodide reads the needs of a shared library from, and what they stand for. */
const libraries = /** @type {WeakMap<ArrayBufferLike, { name: string, module: WebAssembly.Module }>} */ (new WeakMap());

/**
 * Pyodide fetches its parts by address. A failure is reported, and the answer stays out: Pyodide would never settle.
 * @param {string | URL} url
 * @param {RequestInit} [options]
 * @returns {Promise<Response>}
 */
export async function fetch(url, options) {
  const { parts } = globalThis.cotab;
  const name = String(url).split("/").pop() ?? "";
  try {
    if (name === MAIN) return /** @type {any} */ ({ module: parts.modules[name] });
    if (name in parts.modules) return library(name, await parts.modules[name]);
    if (name === "python_stdlib.zip") return new Response(start.withSnapshot ? EMPTY_ZIP : await parts.whole(name));
    return await globalThis.fetch(url, options);
  } catch (error) {
    start.broken(error);
    return new Promise(() => {});
  }
}

/** @type {typeof globalThis.WebAssembly} */
export const WebAssembly = Object.create(globalThis.WebAssembly, {
  instantiateStreaming: { value: instantiateStreaming },
  instantiate: { value: instantiate },
  Module: { value: new Proxy(globalThis.WebAssembly.Module, { construct }) },
});

/** @type {Map<string, WebAssembly.Module>} */
const wrappers = new Map();

/**
 * Pyodide wraps every JavaScript function it puts into its table in a module of a few bytes; those of one signature are
 * the same, and compiling each of them takes as long as some of Python's own work at a start.
 * @param {typeof WebAssembly.Module} Module
 * @param {[Uint8Array<ArrayBuffer>]} values
 */
function construct(Module, [bytes]) {
  if (bytes.length > 64) return new Module(bytes);
  const signature = String(bytes);
  const module = wrappers.get(signature) ?? new Module(bytes);
  wrappers.set(signature, module);
  return module;
}

/**
 * @param {Promise<Response & { module: Promise<WebAssembly.Module> }>} source
 * @param {WebAssembly.Imports} imports
 */
function instantiateStreaming(source, imports) {
  return orBroken(async () => {
    const module = await (await source).module;
    return { module, instance: await instanceOf(MAIN, module, imports) };
  });
}

/** @param {Uint8Array} binary @param {WebAssembly.Imports} imports */
async function instantiate(binary, imports) {
  const library = libraries.get(binary.buffer);
  if (!library) return globalThis.WebAssembly.instantiate(/** @type {BufferSource} */ (binary), imports);
  const { name, module } = library;
  start.placed = Number(imports.env.__table_base);
  return orBroken(async () => ({ module, instance: await instanceOf(name, module, imports) }));
}

/**
 * As in `fetch`, a failure is reported, and nothing is answered.
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
async function orBroken(work) {
  try {
    return await work();
  } catch (error) {
    start.broken(codeOf(error) ? error : new RuntimeError("RUNTIME_DAMAGED", String(error)));
    return new Promise(() => {});
  }
}

/**
 * An instance that loads the rest of its module when it is needed: without a snapshot, or where a call could not wait for it,
 * that is at once.
 * @param {string} name
 * @param {WebAssembly.Module} module
 * @param {WebAssembly.Imports} imports
 */
async function instanceOf(name, module, imports) {
  const instance = await globalThis.WebAssembly.instantiate(module, imports);
  if (name === MAIN) putExported(instance);
  const rest = globalThis.cotab.parts.restFor(name, instance, imports);
  const exports = rest ? rest.exports : { ...instance.exports };
  if (start.withSnapshot) delete exports[RELOCATION];
  if (!start.withSnapshot || !compilesAtOnce) await rest?.join();
  return { exports };
}

/**
 * WebKit answers with another object when the table is asked for a function that is exported, too. Pyodide finds places
 * by these objects; what it does not find gets a new place, and the addresses in a snapshot would no longer fit. What
 * was put into the table comes out of it in every engine.
 * @param {WebAssembly.Instance} instance
 */
function putExported({ exports }) {
  const table = /** @type {WebAssembly.Table} */ (exports.__indirect_function_table);
  for (const [place, name] of Object.entries(globalThis.cotab.page.exported_places)) {
    if (table.get(Number(place)) !== exports[name]) table.set(Number(place), exports[name]);
  }
}

/**
 * What Pyodide reads of a shared library's bytes is its first section, which says what it needs.
 * @param {string} file
 * @param {WebAssembly.Module} module
 * @returns {Response}
 */
function library(file, module) {
  const NAME = "dylink.0";
  const [content] = globalThis.WebAssembly.Module.customSections(module, NAME);
  const section = [NAME.length, ...new TextEncoder().encode(NAME), ...new Uint8Array(content)];
  const stub = Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 0, ...leb128(section.length), ...section]);
  libraries.set(stub.buffer, { name: file, module });
  return /** @type {any} */ ({ ok: true, arrayBuffer: async () => stub.buffer });
}

/** @param {number} number as WebAssembly writes lengths */
function leb128(number) {
  const bytes = [];
  do {
    bytes.push((number & 0x7f) | (number > 0x7f ? 0x80 : 0));
    number >>>= 7;
  } while (number);
  return bytes;
}
