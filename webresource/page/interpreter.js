// @ts-check
// The interpreter module: Pyodide with its parts taken from the page's carriers. boot.js imports it for plain Pyodide;
// PyScript imports it as its `interpreter`. It exports what Pyodide's own module exports. It never rejects: a failure
// is shown by boot.js, and nothing that waits for Python goes on.

import createPyodideModule from "cotab:pyodide.asm.mjs";
import { loadPyodide as load, version } from "cotab:pyodide.mjs";
import { inflate, RuntimeError } from "./carriers.js";

/** @import { Pyodide } from "./types.d.ts" */

export { version };

const { page, print, fail } = globalThis.cotab;

/** Where the author's modules live in Python's file system; it shows in tracebacks. */
const PROJECT_FOLDER = "/project";

/**
 * @param {Record<string, unknown>} options as PyScript passes them
 * @returns {Promise<Pyodide>}
 */
export async function loadPyodide(options) {
  try {
    const archives = page.archives.map(readArchive);
    const libraries = page.libraries.map(readLibrary);
    await Promise.all([...archives, ...libraries]); // a missing part is reported before the interpreter is started
    const pyodide = await load({
      ...options,
      indexURL: new URL(".", document.baseURI).href,
      lockFileContents: page.lock,
      env: { PYTHONPATH: PROJECT_FOLDER, HOME: "/home/pyodide" },
      stdout: (/** @type {string} */ line) => print("log", line),
      stderr: (/** @type {string} */ line) => print("warn", line),
      createPyodideModule: async (/** @type {Settings} */ settings) =>
        createPyodideModule(withLibraries(settings, new Map(await Promise.all(libraries)))),
      fsInit: async (/** @type {FileSystem} */ fs) => {
        for (const archive of archives) unpack(fs, await archive);
      },
    });
    if (pyodide._api) pyodide._api.on_fatal = () => fail("PYTHON_DIED");
    return pyodide;
  } catch (error) {
    fail(error instanceof RuntimeError ? error.code : "PYTHON_FAILED", String(error));
    return new Promise(() => {});
  }
}

/** @typedef {Record<string, unknown> & { locateFile: (path: string, ...rest: unknown[]) => string }} Settings */

/**
 * Shared libraries are loaded while the interpreter starts, at the same address every time; the file system only needs
 * to know their names (facts: fast-start.md, "The memory image"). Emscripten gets them as blob: addresses, because how
 * it fetches a file differs with the page's protocol, and where the runtime is a CDN's our fetch is not in it.
 * @param {Settings} settings @param {Map<string, string>} addresses
 */
function withLibraries(settings, addresses) {
  const { locateFile } = settings;
  settings.dynamicLibraries = page.libraries;
  settings.locateFile = (path, ...rest) => addresses.get(path) ?? locateFile(path, ...rest);
  return settings;
}

/** @param {string} path @returns {Promise<[string, string]>} the path and a blob: address */
async function readLibrary(path) {
  const content = await new Response(await inflate(page.carriers[path.slice(path.lastIndexOf("/") + 1)])).blob();
  return [path, URL.createObjectURL(content)];
}

/** @typedef {{ mkdirTree(path: string): void, writeFile(path: string, content: string | Uint8Array): void }} FileSystem */
/** @typedef {{ folder: string, files: Record<string, string | { base64: string }> }} Archive */

/**
 * @param {{ carrier: string, folder: string }} archive
 * @returns {Promise<Archive>}
 */
async function readArchive({ carrier, folder }) {
  return { folder, files: await new Response(await inflate(page.carriers[carrier])).json() };
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

/** @param {string} text */
const fromBase64 = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
