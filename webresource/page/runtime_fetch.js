// @ts-check
// Pyodide fetches its parts by address. In the bundle of the interpreter module its `fetch` is this one, which answers
// from the page's carriers (with the type wasm needs) or from the pinned public addresses with their integrity hashes.

import { inflate, RuntimeError } from "./carriers.js";

const { page, fail } = globalThis.cotab;

/**
 * A failure is shown at once, and the answer stays out: Pyodide would only add noise to it.
 * @param {string | URL} url
 * @param {RequestInit} [options]
 * @returns {Promise<Response>}
 */
export async function fetch(url, options) {
  const name = String(url).split("/").pop() ?? "";
  const carrier = page.carriers[name];
  const remote = page.remote[name];
  if (!carrier && !remote) return globalThis.fetch(url, options);
  try {
    if (carrier) return new Response(await inflate(carrier), { headers: { "content-type": carrier.type } });
    return await fetchRemote(remote.url, remote.integrity);
  } catch (error) {
    fail(error instanceof RuntimeError ? error.code : "RUNTIME_MISSING", String(error));
    return new Promise(() => {});
  }
}

/** @param {string} url @param {string} integrity */
async function fetchRemote(url, integrity) {
  let response;
  try {
    response = await globalThis.fetch(url, { integrity, mode: "cors", credentials: "omit" });
  } catch (error) {
    throw new RuntimeError("RUNTIME_MISSING", `${url} is missing or changed: ${error}`);
  }
  if (!response.ok) throw new RuntimeError("RUNTIME_MISSING", `${url}: status ${response.status}`);
  return response;
}
