// @ts-check
// Binaries carried as zstd + base64 in XML resources, because Dataverse has no type for them: fetched in parallel,
// checked for completeness, inflated.

import { fromBase64 } from "./base64.js";
import { decompress, prepareDecoder } from "./zstd.js";

/** @import { Carrier } from "./page_config.d.ts" */

/** A part of the runtime is missing or damaged; `code` names the texts for the agent. */
export class RuntimeError extends Error {
  /** @param {string} code @param {string} message */
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/**
 * The code of a RuntimeError, also of one from another bundle; undefined for every other error.
 * @param {unknown} error
 * @returns {string | undefined}
 */
export function codeOf(error) {
  const code = /** @type {{ code?: unknown } | null} */ (error)?.code;
  return typeof code === "string" ? code : undefined;
}

/** @param {Carrier} carrier @returns {Promise<Uint8Array<ArrayBuffer>>} */
export async function read(carrier) {
  const [packed] = await Promise.all([readPacked(carrier), prepareDecoder()]);
  return inflate(carrier, packed);
}

/**
 * Read what a carrier holds, as it was carried.
 * @param {Carrier} carrier
 */
export async function readPacked(carrier) {
  return join(carrier, await Promise.all(carrier.parts.map((name) => inlined(name) ?? fetchText(name))));
}

/**
 * Do the same at once, blocking: for an import of Python that cannot wait.
 * @param {Carrier} carrier
 */
export const readPackedNow = (carrier) =>
  join(carrier, carrier.parts.map((name) => inlined(name) ?? fetchTextNow(name)));

/**
 * Unpack what a carrier holds; what is small is carried as it is.
 * @param {Carrier} carrier
 * @param {Uint8Array<ArrayBuffer>} packed
 */
export function inflate(carrier, packed) {
  if (carrier.packed === carrier.size) return packed;
  try {
    return decompress(packed, carrier.size);
  } catch (error) {
    throw new RuntimeError("RUNTIME_DAMAGED", `${carrier.parts[0]}: ${error}`);
  }
}

/** @param {Carrier} carrier @param {string[]} texts */
function join(carrier, texts) {
  const pieces = texts.map((text, index) => decode(text, carrier.parts[index]));
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (length !== carrier.packed) {
    throw new RuntimeError("RUNTIME_DAMAGED", `${carrier.parts[0]}: ${length} of ${carrier.packed} bytes`);
  }
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const piece of pieces) {
    whole.set(piece, offset);
    offset += piece.length;
  }
  return whole;
}

/** @param {string} name */
const inlined = (name) => document.getElementById(name)?.textContent;

/** @param {string} name */
async function fetchText(name) {
  let response;
  try {
    response = await globalThis.fetch(new URL(name, document.baseURI));
  } catch (error) {
    throw new RuntimeError("RUNTIME_MISSING", `${name}: ${error}`);
  }
  if (!response.ok) throw new RuntimeError("RUNTIME_MISSING", `${name}: status ${response.status}`);
  return response.text();
}

/** @param {string} name */
function fetchTextNow(name) {
  const request = new XMLHttpRequest();
  request.open("GET", new URL(name, document.baseURI), false);
  try {
    request.send();
  } catch (error) {
    throw new RuntimeError("RUNTIME_MISSING", `${name}: ${error}`);
  }
  if (request.status !== 200) throw new RuntimeError("RUNTIME_MISSING", `${name}: status ${request.status}`);
  return request.responseText;
}

/** @param {string} text @param {string} name */
function decode(text, name) {
  const base64 = /<carrier[^>]*>([A-Za-z0-9+/=]*)<\/carrier>\s*$/.exec(text)?.[1];
  if (base64 === undefined) throw new RuntimeError("RUNTIME_DAMAGED", `${name} is not complete`);
  try {
    return fromBase64(base64);
  } catch (error) {
    throw new RuntimeError("RUNTIME_DAMAGED", `${name}: ${error}`);
  }
}
