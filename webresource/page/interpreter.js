// @ts-check
// The interpreter module: Pyodide restored from the page's snapshot, or started ordinarily where that cannot be.
// It takes the place of Pyodide's own module, also as PyScript's `interpreter`, and exports what that exports. It never
// rejects: a failure is shown by the boot shell, and nothing that waits for Python goes on.

import createPyodideModule from "cotab:pyodide.asm.mjs";
import { loadPyodide as load, version } from "cotab:pyodide.mjs";
import { fromBase64 } from "./base64.js";
import { codeOf, RuntimeError } from "./carriers.js";
import { Snapshot } from "./snapshot.js";
import { start } from "./pyodide_shims.js";

/** @import { Pyodide } from "./types.d.ts" */
/** @typedef {{ mkdirTree(path: string): void, writeFile(path: string, content: string | Uint8Array): void }} FileSystem */
/** @typedef {{ folder: string, files: Record<string, string | { base64: string }> }} Archive */

export { version };

const { page, parts, print, fail } = globalThis.cotab;

/**
 * @param {Record<string, unknown>} options as PyScript passes them
 * @returns {Promise<Pyodide>}
 */
export async function loadPyodide(options) {
  try {
    return (await restored(options)) ?? (await started(options, null));
  } catch (error) {
    fail(codeOf(error) ?? "PYTHON_FAILED", String(error));
    return new Promise(() => {});
  }
}

/**
 * Null where there is no snapshot, or it cannot be restored; the second is said once.
 * @param {Record<string, unknown>} options
 * @returns {Promise<Pyodide | null>}
 */
async function restored(options) {
  if (!parts.snapshot) return null;
  try {
    const snapshot = parts.snapshot.then((bytes) => new Snapshot(bytes));
    snapshot.catch(() => {}); // told where it is awaited
    const pyodide = await started(options, snapshot);
    if (!(await snapshot).restored) throw new Error("this Pyodide does not restore snapshots");
    const module = pyodide.pyimport("cotab._snapshot");
    module.restore(() => parts.lateNow());
    module.destroy();
    return pyodide;
  } catch (error) {
    print("warn", `cotab: an ordinary start, because the snapshot cannot be restored: ${error}`);
    parts.distrust();
    return null;
  }
}

/**
 * @param {Record<string, unknown>} options
 * @param {Promise<Snapshot> | null} snapshot awaited only where it is needed, so that much is done when it comes
 * @returns {Promise<Pyodide>}
 */
async function started(options, snapshot) {
  start.withSnapshot = snapshot !== null;
  const broken = new Promise((_, reject) => (start.broken = reject));
  const archives = Promise.all(page.archives.filter(({ in_snapshot }) => !(snapshot && in_snapshot)).map(readArchive));
  archives.catch(start.broken);
  const never = () => /** @type {Promise<Archive[]>} */ (new Promise(() => {})); // Pyodide would not take a refusal
  const loading = load({
    ...options,
    indexURL: new URL(".", document.baseURI).href,
    lockFileContents: page.lock,
    env: { ...page.env },
    stdin: () => null, // nobody can type: Pyodide would ask with prompt()
    stdout: (/** @type {string} */ line) => print("log", line),
    stderr: (/** @type {string} */ line) => print("warn", line),
    createPyodideModule: (/** @type {any} */ settings) => makeModule(settings, snapshot),
    fsInit: async (/** @type {FileSystem} */ fs) => {
      for (const archive of await archives.catch(never)) unpack(fs, archive);
    },
    ...(snapshot && { _loadSnapshot: new Uint8Array(page.memory) }), // of which Pyodide takes only the length
  });
  const pyodide = await Promise.race([loading, broken]);
  if (pyodide._api) pyodide._api.on_fatal = () => fail("PYTHON_DIED");
  return pyodide;
}

/**
 * Shared libraries are loaded while the interpreter starts, at the same address every time; the file system only needs
 * to know their names (docs/internals/fast-start.md#the-snapshot). The snapshot is written where Pyodide restores its
 * own.
 * @param {any} settings
 * @param {Promise<Snapshot> | null} coming
 */
async function makeModule(settings, coming) {
  const addresses = new Map(await Promise.all(page.libraries.map(libraryAddress)));
  const { locateFile } = settings;
  settings.dynamicLibraries = page.libraries;
  settings.exportedPlaces = Object.keys(page.exported_places).map(Number); // asm.mjs
  settings.locateFile = (/** @type {string} */ path) => addresses.get(path) ?? locateFile(path);
  const module = /** @type {any} */ (await createPyodideModule(settings));
  const snapshot = await coming;
  if (!snapshot) return module;
  if (snapshot.build !== settings.API.config.BUILD_ID) throw new Error("it was made with another Pyodide");
  if (snapshot.memory > module.HEAPU8.length) throw new Error("it is larger than the memory");
  if (start.placed !== snapshot.places) throw new Error(`${start.placed} functions come first, not ${snapshot.places}`);
  module.API.restoreSnapshot = () => snapshot.restore(module.HEAPU8);
  return module;
}

/**
 * Where Pyodide finds a shared library: an address that our fetch answers, also on a page from the file system. A
 * runtime from a CDN has its own fetch and gets the library itself.
 * @param {string} path
 * @returns {Promise<[string, string]>}
 */
async function libraryAddress(path) {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (page.runtime !== "cdn") return [path, `cotab:/${name}`];
  return [path, URL.createObjectURL(new Blob([await parts.carried(name)]))];
}

/**
 * @param {{ carrier: string, folder: string }} archive
 * @returns {Promise<Archive>}
 */
async function readArchive({ carrier, folder }) {
  const content = await parts.carried(carrier);
  try {
    return { folder, files: JSON.parse(new TextDecoder().decode(content)) };
  } catch (error) {
    throw new RuntimeError("RUNTIME_DAMAGED", `${page.carriers[carrier].parts[0]}: ${error}`);
  }
}

/** @param {FileSystem} fs @param {Archive} archive */
function unpack(fs, { folder, files }) {
  const known = new Set();
  for (const [name, content] of Object.entries(files)) {
    const path = `${folder}/${name}`;
    const parent = path.slice(0, path.lastIndexOf("/"));
    if (!known.has(parent)) fs.mkdirTree(parent);
    known.add(parent);
    fs.writeFile(path, typeof content === "string" ? content : fromBase64(content.base64));
  }
}
