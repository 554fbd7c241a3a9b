// @ts-check
// The two ways to start the same Python: as a PyScript page, or on plain Pyodide. Called by boot.js.

/** @import { Page, Pyodide } from "./types.d.ts" */

/** @param {Page} page */
const entry = (page) => `from ${page.main} import main\nawait main()\n`;

/**
 * An address the page may import: relative names are relative to the page, so that Dynamics' version token stays.
 * @param {string} name
 */
const address = (name) => new URL(name, document.baseURI).href;

/** @param {Page} page */
export async function startPyodide(page) {
  const { loadPyodide } = await importModule(page.scripts.interpreter);
  const pyodide = /** @type {Pyodide} */ (await loadPyodide({}));
  try {
    await pyodide.runPythonAsync(entry(page));
  } catch (error) {
    globalThis.cotab.print("error", String(error));
    globalThis.cotab.fail("PYTHON_FAILED");
  }
}

/**
 * PyScript finds the script element, imports the `interpreter` module and runs the element's text.
 * @param {Page} page
 */
export async function startPyScript(page) {
  const script = document.createElement("script");
  script.type = "py";
  script.textContent = entry(page);
  script.setAttribute("config", JSON.stringify({ interpreter: address(page.scripts.interpreter) }));
  // PyScript only logs what the script raises; a script that is done without a tab being up has failed.
  script.addEventListener("py:done", () => {
    if (!document.documentElement.dataset.up) globalThis.cotab.fail("PYTHON_FAILED");
  });
  document.body.append(script);
  preload(page.scripts.pyscript);
  await importModule(page.scripts.interpreter); // if it cannot be had, PyScript must not try, or it would only add noise
  await importModule(page.scripts.pyscript);
}

/** @param {string} name */
const importModule = (name) => (globalThis.cotabModules?.[name] ?? (() => import(address(name))))();

/** Have a module fetched and compiled while another one is waited for. @param {string} name */
function preload(name) {
  if (globalThis.cotabModules) return; // a page of one file has it
  const link = document.createElement("link");
  link.rel = "modulepreload";
  link.href = address(name);
  document.head.append(link);
}
