// @ts-check
// Loads what only some sessions need, from where this script came from, and only the very files that were built with it. They
// are modules, for trusted types forbid a script to set another one's address, but not to import.

/** @import { Settings } from "./settings.js" */

/** @typedef {{ hand: typeof import("./tandem-hand.js"), assets: typeof import("./tandem-assets.js"), pictures: typeof import("./tandem-pictures.js"), origins: typeof import("./tandem-origins.js"), frames: typeof import("./tandem-frames.js"), screen: typeof import("./tandem-screen.js"), chat: typeof import("./tandem-chat.js") }} Modules */

/** The build puts the digests here. */
const DIGESTS = { hand: "sha256-of-tandem-hand.js", assets: "sha256-of-tandem-assets.js", pictures: "sha256-of-tandem-pictures.js", origins: "sha256-of-tandem-origins.js", frames: "sha256-of-tandem-frames.js", screen: "sha256-of-tandem-screen.js", chat: "sha256-of-tandem-chat.js" };

/**
 * @template {keyof Modules} Name
 * @param {Name} name
 * @param {Pick<Settings, "relay" | "nonce">} settings
 * @param {Element} place in the page, of our own
 * @returns {Promise<Modules[Name]>}
 */
export async function load(name, { relay, nonce }, place) {
  const address = `${relay}/tandem-${name}.js`;
  await fetched(address, { integrity: DIGESTS[name], nonce }, place);
  return import(address);
}

/** Have the module fetched and its digest compared: an import cannot say one, and takes what is there. @param {string} href @param {{ integrity: string, nonce: string }} known @param {Element} place @returns {Promise<void>} */
function fetched(href, known, place) {
  const link = document.createElement("link");
  const isKnown = link.relList.supports?.("modulepreload") === true;
  const element = isKnown ? Object.assign(link, { rel: "modulepreload", href }) : Object.assign(document.createElement("script"), { type: "module", src: href });
  Object.assign(element, { crossOrigin: "anonymous", ...known });
  /** @type {Promise<void>} */
  const loaded = new Promise((resolve, reject) => {
    element.onload = () => resolve();
    element.onerror = () => reject(new Error(`${href} cannot be loaded`));
  });
  place.append(element);
  return loaded.finally(() => element.remove());
}
