// @ts-check
// Bundles the page's scripts with esbuild. Called by bundle.py as `node bundle.mjs JSON`, where JSON is an object with
// {node, page, out, runtime, wanted}. The scripts and a report.json, which names the packages
// that went in, are written into `out`.

import { createRequire } from "node:module";
import { readFile, writeFile } from "node:fs/promises";
import { join, sep } from "node:path";
import { lighten } from "./fast_start/asm.mjs";

const { node, page, out, runtime, wanted } = JSON.parse(process.argv[2]);
const require = createRequire(join(node, "package.json"));
const esbuild = require("esbuild");
const modules = join(node, "node_modules");

/** What the page's scripts call `cotab:...`, and where it really is. */
const ALIASES = {
  "cotab:pyodide.mjs": join(modules, "pyodide", "pyodide.mjs"),
  "cotab:pyodide.asm.mjs":
    runtime === "cdn" ? join(page, "asm_from_cdn.js") : join(modules, "pyodide", "pyodide.asm.mjs"),
  "cotab:pyscript": join(modules, "@pyscript", "core", "src", "core.js"),
  "cotab:zstd.wasm": join(modules, "zstddec", "dist", "zstddec.mjs"),
};

/**
 * Parts of PyScript the tab never uses: its plugins (editor, terminal, game, errors shown in the page), the package graph
 * of remote packages, MicroPython's archives, and the text of the pyscript package, which the tab has as files.
 */
const LEFT_OUT = /\/(plugins|plugins\/(codemirror|donkey)|stdlib\/pyscript|pyodide_graph|3rd-party\/zip)\.js$/;

/** PyScript imports its interpreter by address, which a single-file page does not have. */
const INTERPRETER_IMPORT = /import\(\/\* webpackIgnore: true \*\/\s*url\)/g;

const parts = {
  name: "cotab-parts",
  setup(/** @type {any} */ build) {
    build.onResolve({ filter: /^cotab:/ }, (/** @type {{path: string}} */ { path }) => ({ path: ALIASES[path] }));
    build.onResolve({ filter: LEFT_OUT }, () => ({ path: join(page, "pyscript_plugins.js") }));
    build.onResolve({ filter: /^node:/ }, (/** @type {{path: string}} */ { path }) => ({ path, external: true }));
    build.onLoad({ filter: /polyscript[\\/]esm[\\/]interpreters\.js$/ }, patchInterpreterImport);
    build.onLoad({ filter: /zstddec\.mjs$/ }, takeDecoder);
    build.onLoad({ filter: /pyodide\.asm\.mjs$/ }, lightened);
  },
};

/** @param {{path: string}} file */
async function patchInterpreterImport({ path }) {
  const source = await readFile(path, "utf8");
  if (source.match(INTERPRETER_IMPORT)?.length !== 1) {
    throw new Error(`${path} no longer imports its interpreter in the one known place; see bundle.mjs`);
  }
  const patched = source.replace(
    INTERPRETER_IMPORT,
    '(globalThis.cotabModules?.["interpreter.js"]?.() ?? import(url))',
  );
  return { contents: patched, loader: "js" };
}

/** @param {{path: string}} file */
async function lightened({ path }) {
  return { contents: await lighten(esbuild, path, wanted), loader: "js" };
}

/** Of the zstddec package only the wasm is wanted, which it has as a text (zstd.js says why). @param {{path: string}} file */
async function takeDecoder({ path }) {
  const wasm = /const wasm = "([\w+/=]+)"/.exec(await readFile(path, "utf8"))?.[1];
  if (!wasm) throw new Error(`${path} no longer has its decoder in the one known place; see bundle.mjs`);
  return { contents: Buffer.from(wasm, "base64"), loader: "base64" };
}

const common = {
  bundle: true,
  minify: true,
  charset: "utf8",
  legalComments: "none",
  target: "es2022",
  platform: "browser",
  nodePaths: [modules],
  absWorkingDir: page,
  outdir: out,
  plugins: [parts],
  metafile: true,
  logLevel: "silent",
  logOverride: { "empty-import-meta": "silent", "direct-eval": "silent" },
};
const esm = { ...common, format: "esm" };
const withFetch = { ...esm, inject: [join(page, "pyodide_shims.js")] };

const builds =
  runtime === "inline"
    ? [{ ...common, entryPoints: ["boot.js"], format: "iife" }, { ...withFetch, entryPoints: ["inline.js"] }]
    : [
        { ...common, entryPoints: ["boot.js"], format: "iife" },
        { ...withFetch, entryPoints: ["interpreter.js"] },
        { ...esm, entryPoints: [{ in: "cotab:pyscript", out: "pyscript" }] },
      ];

try {
  const results = await Promise.all(builds.map((options) => esbuild.build(options)));
  const inputs = results.flatMap(({ metafile }) => Object.keys(metafile.inputs));
  await writeFile(join(out, "report.json"), JSON.stringify({ packages: packagesOf(inputs) }));
} catch (error) {
  const problems = error.errors?.length ? error.errors.map(describe) : [String(error)];
  process.stderr.write(`${problems.join("\n")}\n`);
  process.exitCode = 1;
}

/** @param {string[]} inputs @returns {string[]} the packages' folders below node_modules */
function packagesOf(inputs) {
  const folders = inputs.flatMap((input) => {
    const [, ...nested] = input.split(/(?:^|[\\/])node_modules[\\/]/);
    return nested.length ? [nested.map((part) => part.split(/[\\/]/).slice(0, part.startsWith("@") ? 2 : 1).join("/")).join("/node_modules/")] : [];
  });
  return [...new Set(folders)].sort();
}

/** @param {{text: string, location?: {file: string, line: number}}} problem */
function describe({ text, location }) {
  return location ? `${location.file.replaceAll(sep, "/")}:${location.line}: ${text}` : text;
}
