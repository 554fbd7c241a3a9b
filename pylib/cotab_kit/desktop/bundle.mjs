// @ts-check
// Bundles the desktop's pages with esbuild. Called by bundle.py as `node bundle.mjs JSON`, where JSON is an object with
// {node, pages, out}. Scripts, style sheets and pages are written into `out`; all of them lie in one folder.

import { createRequire } from "node:module";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";

const { node, pages, out } = JSON.parse(process.argv[2]);
const require = createRequire(join(node, "package.json"));
const esbuild = require("esbuild");

try {
  await esbuild.build({
    entryPoints: ["agent.js", "admin.js", "agent.css", "admin.css"],
    absWorkingDir: pages,
    outdir: out,
    nodePaths: [join(node, "node_modules")],
    bundle: true,
    splitting: true,
    format: "esm",
    minify: true,
    charset: "utf8",
    legalComments: "eof",
    target: "es2022",
    platform: "browser",
    logLevel: "silent",
  });
  for (const page of ["admin.html", "index.html"]) await copyFile(join(pages, page), join(out, page));
} catch (error) {
  const problems = error.errors?.length ? error.errors.map(describe) : [String(error)];
  process.stderr.write(`${problems.join("\n")}\n`);
  process.exitCode = 1;
}

/** @param {{text: string, location?: {file: string, line: number}}} problem */
function describe({ text, location }) {
  return location ? `${location.file}:${location.line}: ${text}` : text;
}
