// @ts-check
// What the page's bundle changes in PyScript, zstd's decoder and Pyodide: a plugin for esbuild.mjs. Every patch has its
// name, and throws with it when it finds other code than it was made for, or nothing at all.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { lighten } from "./asm.mjs";

/** PyScript imports its interpreter by address, which a single-file page does not have. */
const INTERPRETER_IMPORT = /import\(\/\* webpackIgnore: true \*\/\s*url\)/g;

/**
 * @typedef {{esbuild: any, wanted: string[]}} Means
 * @typedef {{file: RegExp, loader: string, apply: (source: string, path: string, means: Means) => any}} Patch
 */

/** Each answers with the content that takes the place of a file, or with nothing if it does not fit. @type {Record<string, Patch>} */
export const PATCHES = {
  "interpreter by name": {
    file: /polyscript[\\/]esm[\\/]interpreters\.js$/,
    loader: "js",
    apply: (source) =>
      source.match(INTERPRETER_IMPORT)?.length === 1 &&
      source.replace(INTERPRETER_IMPORT, '(globalThis.cotabModules?.["interpreter.js"]?.() ?? import(url))'),
  },
  // Of the zstddec package only the wasm is wanted, which it has as a text (zstd.js says why).
  "zstd's wasm alone": {
    file: /zstddec\.mjs$/,
    loader: "base64",
    apply: (source) => {
      const wasm = /const wasm = "([\w+/=]+)"/.exec(source)?.[1];
      return wasm && Buffer.from(wasm, "base64");
    },
  },
  "lighter Pyodide": {
    file: /pyodide\.asm\.mjs$/,
    loader: "js",
    apply: (_source, path, { esbuild, wanted }) => lighten(esbuild, path, wanted),
  },
};

/**
 * Parts of PyScript the tab never uses: its plugins (editor, terminal, game, errors shown in the page), the package graph
 * of remote packages, MicroPython's archives, and the text of the pyscript package, which the tab has as files.
 */
export const LEFT_OUT = ["plugins", "plugins/codemirror", "plugins/donkey", "stdlib/pyscript", "pyodide_graph", "3rd-party/zip"];

/**
 * @param {{runtime: string, wanted: string[]}} options `wanted` names what the wasm modules import of Pyodide's JavaScript
 * @param {import("../../tools/esbuild.mjs").Tools} tools
 * @returns {import("../../tools/esbuild.mjs").Plugin}
 */
export default function patches({ runtime, wanted }, { esbuild, modules, root }) {
  const unused = new Set([...Object.keys(PATCHES), ...LEFT_OUT.map(leftOut)]);
  if (runtime === "cdn") unused.delete("lighter Pyodide");
  /** What the page's scripts call `cotab:...`, and where it really is. @type {Record<string, string>} */
  const aliases = {
    "cotab:pyodide.mjs": join(modules, "pyodide", "pyodide.mjs"),
    "cotab:pyodide.asm.mjs":
      runtime === "cdn" ? join(root, "asm_from_cdn.js") : join(modules, "pyodide", "pyodide.asm.mjs"),
    "cotab:pyscript": join(modules, "@pyscript", "core", "src", "core.js"),
    "cotab:zstd.wasm": join(modules, "zstddec", "dist", "zstddec.mjs"),
  };
  return {
    name: "cotab-patches",
    setup(build) {
      build.onResolve({ filter: /^cotab:/ }, (/** @type {{path: string}} */ { path }) => ({ path: aliases[path] }));
      for (const name of LEFT_OUT) {
        build.onResolve({ filter: new RegExp(`/${name}\\.js$`) }, () => {
          unused.delete(leftOut(name));
          return { path: join(root, "pyscript_plugins.js") };
        });
      }
      for (const [name, { file, loader }] of Object.entries(PATCHES)) {
        build.onLoad({ filter: file }, async (/** @type {{path: string}} */ { path }) => {
          unused.delete(name);
          return { contents: await patched(name, path, await readFile(path, "utf8"), { esbuild, wanted }), loader };
        });
      }
    },
    finish() {
      if (unused.size) throw new Error(`nothing was found for the patch "${[...unused].join('", "')}" (patches.mjs)`);
    },
  };
}

/** @param {string} name @param {string} path @param {string} source @param {Means} means */
export async function patched(name, path, source, means) {
  const misfit = `the patch "${name}" does not fit ${path} any more (patches.mjs)`;
  try {
    const content = await PATCHES[name].apply(source, path, means);
    if (content) return content;
  } catch (error) {
    throw new Error(`${misfit}: ${error}`, { cause: error });
  }
  throw new Error(misfit);
}

/** @param {string} name */
function leftOut(name) {
  return `without ${name}.js`;
}
