// @ts-check
// Take packages from a folder of their own, pictures and fonts as data, and compile Svelte's components and Tailwind's sheets.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { compiled } from "./tailwind.mjs";

const OPTIONS = {
  define: { "process.env": "{}", "process.env.NODE_ENV": '"production"' },
  jsx: "automatic",
  tsconfigRaw: { compilerOptions: { experimentalDecorators: true, useDefineForClassFields: false } },
};

/** @param {{modules: string}} options */
export default function packages({ modules }) {
  return { name: "packages", setup: (/** @type {any} */ build) => setup(build, modules), finish() {} };
}

/** @param {any} build of esbuild @param {string} modules */
function setup(build, modules) {
  Object.assign(build.initialOptions, OPTIONS);
  const vue = "vue/dist/vue.esm-bundler.js"; // with the compiler of templates
  build.onResolve({ filter: /^vue$/ }, (/** @type {any} */ { kind }) => build.resolve(vue, { kind, resolveDir: modules, pluginData: modules }));
  build.onResolve({ filter: /^[^./]/ }, (/** @type {any} */ { path, kind, importer, pluginData }) => {
    if (pluginData === modules || kind === "entry-point" || importer.startsWith(modules)) return undefined;
    return build.resolve(path, { kind, resolveDir: modules, pluginData: modules });
  });
  build.onLoad({ filter: /\.(svg|png|gif|webp|woff2?|ttf|eot)$/ }, async (/** @type {any} */ { path }) => ({
    contents: await readFile(path),
    loader: "dataurl",
  }));
  build.onLoad({ filter: /\bpage\.css$/ }, async (/** @type {any} */ { path }) => ({ contents: await compiled(path, modules), loader: "css" }));
  build.onLoad({ filter: /\.svelte$/ }, async (/** @type {any} */ { path }) => {
    const { compile } = createRequire(join(modules, "package.json"))("svelte/compiler");
    return { contents: compile(await readFile(path, "utf8"), { filename: path, css: "injected" }).js.code, loader: "js" };
  });
}
