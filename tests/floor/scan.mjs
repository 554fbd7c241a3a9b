// @ts-check
// What scripts use that a browser at the floor of versions may lack, by MDN's compatibility data: `node scan.mjs FILE`, where
// the file holds an Order as JSON. Prints, by script, the names that no part of the platform has had by then. Nobody's types are
// known: a method counts if it is called, and everything on the platform that is called so is younger; what is only read is
// undefined there, which ends nothing. What is asked for first does not count: `a.name?.()`, `typeof name`, `"name" in a`,
// `if (a.name)`, `a.name ? b : c`, `a.name && b`.

import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";

/** @typedef {{packages: string, floor: Record<string, string>, marks: string[], scripts: Record<string, string>, old: Record<string, string>}} Order */

/** @type {Order} */
const order = JSON.parse(await readFile(process.argv[2], "utf8"));
const packages = createRequire(`${order.packages}/`);
const { parse } = packages("acorn");
const data = packages("@mdn/browser-compat-data");
const BROWSERS = Object.entries(order.floor).map(([name, version]) => [name === "ios" ? "safari_ios" : name, version]);

/** @param {string} version */
const numbers = (version) => version.replace("≤", "").split(".").map(Number);

/** @param {string} one @param {string} other */
function isNewer(one, other) {
  const [a, b] = [numbers(one), numbers(other)];
  return a[0] > b[0] || (a[0] === b[0] && (a[1] ?? 0) > (b[1] ?? 0));
}

/** The version from which a browser has it as it is, or null. @param {any} feature @param {string} browser @returns {string | null} */
function since(feature, browser) {
  const said = [feature.__compat.support[browser] ?? []].flat();
  const plain = said.filter((/** @type {any} */ each) => typeof each.version_added === "string" && each.version_added !== "preview" && !each.flags && !each.prefix && !each.alternative_name && !each.version_removed);
  return plain.map((/** @type {any} */ each) => each.version_added).sort((/** @type {string} */ a, /** @type {string} */ b) => (isNewer(a, b) ? 1 : -1))[0] ?? null;
}

/** @param {any} feature */
const isThere = (feature) => BROWSERS.every(([browser, floor]) => {
  const first = since(feature, browser);
  return first !== null && !isNewer(first, floor);
});

/** @type {Map<string, boolean>} whether anything called so is there */
const members = new Map();
/** @type {Map<string, boolean>} */
const globals = new Map();
/** @type {Map<string, boolean>} of globals, as `URL.canParse` */
const statics = new Map();
/** @type {Map<string, boolean>} pseudo-classes and pseudo-elements */
const selectors = new Map();

/** @param {Map<string, boolean>} map @param {string} name @param {any} feature */
const note = (map, name, feature) => map.set(name, map.get(name) === true || isThere(feature));

const { api, javascript, webassembly } = data;
for (const [group, isBuiltin] of /** @type {[Record<string, any>, boolean][]} */ ([[api, false], [javascript.builtins, true], [webassembly.api, true]])) {
  for (const [owner, parts] of Object.entries(group)) {
    if (parts.__compat) note(globals, owner, parts);
    for (const [key, part] of Object.entries(parts)) {
      const name = key.replace(/_static$|_event$/, "");
      if (key === "__compat" || key.endsWith("_event") || !part.__compat) continue;
      note(members, name, part);
      if (isBuiltin || key.endsWith("_static")) note(statics, `${owner}.${name}`, part);
      if (["Window", "WindowOrWorkerGlobalScope"].includes(owner)) note(globals, name, part);
    }
  }
}
for (const [name, part] of Object.entries(data.css.selectors)) if (part.__compat) note(selectors, name, part);

/** @param {any} node @param {(node: any, parent: any) => void} visit @param {any} [parent] */
function walk(node, visit, parent = null) {
  if (!node || typeof node.type !== "string") return;
  visit(node, parent);
  for (const [key, value] of Object.entries(node)) {
    if (key === "type") continue;
    for (const each of [value].flat()) if (each && typeof each === "object") walk(each, visit, node);
  }
}

/** Methods of our own, in whichever script. */
const own = new Set();

/** @param {string} source */
function found(source) {
  const tree = parse(source, { ecmaVersion: "latest", sourceType: "module", allowReturnOutsideFunction: true });
  const names = new Set();
  const asked = new Set();
  walk(tree, (node, parent) => {
    if (node.type === "BinaryExpression" && node.operator === "in" && node.left.type === "Literal") asked.add(node.left.value);
    if (node.type === "UnaryExpression" && node.operator === "typeof") asked.add(node.argument.name ?? node.argument.property?.name);
    for (const test of tests(node)) asked.add(test.name ?? test.property?.name);
    if (node.type === "MemberExpression" && !node.computed) member(node, parent);
    if (["PropertyDefinition", "MethodDefinition", "Property"].includes(node.type) && !node.computed) own.add(node.key.name);
    if (node.type === "Identifier" && globals.get(node.name) === false && !isKey(node, parent)) names.add(node.name);
    if (node.type === "Literal" && typeof node.value === "string") select(node.value);
    if (node.type === "TemplateElement") select(node.value.cooked ?? "");
  });
  return [...names].filter((name) => !asked.has(/[^.]+$/.exec(name)?.[0]));

  /** @param {any} node @param {any} parent */
  function member(node, parent) {
    const { name } = node.property;
    const whole = `${node.object.name}.${name}`;
    if (parent?.optional || node.optional) return;
    if (parent?.type === "AssignmentExpression" && parent.left === node) return void own.add(name);
    if (["globalThis", "window", "self"].includes(node.object.name)) {
      if (globals.get(name) === false) names.add(name);
    } else if (statics.has(whole)) {
      if (statics.get(whole) === false) names.add(whole);
    } else if (members.get(name) === false && parent?.callee === node) names.add(`.${name}`);
  }

  /** @param {string} text */
  function select(text) {
    for (const [whole, name] of text.matchAll(/::?([a-z][a-z-]+)(?=[\s,)(:[.#>+~{]|$)/g)) {
      if (selectors.get(name) === false && /^[^\s]*$/.test(whole)) names.add(whole);
    }
  }
}

/** What it depends on whether something is done. @param {any} node @returns {any[]} */
function tests(node) {
  if (node.type === "LogicalExpression") return [...tests(node.left), node.left];
  if (!["ConditionalExpression", "IfStatement"].includes(node.type)) return [];
  return [...tests(node.test), node.test, node.test.right ?? node.test];
}

/** @param {any} node @param {any} parent */
function isKey(node, parent) {
  if (parent?.type === "MemberExpression") return parent.property === node && !parent.computed;
  return ["Property", "MethodDefinition", "PropertyDefinition"].includes(parent?.type) && parent.key === node;
}

/** @param {string[]} names */
const marks = (names) => Object.fromEntries(BROWSERS.map(([browser]) => {
  const versions = names.map((name) => since(data.api[name], browser) ?? "never");
  return [browser === "safari_ios" ? "ios" : browser, versions.reduce((one, other) => (isNewer(one, other) ? one : other))];
}));

/** What is wrong with a script as old browsers read it. @param {string} source */
function misread(source) {
  try {
    parse(source, { ecmaVersion: 5, sourceType: "script" });
    return "";
  } catch (error) {
    return String(error);
  }
}

const used = Object.entries(order.scripts).map(([name, source]) => /** @type {const} */ ([name, found(source)]));
process.stdout.write(JSON.stringify({
  found: Object.fromEntries(used.map(([name, names]) => [name, names.filter((each) => !own.has(each.slice(1))).sort()])),
  misread: Object.fromEntries(Object.entries(order.old).map(([name, source]) => [name, misread(source)])),
  since: marks(order.marks),
}));
