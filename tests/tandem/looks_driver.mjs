// Asks looks.js, one JSON list of a function's name and what it is given a line, in and out. For test_looks_js.py.

import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const looks = await import(pathToFileURL(process.argv[2]).href);

for await (const line of createInterface({ input: process.stdin })) {
  const [name, given] = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(looks[name](given))}\n`);
}
