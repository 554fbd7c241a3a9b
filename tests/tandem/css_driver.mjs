// Masks CSS, one JSON object {css, source} a line, in and out. For test_css_js.py.

import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const CSS = { supports: (_, value) => /^(red|#|rgb)/.test(value) };
/** Whatever a browser's elements have; sheets need none of it. */
const element = new Proxy({}, { getOwnPropertyDescriptor: () => ({ configurable: true, value() {} }) });
const document = { baseURI: "https://shop.example/page", createElementNS: () => Object.create(element) };
Object.assign(globalThis, { CSS, document });
const { maskCss } = await import(pathToFileURL(process.argv[2]).href);

for await (const line of createInterface({ input: process.stdin })) {
  const { css, source } = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(maskCss(css, source))}\n`);
}
