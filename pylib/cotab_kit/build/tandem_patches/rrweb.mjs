// @ts-check
// What Tandem's bundle changes in rrweb: a plugin for esbuild.mjs. It throws when it finds other code than it was made for.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { HOOKS } from "./hooks.mjs";
import { RECORD_MEMORY, REPLAY_MEMORY } from "./memory.mjs";
import { NODES } from "./nodes.mjs";

const OWN = ["customer/roots", "customer/nodes", "viewer/trusted"];

/** @typedef {[before: string | RegExp, after: string, times?: number]} Patch finds its code once, or as many times */

/** @type {Record<string, Patch>} */
const RECORD = {
  ...NODES,
  // A password that is shown gets an attribute, for all the page to see. The customer script remembers it itself.
  "no mark": ['target.setAttribute("data-rr-is-password", "true");', ""],
  // Frames of other origins number what is theirs by a count of their own; sheets are counted like nodes.
  "numbers from": ["let _id = 1;\n", "let _id = 1;\nrecord.count = (first) => (_id = first);\n"],
  "numbers for sheets": [/this\.id\+\+/, "genId()", 2],
  // What document.write() puts right into a document is in it.
  "written documents": [
    "function inDom(n) {\n  const doc = index.ownerDocument(n);\n",
    "function inDom(n) {\n  if (n.nodeType === Node.DOCUMENT_NODE) return true;\n  const doc = index.ownerDocument(n);\n",
  ],
  // Pictures of blob: have an address of their own in styles too: it would be taken for a path on the page's site.
  "addresses of blobs": ["const URL_PROTOCOL_MATCH = /^(?:[a-z+]+:)?\\/\\//i;", "const URL_PROTOCOL_MATCH = /^(?:blob:|(?:[a-z+]+:)?\\/\\/)/i;"],
  // Closed shadow roots, as far as the customer script knows them, are recorded like open ones; and what is typed in them.
  "closed roots": ['return getUntaintedAccessor("Element", n, "shadowRoot");', 'return getUntaintedAccessor("Element", n, "shadowRoot") ?? roots.closed.get(n) ?? null;'],
  "fields in closed roots": ["let target = getEventTarget(event);\n    const userTriggered", "let target = innermost(getEventTarget(event));\n    const userTriggered"],
  // What a script takes from one document into another keeps its number, and each of the two tells of it by itself.
  "adopted nodes": [
    "this.mapRemoves.push(n);",
    "this.mapRemoves.push(n);\n            if (nodes.ownerOf(n) !== (nodes.ownerOf(m.target) ?? m.target) && this.mirror.hasNode(nodes.ownerOf(n))) record.onAdopted();",
  ],
  // Pictures of canvases and fonts of scripts it never records here: what does is left out, which makes the script smaller.
  "no canvases": ["canvasManager = new CanvasManager({", "canvasManager = new (class {\n    reset() {}\n    freeze() {}\n    unfreeze() {}\n    lock() {}\n    unlock() {}\n  })({"],
  "no fonts": ["      fontObserver = initFontObserver(o);\n", ""],
  "no callers of its own": ["  mergeHooks(o, hooks);\n", ""],
  // Frames of other origins do not record for this page, and no message of theirs is ever read.
  "no messages": [/ {2}handleMessage\(message\) \{\n[\s\S]*?\n\}\nclass ShadowDomManager/, "  handleMessage() {}\n}\nclass ShadowDomManager"],
  ...HOOKS,
  ...RECORD_MEMORY,
  "no mirrors of messages": [/ {4}(?:__publicField\(this, "crossOriginIframeMirror", .*|this\.crossOriginIframeStyleMirror = new [\s\S]*?\n {4}\);)\n/, "", 2],
  // Fields that begin as undefined need no code.
  "empty fields": [/ {4}__publicField\(this, "\w+"\);\n/, "", 42],
  // What rrweb prints of a sheet lacks shorthands with variables, and the conditions of what it imports: sheets.js does it.
  "texts of sheets": [
    "function stringifyStylesheet(s) {\n",
    "function stringifyStylesheet(s) {\n  return record.textOf(s);\n",
  ],
  // A link's sheet is its own, also in a shadow root and where another has the same address.
  "sheets of links": [
    "const stylesheet = Array.from(doc.styleSheets).find((s) => {\n      return s.href === n.href;\n    });",
    "const stylesheet = n.sheet;",
  ],
  // It sees no adopted sheet that is pushed or spliced, and leaves a property on the document: sheets.js does it, by its numbers.
  "numbers of sheets": ["const stylesheetManager = new StylesheetManager({", "const stylesheetManager = record.sheets = new StylesheetManager({"],
  "adopted sheets": ["adoptStyleSheets(sheets, hostId) {\n", "adoptStyleSheets(sheets, hostId) {\n    return;\n"],
  "adopting": ["  let hostId = null;\n  if (host2", "  return () => {};\n  let hostId = null;\n  if (host2"],
};

/** @type {Record<string, Patch>} */
const REPLAY = {
  ...REPLAY_MEMORY,
  // The root of a document need not be one of HTML.
  "any root": ['this.iframe.contentDocument.getElementsByTagName("html")[0].classList.add(', "documentElement.classList.add("],
  // Quirks mode takes a doctype that is written, which has to be meant where trusted types are required.
  "doctypes": [/doc\.write\(\s*('<!DOCTYPE [^\n]*')\s*\)/g, "doc.write(trusted($1))", 2],
  // It knows two namespaces; the sanitizer says what belongs to the third.
  "formulas": [
    "        node2 = doc.createElement(tagName);\n",
    '        node2 = n2.isMath ? doc.createElementNS("http://www.w3.org/1998/Math/MathML", tagName) : doc.createElement(tagName);\n',
  ],
};

/** What is patched, by file, and what that takes of ours. @type {[RegExp, Record<string, Patch>, string][]} */
const FILES = [
  [/@rrweb[\\/]record[\\/]dist[\\/]record\.js$/, RECORD, 'import { innermost, roots } from "tandem:customer/roots";\nimport * as nodes from "tandem:customer/nodes";\n'],
  [/@rrweb[\\/]replay[\\/]dist[\\/]replay\.js$/, REPLAY, 'import { trusted } from "tandem:viewer/trusted";\n'],
];

/** @param {unknown} _options @param {import("../../tools/esbuild.mjs").Tools} tools @returns {import("../../tools/esbuild.mjs").Plugin} */
export default function rrweb(_options, { root }) {
  const unused = new Set(FILES);
  return {
    name: "tandem-rrweb",
    setup(build) {
      for (const each of OWN) build.onResolve({ filter: new RegExp(`^tandem:${each}$`) }, () => ({ path: join(root, `${each}.js`) }));
      for (const each of FILES) {
        build.onLoad({ filter: each[0] }, async (/** @type {{path: string}} */ { path }) => {
          unused.delete(each);
          return { contents: each[2] + patched(path, await readFile(path, "utf8"), each[1]), loader: "js" };
        });
      }
    },
    finish() {
      if (unused.size > 0) throw new Error("rrweb was not found, so that nothing was patched (rrweb.mjs)");
    },
  };
}

/** @param {string} path @param {string} source @param {Record<string, Patch>} patches */
function patched(path, source, patches) {
  return Object.entries(patches).reduce((left, [name, [before, after, times = 1]]) => {
    const places = typeof before === "string" ? left.split(before).length - 1 : [...left.matchAll(new RegExp(before, "g"))].length;
    if (places !== times) throw new Error(`the patch "${name}" does not fit ${path} any more (rrweb.mjs)`);
    return typeof before === "string" ? left.replace(before, () => after) : left.replaceAll(new RegExp(before, "g"), after);
  }, source);
}
