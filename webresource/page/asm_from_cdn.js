// @ts-check
// Pyodide's module factory from its pinned public address (runtime "cdn"). A script element checks the integrity hash,
// which import() cannot; the module it loads is the one that import() then answers with.

import { RuntimeError } from "./carriers.js";

const { page } = globalThis.cotab;

/** @param {Record<string, unknown>} settings */
export default async function createPyodideModule(settings) {
  const { url, integrity } = page.remote["pyodide.asm.mjs"];
  await loadVerified(url, integrity);
  return (await import(url)).default(settings);
}

/** @param {string} url @param {string} integrity */
function loadVerified(url, integrity) {
  return new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement("script"), {
      type: "module", src: url, integrity, crossOrigin: "anonymous",
    });
    script.addEventListener("load", resolve);
    script.addEventListener("error", () => reject(new RuntimeError("RUNTIME_MISSING", `${url} is missing or changed`)));
    document.head.append(script);
  });
}
