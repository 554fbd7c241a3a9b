// @ts-check
// Make the snapshot in Node: `node make_snapshot.mjs FILE`, with an order as JSON in the file:
//   {task: "compile", pyodide, sources, compiler, out}   Python sources (a JSON file: path -> text) to bytecode
//   {task: "make", pyodide, main, files, libraries, fresh, wanted, plan, empty, out, report}   an instance of these
//   files, whose memory is kept; `main` is a folder with the pyodide.asm.wasm to take, `fresh` has the libraries of the
//   one it is compared with
// An instance that has run is compared with one that has only been instantiated, and what differs is the snapshot.

import crypto from "node:crypto";
import { createRequire } from "node:module";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { lighten } from "./asm.mjs";

const order = JSON.parse(await readFile(process.argv[2], "utf8"));

/** The pages of memory that are compared and stored as a whole, in bytes. */
const BLOCK = 64;
const ZEROS = new Uint8Array(BLOCK);

pinSurroundings();
const { loadPyodide } = await import(pathToFileURL(join(order.pyodide, "pyodide.mjs")).href);
const lock = JSON.parse(await readFile(join(order.pyodide, "pyodide-lock.json"), "utf8"));

await (order.task === "compile" ? compile() : makeSnapshot());
process.exit(0);

/** The same inputs give the same snapshot: no randomness, a clock that stands still, nothing of this machine or its Node. */
function pinSurroundings() {
  process.env.TZ = "UTC";
  Object.defineProperty(globalThis, "navigator", { value: { userAgent: "Node.js", language: "C" } });
  process.argv[1] = "snapshot.mjs"; // becomes the name of the program, in Python and in its environment
  let state = 1;
  const fill = (/** @type {Uint8Array} */ array) => {
    for (let index = 0; index < array.length; index++) {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      array[index] = state >>> 16;
    }
    return array;
  };
  crypto.randomFillSync = /** @type {any} */ (fill);
  Object.getPrototypeOf(globalThis.crypto).getRandomValues = fill;
  Date.now = () => 1_767_225_600_000;
  globalThis.performance.now = () => 0;
}

/** @param {Record<string, unknown>} options */
function boot(options) {
  return loadPyodide({
    indexURL: order.pyodide,
    lockFileContents: JSON.stringify({ info: lock.info, packages: {} }),
    stdout: () => {},
    stderr: (/** @type {string} */ line) => process.stderr.write(`${line}\n`),
    ...options,
  });
}

/**
 * Compiling needs an interpreter of the same version, but nothing else of what the snapshot is made of. Lines are kept, columns are
 * not: they are as large, and of use only beside the text of the line, which the page has of the author's code alone.
 */
async function compile() {
  const python = await boot({ env: { PYTHONNODEBUGRANGES: "1" } });
  python.FS.writeFile("/sources.json", await readFile(order.sources));
  python.runPython(await readFile(order.compiler, "utf8"));
  await writeFile(order.out, python.FS.readFile("/compiled.json"));
}

async function makeSnapshot() {
  const files = JSON.parse(await readFile(order.files, "utf8"));
  const make = await moduleMaker();
  const createPyodideModule = (/** @type {any} */ settings) => make(settings, order.libraries);
  const placed = noteTableBase();
  const python = await boot({ ...snapshotOptions(files), _makeSnapshot: true, createPyodideModule });
  const report = python.runPython(
    `from cotab._snapshot import make\nmake(${JSON.stringify(JSON.stringify(order.plan))})`,
  );
  wipeFreeMemory(python._module);
  const about = { build: python._api.config.BUILD_ID, places: placed.before };
  const snapshot = difference(python.makeMemorySnapshot(), await freshMemory(files, make), about);
  await writeFile(order.out, snapshot);
  await writeFile(order.report, report);
}

/**
 * Note how many functions stand in the table before those of the last library: the memory is full of their places.
 * @returns {{ before: number }}
 */
function noteTableBase() {
  const placed = { before: 0 };
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = /** @type {any} */ ((/** @type {any} */ binary, /** @type {any} */ imports) => {
    const base = imports?.env?.__table_base;
    if (typeof base === "number") placed.before = base;
    return instantiate.call(WebAssembly, binary, imports);
  });
  return placed;
}

/** @param {Record<string, string | {base64: string}>} files */
function snapshotOptions(files) {
  return {
    indexURL: order.main,
    env: { ...order.env, PYTHONDONTWRITEBYTECODE: "1", PYTHONHASHSEED: "0" },
    stdLibURL: order.empty,
    fsInit: async (/** @type {any} */ fs) => {
      for (const [path, content] of Object.entries(files)) {
        fs.mkdirTree(path.slice(0, path.lastIndexOf("/")));
        fs.writeFile(path, typeof content === "string" ? content : Buffer.from(content.base64, "base64"));
      }
    },
  };
}

/**
 * What makes Pyodide's module of the parts that the page has. As in interpreter.js, the libraries are loaded before
 * Python starts, and so at the same address.
 * @returns {Promise<(settings: any, libraries: Record<string, string>) => Promise<any>>}
 */
async function moduleMaker() {
  const original = join(order.pyodide, "pyodide.asm.mjs");
  const script = join(order.main, "pyodide.asm.mjs");
  const esbuild = createRequire(join(order.pyodide, "package.json"))("esbuild");
  await writeFile(script, await lighten(esbuild, original, order.wanted));
  const { default: createPyodideModule } = await import(pathToFileURL(script).href);
  return (settings, libraries) => {
    const locate = settings.locateFile;
    settings.dynamicLibraries = Object.keys(libraries);
    settings.locateFile = (/** @type {string} */ name) => libraries[name] ?? locate(name);
    return createPyodideModule(settings);
  };
}

/**
 * What was freed keeps its bytes, and they would be carried: claim all free memory below the end of the heap, in ever
 * smaller pieces, fill it with zeros, and give it back. Then the same for the stack.
 * @param {any} module
 */
function wipeFreeMemory(module) {
  const end = module._sbrk(0);
  const claimed = [];
  for (let size = 65536; size >= 8; size = Math.floor(size * 0.8) & ~7) {
    let address;
    while ((address = module._malloc(size)) && address < end) {
      module.HEAPU8.fill(0, address, address + size);
      claimed.push(address);
    }
    module._free(address);
  }
  for (const address of claimed) module._free(address);
  module.HEAPU8.fill(0, module._emscripten_stack_get_end(), module._emscripten_stack_get_current());
}

/**
 * The memory of an instance that has not begun to run: what the page has anyway.
 * @param {any} files
 * @param {(settings: any, libraries: Record<string, string>) => Promise<any>} make
 */
function freshMemory(files, make) {
  return new Promise((resolve, reject) => {
    const createPyodideModule = async (/** @type {any} */ settings) => {
      settings.noInitialRun = true;
      resolve((await make(settings, order.fresh)).HEAPU8.slice());
      return new Promise(() => {});
    };
    boot({ ...snapshotOptions(files), createPyodideModule }).catch(reject);
  });
}

/**
 * The snapshot: a header of three 32-bit numbers (length of the memory, of the JSON, of the table), the JSON (Pyodide's
 * build, how many functions stood before those of its libraries, and what Pyodide keeps beside the memory), a table of
 * [offset, length] pairs, and the bytes of these places.
 * @param {Uint8Array} snapshot as Pyodide makes it: magic number, offset of the memory, length of the JSON, 0, build id
 * @param {Uint8Array} fresh
 * @param {{ build: string, places: number }} about Pyodide's build id, and what `noteTableBase` tells
 */
function difference(snapshot, fresh, about) {
  const [, start, length] = new Uint32Array(snapshot.buffer, snapshot.byteOffset, 3);
  const header = new TextEncoder().encode(JSON.stringify({
    ...about,
    config: JSON.parse(new TextDecoder().decode(snapshot.subarray(48, 48 + length))),
  }));
  const memory = snapshot.subarray(start);
  const runs = changedRuns(memory, fresh);
  const table = new Uint32Array(runs.flat());
  const padding = Buffer.alloc((4 - (header.length % 4)) % 4, " ");
  const counts = new Uint32Array([memory.length, header.length + padding.length, table.byteLength]);
  const bytes = runs.map(([offset, size]) => memory.subarray(offset, offset + size));
  return Buffer.concat([Buffer.from(counts.buffer), header, padding, Buffer.from(table.buffer), ...bytes]);
}

/** @param {Uint8Array} memory @param {Uint8Array} fresh @returns {[number, number][]} */
function changedRuns(memory, fresh) {
  /** @type {[number, number][]} */
  const runs = [];
  for (let offset = 0; offset < memory.length; offset += BLOCK) {
    const block = memory.subarray(offset, offset + BLOCK);
    if (Buffer.compare(block, padded(fresh, offset)) === 0) continue;
    const last = runs.at(-1);
    if (last && last[0] + last[1] === offset) last[1] += BLOCK;
    else runs.push([offset, BLOCK]);
  }
  return runs;
}

/** Memory grown since is zero in a fresh instance. @param {Uint8Array} memory @param {number} offset */
function padded(memory, offset) {
  return offset < memory.length ? memory.subarray(offset, offset + BLOCK) : ZEROS;
}
