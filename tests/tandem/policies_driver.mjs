// Asks whether policies permit to connect, one JSON object {policy, address} a line. For test_policies_js.py.

import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

globalThis.location = new URL("https://shop.example/page");
const { permits } = await import(pathToFileURL(process.argv[2]).href);

for await (const line of createInterface({ input: process.stdin })) {
  const { policy, address } = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(permits(policy, new URL(address)))}\n`);
}
