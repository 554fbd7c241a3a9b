// @ts-check
// Runs wasm modules whole and in halves, and tells what each did. Called by test_split.py as `node halves.mjs REST FILE`:
// REST is the page's second_half.js; FILE is a list of cases {whole, first, rest, calls}, the modules as base64, calls as
// [name of an export, ...values]. Prints a list of {whole, halves: {way: what it did}, loads: {way: how often}}.

import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

const [rest, file] = process.argv.slice(2);
const { Rest } = await import(pathToFileURL(rest).href);

/** When the second half is joined: never but by the calls themselves, before them, after half of them, or meanwhile. */
const WAYS = ["hurried", "joined", "between", "racing"];

/** What a module is given, and what it says to it. */
function surroundings() {
  const said = /** @type {unknown[]} */ ([]);
  const shared = new WebAssembly.Global({ value: "i32", mutable: true }, 3);
  const state = { said, shared, exports: /** @type {any} */ (null) };
  const env = {
    base: 40,
    shared,
    note: (/** @type {number} */ value) => (said.push(value), value + 1),
    again: (/** @type {number} */ value) => state.exports.odd(value),
  };
  return { state, imports: { env } };
}

/** @param {any} state @param {[string, ...unknown[]]} call */
function called(state, [name, ...values]) {
  try {
    return shown(state.exports[name](...values.map(meant)));
  } catch (/** @type {any} */ error) {
    const { tag } = state.exports;
    if (error instanceof WebAssembly.Exception && tag) return `throws ${error.getArg(tag, 0)}`;
    return String(error);
  }
}

/** A value that JSON cannot say. @param {any} value */
const meant = (value) => (typeof value === "object" && value?.big ? BigInt(value.big) : value);

/** @param {unknown} value */
const shown = (value) => JSON.stringify(value, (_, item) => (typeof item === "bigint" ? `${item}n` : item)) ?? "nothing";

/** What is left in the end. @param {any} state */
function left({ said, shared, exports: { counter, sum, fuel, memory, table } }) {
  const bytes = memory && [...new Uint8Array(memory.buffer, 0, 256)].join();
  const globals = [counter, sum, fuel, shared].map((item) => item && String(item.value));
  return [said, globals, bytes, memory?.buffer.byteLength, table?.length];
}

/** @param {WebAssembly.Module} module @param {any[]} calls */
function asWhole(module, calls) {
  const { state, imports } = surroundings();
  state.exports = new WebAssembly.Instance(module, imports).exports;
  return [...calls.map((call) => called(state, call)), left(state)];
}

/** @param {WebAssembly.Module} first @param {WebAssembly.Module} second @param {any[]} calls @param {string} way */
async function asHalves(first, second, calls, way) {
  const { state, imports } = surroundings();
  let loads = 0;
  const source = { now: () => (loads++, second), later: async () => second };
  const joined = new Rest(new WebAssembly.Instance(first, imports), imports, source);
  state.exports = joined.exports;
  if (way === "joined") await joined.join();
  const joining = way === "racing" ? joined.join() : null;
  const did = [];
  for (const [index, call] of calls.entries()) {
    if (way === "between" && index === calls.length >> 1) await joined.join();
    if (way === "racing" && index % 2) await null;
    did.push(called(state, call));
  }
  await joining;
  return { did: [...did, left(state)], loads, hurried: joined.hurried };
}

/** @param {string} text */
const compiled = (text) => new WebAssembly.Module(Buffer.from(text, "base64"));

const answers = [];
for (const { whole, first, rest, calls } of JSON.parse(await readFile(file, "utf8"))) {
  /** @type {Record<string, unknown>} */
  const halves = {};
  const parts = [compiled(first), compiled(rest)];
  for (const way of WAYS) halves[way] = await asHalves(parts[0], parts[1], calls, way);
  answers.push({ whole: asWhole(compiled(whole), calls), halves });
}
console.log(JSON.stringify(answers));
