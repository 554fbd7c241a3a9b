// @ts-check
// What the script's own tag says: where the relay is, and what the site lets be seen. Read once, as it begins.

import { originsOf } from "./named.js";
import { OWN } from "./noted.js";

export { OWN };

/**
 * @typedef {object} Settings
 * @property {string} relay origin of the relay, the one this script came from
 * @property {string} nonce by which the site's policy knows the script, if any
 * @property {string} allow selector of what is shown unmasked; nothing, if empty
 * @property {string} secret selector of fields, or what they lie in, that are as secret as passwords
 * @property {string} show selector of canvases and videos, or what they lie in, that are shown as pictures
 * @property {string} block selector of what is not shown at all
 * @property {string[]} origins of other pages that a session goes along to
 * @property {string[]} frames origins of frames that are shown as part of the page
 * @property {string[]} around origins of pages around a frame, as part of which it is shown
 * @property {string[]} navigate origins, beside the page's own, to which an agent with control may lead
 * @property {string[]} assets origins, beside the page's own, from which pictures and fonts may be loaded for the agent
 * @property {boolean} chat whether the chats of the site carry a token with which their agent may ask
 * @property {number} ice how long WebRTC may take to connect, in milliseconds, before pictures go over the relay
 */

const ICE_TIMEOUT = 8000;

const ALLOW = "[data-tandem-allow]";
const SECRET = "[data-tandem-secret]";
const SHOW = "[data-tandem-show]";
const BLOCK = `[data-tandem-block],[${OWN}]`;

/** @param {Document} page @param {HTMLScriptElement | null} script its tag of Tandem @returns {Settings} */
export function readSettings(page, script) {
  const given = script?.dataset ?? {};
  return {
    relay: new URL(script?.src || page.baseURI).origin,
    nonce: script?.nonce ?? "",
    allow: joined(ALLOW, usable(page, given.allow) ?? ""),
    secret: joined(SECRET, usable(page, given.secret) ?? "body *"),
    show: joined(SHOW, usable(page, given.show) ?? ""),
    block: joined(BLOCK, usable(page, given.block) ?? "body > *"),
    origins: originsOf(given.origins),
    frames: originsOf(given.frames),
    around: originsOf(given.frameOf),
    navigate: originsOf(given.navigate),
    assets: originsOf(given.assets),
    chat: given.chat !== undefined,
    ice: Number(given.iceTimeout) || ICE_TIMEOUT,
  };
}

/** A selector that can be used, or nothing. @param {Document} page @param {string} [selector] */
function usable(page, selector = "") {
  if (!selector.trim()) return "";
  try {
    page.createDocumentFragment().querySelector(selector);
    return selector;
  } catch {
    console.warn(`tandem.js: "${selector}" is not a selector: what it is about will not be shown`);
    return null;
  }
}

/** @param {string[]} selectors */
const joined = (...selectors) => selectors.filter(Boolean).join(",");
