// @ts-check
// What Tandem's bundle changes in rrweb: a plugin for esbuild.mjs. It throws when it finds other code than it was made for.

import { readFile } from "node:fs/promises";
import { join } from "node:path";

const RECORD = /@rrweb[\\/]record[\\/]dist[\\/]record\.js$/;
const ROOTS = "tandem:roots";

/** Each finds its code once. @type {Record<string, [string, string]>} */
const PATCHES = {
  // A password that is shown gets an attribute, for all the page to see. The customer script remembers it itself.
  "no mark": ['target.setAttribute("data-rr-is-password", "true");', ""],
  // What document.write() puts right into a document is in it.
  "written documents": [
    "function inDom(n) {\n  const doc = index.ownerDocument(n);\n",
    "function inDom(n) {\n  if (n.nodeType === Node.DOCUMENT_NODE) return true;\n  const doc = index.ownerDocument(n);\n",
  ],
  // Closed shadow roots, as far as the customer script knows them, are recorded like open ones; and what is typed in them.
  "closed roots": ['return getUntaintedAccessor("Element", n, "shadowRoot");', 'return getUntaintedAccessor("Element", n, "shadowRoot") ?? roots.closed.get(n) ?? null;'],
  "fields in closed roots": ["let target = getEventTarget(event);\n    const userTriggered", "let target = innermost(getEventTarget(event));\n    const userTriggered"],
};

/** @param {unknown} _options @param {import("../../tools/esbuild.mjs").Tools} tools @returns {import("../../tools/esbuild.mjs").Plugin} */
export default function rrweb(_options, { root }) {
  let isDone = false;
  return {
    name: "tandem-rrweb",
    setup(build) {
      build.onResolve({ filter: new RegExp(`^${ROOTS}$`) }, () => ({ path: join(root, "customer", "roots.js") }));
      build.onLoad({ filter: RECORD }, async (/** @type {{path: string}} */ { path }) => {
        isDone = true;
        return { contents: `import { innermost, roots } from "${ROOTS}";\n${patched(path, await readFile(path, "utf8"))}`, loader: "js" };
      });
    },
    finish() {
      if (!isDone) throw new Error("rrweb was not found, so that nothing was patched (rrweb.mjs)");
    },
  };
}

/** @param {string} path @param {string} source */
function patched(path, source) {
  return Object.entries(PATCHES).reduce((left, [name, [before, after]]) => {
    if (left.split(before).length !== 2) throw new Error(`the patch "${name}" does not fit ${path} any more (rrweb.mjs)`);
    return left.replace(before, after);
  }, source);
}
