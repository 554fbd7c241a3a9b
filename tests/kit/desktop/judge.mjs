// @ts-check
// Tells the judge of the desktop what tabs did, and prints what it said. Called by test_judge.py as
// `node judge.mjs JUDGE SCRIPT`: JUDGE is its file, SCRIPT a list of [method, ...arguments].

import { readFile } from "node:fs/promises";

const [file, script] = process.argv.slice(2);
// Through its text: the file lies in no package that says it is a module.
const { Judge } = await import(`data:text/javascript,${encodeURIComponent(await readFile(file ?? "", "utf8"))}`);
const judge = new Judge();
const steps = JSON.parse(script ?? "[]");
const said = steps.map((/** @type {[string, ...unknown[]]} */ [method, ...values]) => judge[method](...values) ?? []);
process.stdout.write(JSON.stringify(said));
