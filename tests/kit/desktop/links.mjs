// @ts-check
// Splits texts as the chats of the desktop and of the shop do, and prints the parts. Called by test_links.py as
// `node links.mjs SPLITTER TEXTS`: SPLITTER is its file, TEXTS a list as JSON.

import { readFile } from "node:fs/promises";

const [file, texts] = process.argv.slice(2);
// Through its text: the file lies in no package that says it is a module.
const { split } = await import(`data:text/javascript,${encodeURIComponent(await readFile(file ?? "", "utf8"))}`);
process.stdout.write(JSON.stringify(JSON.parse(texts ?? "[]").map(split)));
