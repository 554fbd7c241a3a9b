// @ts-check
// Loads what acting needs, from where this script came from, and only the very file that was built with it.

/** @import { Control } from "./control.js" */
/** @import { Settings } from "./settings.js" */

/** The build puts the digest here. */
const INTEGRITY = "sha384-of-tandem-hand.js";

/** @param {Pick<Settings, "relay" | "nonce">} settings @returns {Promise<typeof Control>} */
export function loadHand({ relay, nonce }) {
  const script = document.createElement("script");
  return new Promise((resolve, reject) => {
    script.onload = () => resolve(/** @type {any} */ (script).Control);
    script.onerror = () => reject(new Error("tandem-hand.js cannot be loaded"));
    Object.assign(script, { src: `${relay}/tandem-hand.js`, crossOrigin: "anonymous", integrity: INTEGRITY, nonce });
    document.head.append(script);
    script.remove();
  });
}
