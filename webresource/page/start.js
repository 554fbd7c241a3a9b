// @ts-check
// The two ways to start the same Python: as a PyScript page, or on plain Pyodide.

/** @import { Page } from "./page_config.d.ts" */
/** @import { Pyodide } from "./types.d.ts" */

const INTERPRETER = "interpreter.js";
const PYSCRIPT = "pyscript.js";

/**
 * An address the page may import: relative names are relative to the page, so that Dynamics' version token stays.
 * @param {string} name
 */
const address = (name) => new URL(name, document.baseURI).href;

/** @param {Page} page */
export async function startPyodide(page) {
  const { loadPyodide } = await importModule(INTERPRETER);
  const pyodide = /** @type {Pyodide} */ (await loadPyodide({}));
  try {
    await pyodide.runPythonAsync(page.main);
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
  script.textContent = page.main;
  script.setAttribute("config", JSON.stringify({ interpreter: address(INTERPRETER) }));
  // PyScript only logs what the script raises; a script that is done without a tab being up has failed.
  script.addEventListener("py:done", () => {
    if (!document.documentElement.dataset.up) globalThis.cotab.fail("PYTHON_FAILED");
  });
  document.body.append(script);
  preload(PYSCRIPT);
  await importModule(INTERPRETER); // if it cannot be had, PyScript must not try, or it would only add noise
  await importModule(PYSCRIPT);
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
