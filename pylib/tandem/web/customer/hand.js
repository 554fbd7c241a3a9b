// @ts-check
// Loads what acting needs, from where this script came from, and only the very file that was built with it. It is a module, for
// trusted types forbid a script to set another one's address, but not to import.

/** @import { Control } from "./control.js" */
/** @import { Settings } from "./settings.js" */

/** The build puts the digest here. */
const INTEGRITY = "sha384-of-tandem-hand.js";

/** @param {Pick<Settings, "relay" | "nonce">} settings @returns {Promise<typeof Control>} */
export async function loadHand({ relay, nonce }) {
  const address = `${relay}/tandem-hand.js`;
  await fetched(address, nonce);
  return (await import(address)).Control;
}

/** Have the module fetched and its digest compared: an import cannot say one, and takes what is there. @param {string} href @param {string} nonce @returns {Promise<void>} */
function fetched(href, nonce) {
  const link = document.createElement("link");
  const isKnown = link.relList.supports?.("modulepreload") === true;
  const element = isKnown ? Object.assign(link, { rel: "modulepreload", href }) : Object.assign(document.createElement("script"), { type: "module", src: href });
  Object.assign(element, { crossOrigin: "anonymous", integrity: INTEGRITY, nonce });
  /** @type {Promise<void>} */
  const loaded = new Promise((resolve, reject) => {
    element.onload = () => resolve();
    element.onerror = () => reject(new Error("tandem-hand.js cannot be loaded"));
  });
  document.head.append(element);
  return loaded.finally(() => element.remove());
}
