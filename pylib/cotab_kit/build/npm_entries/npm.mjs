// @ts-check
// The packages of [page.npm] as entries of a bundle, `npm:FILE.js`: a plugin for esbuild.mjs.
//
// A page has no bundler that could do what packages expect of one. So a style sheet that is imported is put into effect,
// and a picture or font becomes part of the script.

import { relative } from "node:path";

const LOADERS = Object.fromEntries(
  ["png", "gif", "jpg", "jpeg", "webp", "svg", "woff", "woff2", "ttf", "mp3", "wav"].map((type) => [`.${type}`, "dataurl"]),
);

/**
 * @param {{packages: Record<string, string>}} options the packages by the names of their files
 * @param {import("../../tools/esbuild.mjs").Tools} tools @returns {import("../../tools/esbuild.mjs").Plugin}
 */
export default function npm({ packages }, { esbuild, root }) {
  const common = { absWorkingDir: root, loader: LOADERS, write: false, minify: true, logLevel: "silent" };

  /** Write what a package is as a module. What CommonJS exports has one name in it, the one that Node gives it. @param {any} build @param {string} name */
  async function module(build, name) {
    const { path, errors } = await build.resolve(name, { kind: "import-statement", resolveDir: root });
    if (errors.length) return { errors };
    const options = { ...common, entryPoints: [path], outdir: root, metafile: true, format: undefined };
    const { inputs, outputs } = (await esbuild.build(options)).metafile;
    const file = JSON.stringify(`./${relative(root, path).replaceAll("\\", "/")}`);
    const [{ format }] = /** @type {any[]} */ (Object.values(inputs));
    const [{ exports }] = /** @type {any[]} */ (Object.values(outputs));
    const byDefault = exports.includes("default") ? `export { default } from ${file};` : "";
    const contents =
      format === "esm"
        ? `export * from ${file}; ${byDefault}`
        : `const exported = require(${file}); export { exported as "module.exports" };`;
    return { contents, resolveDir: root };
  }

  /** @param {string} path */
  async function adopted(path) {
    const { outputFiles } = await esbuild.build({ ...common, entryPoints: [path], outdir: root, bundle: true });
    const text = JSON.stringify(outputFiles[0].text);
    const contents = `const sheet = new CSSStyleSheet(); sheet.replaceSync(${text}); document.adoptedStyleSheets.push(sheet);`;
    return { contents };
  }

  return {
    name: "npm",
    setup(build) {
      build.initialOptions.loader = LOADERS;
      build.onResolve({ filter: /^npm:/ }, (/** @type {{path: string}} */ { path }) => ({
        path: packages[path.slice("npm:".length)],
        namespace: "npm",
      }));
      build.onLoad({ filter: /.*/, namespace: "npm" }, (/** @type {{path: string}} */ { path }) => module(build, path));
      build.onLoad({ filter: /\.css$/, namespace: "file" }, (/** @type {{path: string}} */ { path }) => adopted(path));
    },
    finish() {},
  };
}
