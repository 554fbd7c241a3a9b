// @ts-check
// Pyodide's JavaScript beside its wasm, made lighter to load. Used by bundle.mjs for the page and by image.mjs in Node.

/** The one declaration of thousands of names. */
const DECLARATIONS = /\bvar \w+(,\w+){1000,};/;

const ASSIGNMENT = /\b(\w+)=Module\["\1"\]=wasmExports\["\w+"\](\.value>>>0)?(?:;|(?=\}))/g;

const ASSIGN_ALL = `for (const [name, item] of Object.entries(wasmExports)) {
  Module["_" + name] = item instanceof WebAssembly.Global ? Number(item.value) >>> 0 : item;
}`;

/** An import that does nothing in a restored interpreter, but would have it load Python's parser and compiler. */
const FIRST_IMPORT = /(finalizeBootstrap=function\((\w+),\w+\)\{.{0,60}?let\[\w+,\w+\]=)(API\.rawRun\("import _pyodide_core"\))/;

/** To know where exported functions stand, the whole table is looked through, if it is not told (runtime.py). */
const LOOK = "updateTableMap(0,wasmTable.length)";
const LOOK_THERE = `if (Module["exportedPlaces"]) for (const place of Module["exportedPlaces"]) updateTableMap(place, 1); else ${LOOK}`;

/**
 * All of Pyodide's JavaScript is in one function. In parentheses it is compiled while it is loaded, beside the wasm, and
 * not first skimmed there and then read once more in the page's own thread. A third of it are variables and assignments
 * of wasm exports that no JavaScript names: a loop takes their place.
 * @param {string} source
 * @param {string} path named where it is not what it was
 */
export function lighten(source, path) {
  const [, content] = /^async function _createPyodideModule(\(.*\})\s*export default _createPyodideModule;\s*$/s.exec(source) ?? [];
  const [assign] = /function assignWasmExports\(wasmExports\)\{[^{}]*\}/.exec(content ?? "") ?? [];
  if (!content || !assign || !FIRST_IMPORT.test(content) || !content.includes(LOOK)) {
    throw new Error(`${path} is not what it was; see asm.mjs`);
  }
  const named = new Set(content.replace(assign, "").replace(DECLARATIONS, "").match(/[\w$]+/g));
  const lighter = content
    .replace(LOOK, LOOK_THERE)
    .replace(FIRST_IMPORT, '$1$2?[0,""]:$3')
    .replace(assign, assign.replace(ASSIGNMENT, (text, name) => (named.has(name) ? text : "")).replace("{", `{${ASSIGN_ALL}`))
    .replace(DECLARATIONS, (text) => `var ${text.slice(4, -1).split(",").filter((name) => named.has(name))};`);
  return `export default (async function ${lighter});`;
}
