// @ts-check
// Loads what only some sessions need, from where this script came from, and only the very files that were built with it.

import { fetched } from "./fetched.js";

/** @import { Settings } from "./settings.js" */

/** @typedef {{ hand: typeof import("./tandem-hand.js"), assets: typeof import("./tandem-assets.js"), pictures: typeof import("./tandem-pictures.js"), origins: typeof import("./tandem-origins.js"), frames: typeof import("./tandem-frames.js"), screen: typeof import("./tandem-screen.js"), chat: typeof import("./tandem-chat.js"), languages: typeof import("./tandem-languages.js") }} Modules */

/** The build puts the digests here. */
const DIGESTS = { hand: "sha256-of-tandem-hand.js", assets: "sha256-of-tandem-assets.js", pictures: "sha256-of-tandem-pictures.js", origins: "sha256-of-tandem-origins.js", frames: "sha256-of-tandem-frames.js", screen: "sha256-of-tandem-screen.js", chat: "sha256-of-tandem-chat.js", languages: "sha256-of-tandem-languages.js" };

/**
 * @template {keyof Modules} Name
 * @param {Name} name
 * @param {Pick<Settings, "relay" | "nonce">} settings
 * @param {Element} place in the page, of our own
 * @returns {Promise<Modules[Name]>}
 */
export function load(name, { relay, nonce }, place) {
  return fetched(`${relay}/tandem-${name}.js`, { integrity: DIGESTS[name], nonce }, place);
}
