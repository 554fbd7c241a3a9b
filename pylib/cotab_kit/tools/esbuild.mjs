// @ts-check
// Bundle with esbuild: `node esbuild.mjs FILE`, where the file holds an Order as JSON. What is wrong is printed
// with file and line, and the exit code is 1.

import { createRequire } from "node:module";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * @typedef {{entries: string[], format: "esm" | "iife", inject: string[], splitting: boolean, legalComments: "none" | "eof",
 *   define: Record<string, string>, target: string[]}} Run
 * @typedef {{node: string, floor: string, root: string, out: string, metafile: string, runs: Run[], copied: string[], alone: boolean,
 *   plugins: {module: string, options: any}[]}} Order
 *
 * What the default export of a plugin's module is called with, beside its options.
 * @typedef {{esbuild: any, modules: string, root: string}} Tools
 *
 * What it answers with: `finish` is called after the last run, and throws if the plugin was of no use.
 * @typedef {{name: string, setup: (build: any) => void, finish: () => void}} Plugin
 */

/** @type {Order} */
const { node, floor, root, out, metafile, runs, copied, alone, plugins } = JSON.parse(await readFile(process.argv[2], "utf8"));
const esbuild = createRequire(join(node, "package.json"))("esbuild");
const modules = join(node, "node_modules");

try {
  const loaded = await Promise.all(plugins.map(load));
  const results = await Promise.all(runs.map((run) => esbuild.build(options(run, loaded))));
  for (const { finish } of loaded) finish();
  await mkdir(out, { recursive: true });
  for (const name of copied) await copyFile(join(root, name), join(out, nameOf(name)));
  await writeFile(metafile, JSON.stringify(merged(results.map((result) => result.metafile))));
} catch (/** @type {any} */ error) {
  const problems = error.errors?.length ? error.errors.map(describe) : [String(error)];
  process.stderr.write(`${problems.join("\n")}\n`);
  process.exitCode = 1;
}

/** @param {Order["plugins"][number]} plugin @returns {Promise<Plugin>} */
async function load({ module, options }) {
  return (await import(module)).default(options, { esbuild, modules, root });
}

/** @param {Run} run @param {Plugin[]} loaded */
function options({ entries, inject, ...own }, loaded) {
  return {
    ...own,
    entryPoints: entries.map((path) => ({ in: path.replace(/^floor:/, `${floor}/`), out: nameOf(path).replace(/\.\w+$/, "") })),
    inject: inject.map((path) => join(root, path)),
    plugins: loaded.map(({ name, setup }) => ({ name, setup })),
    absWorkingDir: root,
    outdir: out,
    nodePaths: alone ? [] : [modules],
    external: alone ? [] : ["node:*"],
    bundle: true,
    minify: true,
    charset: "utf8",
    supported: { "dynamic-import": true }, // of the syntax for old browsers the one exception (floor/check.js)
    platform: "browser",
    metafile: true,
    logLevel: "silent",
  };
}

/** @param {string} path */
function nameOf(path) {
  return /** @type {string} */ (path.split(/[/:]/).pop());
}

/** @param {any[]} metafiles */
function merged(metafiles) {
  const outputs = metafiles.flatMap((one) => Object.entries(one.outputs).map(([path, output]) => [nameOf(path), output]));
  return { inputs: Object.assign({}, ...metafiles.map((one) => one.inputs)), outputs: Object.fromEntries(outputs) };
}

/** @param {{text: string, location?: {file: string, line: number}}} problem */
function describe({ text, location }) {
  return location ? `${location.file.replaceAll("\\", "/")}:${location.line}: ${text}` : text;
}
