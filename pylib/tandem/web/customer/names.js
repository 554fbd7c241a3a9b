// @ts-check
// What pictures are called on their way to the agent: by their address, where anybody may load it; else by a name that says
// nothing of it, and by which this page alone finds them again.

import { httpAddress } from "./masks.js";

const SALT = Math.random().toString(36);
/** What scales a picture, and says nothing of anybody. */
const PARAMETER = /^(?:w|h|q|v|width|height|quality|dpr|format|fm|fit|crop|auto)=(?:\d{1,4}|[a-z]{1,8})$/i;

/** The name of a picture that is shown. @param {string} address @returns {string | null} */
export function pictureName(address) {
  if (/^(?:data:image\/|blob:)/i.test(address)) return assetName(address);
  const url = httpAddress(address);
  if (!url) return null;
  if (url.hash) return assetName(url.href); // of a file of several pictures
  const plain = url.search.slice(1).split("&").every((each) => !each || PARAMETER.test(each));
  return plain ? url.origin + url.pathname + url.search : assetName(url.href);
}

/** A name of an address, the same for as long as the page is there. @param {string} address */
export function assetName(address) {
  let [first, second] = [0xdeadbeef, 0x41c6ce57];
  const text = SALT + address;
  for (let at = 0; at < text.length; at++) {
    const sign = text.charCodeAt(at);
    first = Math.imul(first ^ sign, 2654435761);
    second = Math.imul(second ^ sign, 1597334677);
  }
  return `tandem:${(first >>> 0).toString(36)}${(second >>> 0).toString(36)}`;
}
