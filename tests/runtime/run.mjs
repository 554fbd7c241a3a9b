// @ts-check
// Boots Pyodide in Node with the browser's wheels and the cotab package, and runs the suite inside it once.
// Called by test_in_pyodide.py as `node run.mjs JSON` with {pyodide, wheels, files}; prints one line "RESULTS {...}":
// test name -> null or the traceback.

import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

const { pyodide: folder, wheels, files, top } = JSON.parse(process.argv[2]);
const { loadPyodide } = await import(pathToFileURL(join(folder, "pyodide.mjs")).href);
const { callback } = await import(pathToFileURL(top).href);
const answers = await import(pathToFileURL(join(dirname(top), "reflect.js")).href);
globalThis.View = (await import(pathToFileURL(join(dirname(top), "view.js")).href)).View;

// What the page's boot shell offers and the suite needs.
const importModule = (/** @type {string} */ url) => import(url);
globalThis.cotab = /** @type {any} */ ({ ...answers, callback, importModule });

const pyodide = await loadPyodide({ indexURL: folder, stdout: () => {}, stderr: console.error });
for (const wheel of wheels) pyodide.unpackArchive(new Uint8Array(await readFile(wheel)), "wheel");
for (const [name, path] of Object.entries(files)) {
  pyodide.FS.mkdirTree(dirname(name));
  pyodide.FS.writeFile(name, await readFile(/** @type {string} */ (path)));
}
pyodide._api.enable_pyproxy_allocation_tracing?.();
globalThis.pyodideForTests = pyodide;
const results = await pyodide.runPythonAsync("from suite.collect import run_all\nawait run_all()");
console.log(`RESULTS ${results}`);
process.exit(0);
