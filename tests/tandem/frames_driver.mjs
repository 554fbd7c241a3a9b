// Packs messages, loses some of their chunks, and joins what is left; one JSON object a line, in and out. For test_frames_js.py.

import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const { pack, Joiner } = await import(pathToFileURL(process.argv[2]).href);

/** @param {{messages: {kind: number, key: boolean, content: string}[], size: number, lost: number[], damaged: number[]}} order */
async function run({ messages, size, lost, damaged }) {
  const chunks = [];
  for (const [number, { kind, key, content }] of messages.entries()) {
    chunks.push(...(await pack(number, kind, new Uint8Array(Buffer.from(content, "base64")), { key, size })));
  }
  for (const at of damaged) if (chunks[at]) chunks[at].fill(255, 6);
  let gaps = 0;
  const joiner = new Joiner(() => gaps++);
  const got = chunks.filter((_, at) => !lost.includes(at)).map((chunk) => joiner.add(chunk));
  const whole = (await Promise.all(got)).filter((message) => message);
  return {
    chunks: chunks.map((chunk) => Buffer.from(chunk).toString("base64")),
    got: whole.map(({ kind, key, content }) => ({ kind, key, content: Buffer.from(content).toString("base64") })),
    gaps,
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await run(JSON.parse(line)))}\n`);
}
