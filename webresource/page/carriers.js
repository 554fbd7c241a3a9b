// @ts-check
// Binaries carried as gzip + base64 in XML resources, because Dataverse has no type for them: fetched in parallel,
// checked for completeness, inflated as a stream. Used by the interpreter module.

/** @import { Carrier } from "./types.d.ts" */

/** A part of the runtime is missing or damaged; `code` names the texts for the agent. */
export class RuntimeError extends Error {
  /** @param {string} code @param {string} message */
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/**
 * @param {Carrier} carrier
 * @returns {Promise<ReadableStream<Uint8Array<ArrayBuffer>>>} the inflated bytes
 */
export async function inflate(carrier) {
  const parts = await Promise.all(carrier.parts.map(readPart));
  const blob = new Blob(parts);
  if (blob.size !== carrier.gzip) {
    throw new RuntimeError("RUNTIME_DAMAGED", `${carrier.parts[0]}: ${blob.size} of ${carrier.gzip} bytes`);
  }
  return watched(blob.stream().pipeThrough(new DecompressionStream("gzip")), carrier.parts[0]);
}

/**
 * The same stream; damage in it is shown at once, and what waits for the rest waits on: it would only add noise.
 * @param {ReadableStream<Uint8Array<ArrayBuffer>>} stream @param {string} name
 * @returns {ReadableStream<Uint8Array<ArrayBuffer>>}
 */
function watched(stream, name) {
  const reader = stream.getReader();
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        globalThis.cotab.fail("RUNTIME_DAMAGED", `${name}: ${error}`);
        await new Promise(() => {});
      }
    },
  });
}

/** @param {string} name */
async function readPart(name) {
  const text = document.getElementById(name)?.textContent ?? (await fetchText(name));
  const base64 = /<carrier[^>]*>([A-Za-z0-9+/=]*)<\/carrier>\s*$/.exec(text)?.[1];
  if (base64 === undefined) throw new RuntimeError("RUNTIME_DAMAGED", `${name} is not complete`);
  return decode(base64, name);
}

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

/** @param {string} base64 @param {string} name */
function decode(base64, name) {
  try {
    const native = /** @type {{ fromBase64?(text: string): Uint8Array<ArrayBuffer> }} */ (
      /** @type {unknown} */ (Uint8Array)
    );
    return native.fromBase64?.(base64) ?? Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch (error) {
    throw new RuntimeError("RUNTIME_DAMAGED", `${name}: ${error}`);
  }
}
