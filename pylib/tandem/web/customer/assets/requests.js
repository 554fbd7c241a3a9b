// @ts-check
// What may be loaded for the agent: from the page's own origin and those that the site lists, where its policy lets a script
// connect to them, so that nothing is ever reported.

import { MAX_ASSET } from "../../shared/assets.js";
import { listen } from "../natives.js";
import { permits } from "./policies.js";

const META = "meta[http-equiv='content-security-policy' i]";

export class Requests {
  /** @param {string[]} origins that the site lists @param {() => Element} place in the page, which it does not see */
  constructor(origins, place) {
    this.origins = origins;
    this.place = place;
  }

  /** @param {string} origin */
  lists(origin) {
    return this.origins.includes(origin);
  }

  /** From the browser's cache, where it can. @param {string} address @returns {Promise<ArrayBuffer>} */
  async bytes(address) {
    const answer = await fetch(this.allowed(address), { cache: "force-cache", credentials: "same-origin", redirect: "error" });
    if (!answer.ok || Number(answer.headers.get("content-length")) > MAX_ASSET) throw new Error(`${answer.status}`);
    return answer.arrayBuffer();
  }

  /** Read by the browser, for trusted types forbid scripts to. @param {string} address of SVG @returns {Promise<Document>} */
  async drawing(address) {
    const request = new XMLHttpRequest();
    request.open("GET", this.allowed(address));
    request.responseType = "document";
    request.overrideMimeType("image/svg+xml");
    const done = new Promise((resolve) => listen(request, "loadend", resolve));
    request.send();
    await done;
    if (request.status !== 200 || !request.responseXML) throw new Error(`${request.status}`);
    return request.responseXML;
  }

  /** @param {string} address @returns {string} the same */
  allowed(address) {
    const url = new URL(address);
    const isListed = this.lists(url.origin) && url.protocol !== "blob:";
    if (!isListed && (url.origin !== location.origin || this.isUnderHeader())) throw new Error("an origin that is not listed");
    const policies = Array.from(document.querySelectorAll(META), (meta) => meta.getAttribute("content") ?? "");
    if (!policies.join().split(",").every((policy) => permits(policy, url))) throw new Error("a policy forbids it");
    return address;
  }

  /** Whether a policy came with the page, which nobody can read: browsers hide the nonces of such a page. */
  isUnderHeader() {
    const element = document.createElement("i");
    element.setAttribute("nonce", "tandem");
    this.place().append(element);
    const isHidden = element.getAttribute("nonce") === "";
    element.remove();
    return isHidden;
  }
}
