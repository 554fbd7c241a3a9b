// @ts-check
// Bundles the browser's parts of Tandem with esbuild. Called by tandem.py as `node tandem.mjs JSON`, where JSON
// is an object with {node, web, out}. The files and a report.json, which names the packages that went into each script,
// are written into `out`.

import { createRequire } from "node:module";
import { copyFile, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { basename, join, sep } from "node:path";

const { node, web, out } = JSON.parse(process.argv[2]);
const esbuild = createRequire(join(node, "package.json"))("esbuild");

const common = {
  bundle: true,
  minify: true,
  charset: "utf8",
  legalComments: "none",
  target: "es2022",
  platform: "browser",
  nodePaths: [join(node, "node_modules")],
  absWorkingDir: web,
  outdir: out,
  metafile: true,
  logLevel: "silent",
};

const builds = [
  { ...common, entryPoints: [{ in: "customer/tandem.js", out: "tandem" }], format: "iife" },
  { ...common, entryPoints: ["viewer/viewer.js", "viewer/viewer.css"].map(named), format: "esm" },
];

/** @param {string} path */
function named(path) {
  return { in: path, out: basename(path).replace(/\.\w+$/, "") };
}

try {
  /** @type {Record<string, string[]>} */
  const packages = {};
  for (const options of builds.filter(({ entryPoints }) => existsSync(join(web, entryPoints[0].in)))) {
    const { metafile } = await esbuild.build(options);
    for (const [name, { inputs }] of Object.entries(metafile.outputs)) {
      packages[basename(name)] = packagesOf(Object.keys(/** @type {any} */ (inputs)));
    }
  }
  const page = join(web, "viewer", "viewer.html");
  if (existsSync(page)) await copyFile(page, join(out, "viewer.html"));
  await writeFile(join(out, "report.json"), JSON.stringify(packages));
} catch (error) {
  const problems = error.errors?.length ? error.errors.map(describe) : [String(error)];
  process.stderr.write(`${problems.join("\n")}\n`);
  process.exitCode = 1;
}

/** @param {string[]} inputs @returns {string[]} the packages' folders below node_modules */
function packagesOf(inputs) {
  const folders = inputs.flatMap((input) => {
    const [, ...nested] = input.split(/(?:^|[\\/])node_modules[\\/]/);
    return nested.length ? [nested.map(packageOf).join("/node_modules/")] : [];
  });
  return [...new Set(folders)].sort();
}

/** @param {string} path */
function packageOf(path) {
  return path.split(/[\\/]/).slice(0, path.startsWith("@") ? 2 : 1).join("/");
}

/** @param {{text: string, location?: {file: string, line: number}}} problem */
function describe({ text, location }) {
  return location ? `${location.file.replaceAll(sep, "/")}:${location.line}: ${text}` : text;
}
