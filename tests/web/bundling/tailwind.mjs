// @ts-check
// Compile a page's style sheet with Tailwind where it imports that, for the words that its page.html has.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

/** @param {string} path of a style sheet @param {string} modules */
export async function compiled(path, modules) {
  const source = await readFile(path, "utf8");
  if (!source.includes("tailwindcss")) return source;
  const { resolve } = createRequire(join(modules, "package.json"));
  const { compile } = await import(pathToFileURL(join(modules, "tailwindcss/dist/lib.mjs")).href);
  const loadStylesheet = async (/** @type {string} */ id, /** @type {string} */ base) => {
    const file = resolve(id === "tailwindcss" ? "tailwindcss/index.css" : id);
    return { path: file, base, content: await readFile(file, "utf8") };
  };
  const page = await readFile(join(dirname(path), "page.html"), "utf8");
  const { build } = await compile(source, { base: dirname(path), loadStylesheet });
  return build([...new Set(page.split(/[\s"]+/))]);
}
