// @ts-check
// Pyodide's JavaScript beside its wasm, made lighter to load: the same in the page, and in Node for the snapshot.
//
// All of it is one function, with everything that any program made by Emscripten could want: graphics, sound,
// databases. A page has to read it before Python can start. What the wasm modules do not import, and what nobody asks the module
// for, is taken from the two lists that keep it alive; then esbuild removes what is not used any more.

import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** The function, its body, and what it answers with. */
const WHOLE = /^async function _createPyodideModule\(moduleArg=\{\}\)\{(.*);return moduleRtn\}\s*export default _createPyodideModule;\s*$/s;

/** What the modules may import, and the signatures of these functions. */
const IMPORTS = /\bwasmImports=\{([^{}]*)\}/;
const SIGNATURE = /\b([\w$]+)\.sig="\w+"(?:;|(?=[}\n]))/g;

/** What the module offers to others by the same name. */
const OFFER = /\bModule\["([\w$]+)"\]=\1(?:;|(?=\}))/g;
const ASKED = /\.([\w$]+)|\["([\w$]+)"\]/g;

/** Variables for thousands of exports of wasm, of which some are used: a loop takes the place of the others. */
const DECLARATIONS = /\bvar \w+(,\w+){1000,};/;
const ASSIGN = /function assignWasmExports\(wasmExports\)\{[^{}]*\}/;
const ASSIGNMENT = /\b(\w+)=Module\["\1"\]=wasmExports\["\w+"\](\.value>>>0)?(?:;|(?=\}))/g;
const ASSIGN_ALL = `for (const [name, item] of Object.entries(wasmExports)) {
  Module["_" + name] = item instanceof WebAssembly.Global ? Number(item.value) >>> 0 : item;
}`;

/** An import that does nothing in a restored interpreter, but would have it load Python's parser and compiler. */
const FIRST_IMPORT = /(finalizeBootstrap=function\((\w+),\w+\)\{.{0,60}?let\[\w+,\w+\]=)(API\.rawRun\("import _pyodide_core"\))/;

/** To know where exported functions stand, the whole table is looked through, if it is not told (exports.py). */
const LOOK = /updateTableMap\(0,wasmTable\.length\)/;
const LOOK_THERE = 'if(Module["exportedPlaces"])for(const place of Module["exportedPlaces"])updateTableMap(place,1);else $&';

/**
 * What must be found in Pyodide's JavaScript, by its name here, and how often at least: there are thousands of some.
 * @type {[string, [RegExp, number]][]}
 */
const PATCHES = Object.entries({
  IMPORTS: [IMPORTS, 1], SIGNATURE: [SIGNATURE, 500], OFFER: [OFFER, 500], DECLARATIONS: [DECLARATIONS, 1],
  ASSIGN: [ASSIGN, 1], ASSIGNMENT: [ASSIGNMENT, 1000], FIRST_IMPORT: [FIRST_IMPORT, 1], LOOK: [LOOK, 1],
});

/** What interpreter.js and make_snapshot.mjs give or replace, as Pyodide's other script takes it. */
const TAKEN = ["_loadSnapshot", "restoreSnapshot", "createPyodideModule", "fsInit", "lockFileContents", "stdLibURL"];

/** In the scope of an eval nothing can be removed. Those that are left are for libraries with JavaScript in them. */
const EVAL = /(?<![\w$.])eval\(/g;

/**
 * The module's JavaScript as another module, which exports the same function.
 * @param {any} esbuild
 * @param {string} path of pyodide.asm.mjs
 * @param {string[]} wanted what the wasm modules import
 */
export async function lighten(esbuild, path, wanted) {
  const source = await readFile(path, "utf8");
  const loader = await readFile(join(dirname(path), "pyodide.mjs"), "utf8");
  const body = WHOLE.exec(source)?.[1] ?? "";
  requirePatches(path, body, loader);
  const imports = withoutImports(body, new Set(wanted)).replace(LOOK, LOOK_THERE).replace(FIRST_IMPORT, '$1$2?[0,""]:$3');
  const used = withoutExports(withoutOffers(imports, loader)).replace(EVAL, "(0,eval)(");
  const { code } = await esbuild.transform(`${used}\nexport { moduleRtn as default };`, {
    format: "esm",
    treeShaking: true,
    minify: true,
    charset: "utf8",
    target: "es2022",
    legalComments: "none",
  });
  // In parentheses it is compiled while it is loaded, and not first skimmed and then read once more.
  return `export default (async function (moduleArg = {}) {${code.replace(/export\{([\w$]+) as default\};\s*$/, "return $1;")}});`;
}

/**
 * A patch that no longer applies would only make starts slower: stop the build and name it.
 * @param {string} path @param {string} body @param {string} loader
 */
function requirePatches(path, body, loader) {
  if (!body) throw new Error(`${path}: WHOLE of asm.mjs does not find the function that it is`);
  for (const [name, [pattern, least]] of PATCHES) {
    const count = [...body.matchAll(new RegExp(pattern, "g"))].length;
    if (count < least) throw new Error(`${path}: ${name} of asm.mjs is found ${count} times instead of ${least} or more`);
  }
  for (const name of TAKEN) {
    if (!loader.includes(`.${name}`)) throw new Error(`${path}: pyodide.mjs does not take ${name} any more`);
  }
}

/** @param {string} body @param {Set<string>} wanted */
function withoutImports(body, wanted) {
  const [, list] = /** @type {RegExpExecArray} */ (IMPORTS.exec(body));
  const kept = list.split(",").filter((item) => wanted.has(item.split(":")[0].replaceAll('"', "")));
  const functions = new Set(kept.map((item) => item.split(":").pop()));
  return body
    .replace(IMPORTS, `wasmImports={${kept}}`)
    .replace(SIGNATURE, (text, name) => (functions.has(name) ? text : ""));
}

/** @param {string} body @param {string} loader Pyodide's other script */
function withoutOffers(body, loader) {
  const others = [body.replace(OFFER, ""), loader, ...PAGE_ASKS];
  const asked = new Set(others.flatMap((text) => [...text.matchAll(ASKED)]).map(([, member, key]) => member ?? key));
  return body.replace(OFFER, (text, name) => (asked.has(name) ? text : ""));
}

/** What interpreter.js and make_snapshot.mjs take from the module. */
const PAGE_ASKS = [".HEAPU8", ".API"];

/** @param {string} body */
function withoutExports(body) {
  const others = body.replace(ASSIGN, "").replace(DECLARATIONS, "");
  const named = new Set(others.match(/[\w$]+/g));
  return body
    .replace(ASSIGN, (text) => text.replace(ASSIGNMENT, (one, name) => (named.has(name) ? one : "")).replace("{", `{${ASSIGN_ALL}`))
    .replace(DECLARATIONS, (text) => `var ${text.slice(4, -1).split(",").filter((name) => named.has(name))};`);
}
