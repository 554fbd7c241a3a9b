// @ts-check
// What the Content-Security-Policy has refused to let this page load or reach. A refusal is no error that a script or
// Python gets to see: without this a frame stays empty, and a request looks like a network that is down.

/** @typedef {{ directive: string, origin: string }} Violation */

/** Directives of which a policy needs the general form only, and what a browser names in their place. */
const GENERAL = /-(elem|attr)$/;

/** @type {Map<string, Violation>} */
const found = new Map();

/**
 * Listen from now on, and write each refusal into the log once.
 * @param {(level: "warn", text: string) => void} print
 */
export function hearViolations(print) {
  document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI, disposition }) => {
    const origin = originOf(blockedURI);
    if (!origin || disposition !== "enforce") return; // "eval" and "inline" are what guard.js tries
    const directive = effectiveDirective.replace(GENERAL, "");
    const sentence = `the Content-Security-Policy does not list ${origin} in ${directive}`;
    if (found.has(sentence)) return;
    found.set(sentence, { directive, origin });
    print("warn", `cotab: ${sentence}`);
  });
}

/** All refusals so far, as JSON. */
export const violations = () => JSON.stringify([...found.values()]);

/** @param {string} address @returns {string} "" for what is no address of another origin */
function originOf(address) {
  try {
    const { origin, protocol } = new URL(address);
    return /^(https?|wss?):$/.test(protocol) ? origin : "";
  } catch {
    return "";
  }
}
