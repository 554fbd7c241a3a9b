// @ts-check
// What Tandem's bundle changes in rrweb: a plugin for esbuild.mjs. It throws when it finds other code than it was made for.

import { readFile } from "node:fs/promises";

const RECORD = /@rrweb[\\/]record[\\/]dist[\\/]record\.js$/;
/** rrweb marks a password that is shown by an attribute, for all the page to see. The customer script remembers it itself. */
const MARK = 'target.setAttribute("data-rr-is-password", "true");';

/** @returns {import("../../tools/esbuild.mjs").Plugin} */
export default function rrweb() {
  let isDone = false;
  return {
    name: "tandem-rrweb",
    setup(build) {
      build.onLoad({ filter: RECORD }, async (/** @type {{path: string}} */ { path }) => {
        const source = await readFile(path, "utf8");
        if (source.split(MARK).length !== 2) throw new Error(`the patch of rrweb does not fit ${path} any more (rrweb.mjs)`);
        isDone = true;
        return { contents: source.replace(MARK, ""), loader: "js" };
      });
    },
    finish() {
      if (!isDone) throw new Error("rrweb was not found, so that nothing was patched (rrweb.mjs)");
    },
  };
}
