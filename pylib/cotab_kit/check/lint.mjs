// @ts-check
// Run Microsoft's published rules for web resources, those of its hosted checker, on the scripts that are shipped:
// `node lint.mjs FILE`, with an order as JSON in the file. What was found is written as JSON into the file that the order
// names, since Node prints warnings of its own. Comments in the scripts silence nothing.

import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const order = JSON.parse(await readFile(process.argv[2], "utf8"));
const require = createRequire(pathToFileURL(`${order.node}/package.json`));
const { ESLint } = require("eslint");
const plugin = require("@microsoft/eslint-plugin-power-apps");

const rules = {
  ...plugin.configs.paCheckerHosted.rules,
  // The checker's own names for these three: web-avoid-eval, web-avoid-with, web-remove-debug-script.
  "no-eval": "error",
  "no-with": "error",
  "no-debugger": "error",
};
const SCRIPTS = "**/*.[jJ][sS]"; // what Dataverse takes for a script
const lint = (/** @type {string} */ sourceType, /** @type {string[]} */ files) =>
  new ESLint({
    cwd: order.folder,
    overrideConfigFile: true,
    allowInlineConfig: false,
    overrideConfig: [
      {
        files: [SCRIPTS],
        plugins: { "@microsoft/power-apps": plugin },
        languageOptions: { ecmaVersion: "latest", sourceType },
        rules,
      },
    ],
  }).lintFiles(files);

const isParsed = (/** @type {import("eslint").ESLint.LintResult} */ result) => !result.fatalErrorCount;
const modules = await lint("module", [SCRIPTS]);
const unread = modules.filter((result) => !isParsed(result)).map((result) => result.filePath);
const scripts = unread.length ? await lint("script", unread) : []; // what is no module may still be a script
const results = [...modules.filter(isParsed), ...scripts];

const found = results.flatMap(({ filePath, messages }) =>
  messages.map(({ line, column, ruleId, message }) => ({ file: filePath, line, column, rule: ruleId ?? "", message })),
);
await writeFile(order.found, JSON.stringify(found));
