// @ts-check
// The customer goes to another origin that belongs to the session: the address is given a one-time code along, with which
// the page there goes on with it. Where the relay gives no code, they go without. Browsers that tell of no navigation tell of
// links that are pressed, at least.

import { httpAddress } from "./masks.js";
import { listen } from "./natives.js";

/** @import { Settings } from "./settings.js" */

/** Milliseconds that going may take longer. */
const PATIENCE = 3000;

/**
 * As browsers tell that the page is about to be left.
 * @typedef {object} Navigation
 * @property {boolean} cancelable
 * @property {{ url: string, sameDocument: boolean }} destination
 * @property {FormData | null} formData what is posted
 * @property {string | null} downloadRequest
 * @property {string} navigationType
 * @property {Element | null} [sourceElement]
 * @property {() => void} preventDefault
 */

export class Departures {
  /** @param {Settings} settings @param {string} ticket @param {() => boolean} isIn whether the session goes on here */
  constructor({ relay, origins }, ticket, isIn) {
    this.relay = relay;
    this.origins = origins.filter((each) => each !== location.origin);
    this.ticket = ticket;
    this.isIn = isIn;
    /** @type {Navigation | null} that is held up */
    this.going = null;
    this.passing = ""; // where it goes on to
    this.listeners = new AbortController();
    const onNavigate = (/** @type {Navigation} */ event) => this.onNavigate(event);
    const { signal } = this.listeners;
    if ("navigation" in window) listen(/** @type {any} */ (window).navigation, "navigate", onNavigate, { signal });
    else listen(window, "click", (/** @type {MouseEvent} */ event) => this.onClick(event), { signal });
  }

  stop() {
    this.listeners.abort();
  }

  /** @param {Navigation} event */
  onNavigate(event) {
    const { destination, formData, downloadRequest, cancelable } = event;
    const { href, origin } = new URL(destination.url, location.href);
    if (destination.sameDocument || downloadRequest !== null) return;
    const passes = href === this.passing || !cancelable || formData || !this.origins.includes(origin) || !this.isIn();
    this.passing = "";
    this.going = passes ? null : event; // whatever came last is where they want to go
    if (passes) return;
    event.preventDefault();
    this.leave(href, event);
  }

  /** A link is pressed, and the page has left it to the browser. @param {MouseEvent} event */
  onClick(event) {
    const { button, shiftKey, ctrlKey, altKey, metaKey, defaultPrevented } = event;
    if (button || shiftKey || ctrlKey || altKey || metaKey || defaultPrevented || document.querySelector("base[target]")) return;
    const link = event.composedPath().find((each) => each instanceof HTMLAnchorElement && each.href);
    if (!(link instanceof HTMLAnchorElement) || link.target || link.hasAttribute("download") || link.isContentEditable) return;
    const url = httpAddress(link.href);
    if (!url || (url.hash && sameDocument(url))) return;
    const preventDefault = () => event.preventDefault();
    const destination = { url: url.href, sameDocument: false };
    this.onNavigate({ cancelable: true, destination, formData: null, downloadRequest: null, navigationType: "push", sourceElement: link, preventDefault });
  }

  /** @param {string} href where the customer, or the page, was going to @param {Navigation} event */
  async leave(href, event) {
    const code = await this.code(new URL(href).origin);
    if (this.going !== event) return;
    this.passing = code ? withCode(href, code) : href;
    const { sourceElement: source } = event;
    if (event.navigationType === "replace") location.replace(this.passing);
    else follow(this.passing, source instanceof HTMLAnchorElement ? source : document.createElement("a"));
  }

  /** @param {string} origin @returns {Promise<string | null>} */
  async code(origin) {
    const asked = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ ticket: this.ticket, origin }) };
    try {
      const answer = await fetch(`${this.relay}/api/leave`, { ...asked, credentials: "omit", signal: AbortSignal.timeout(PATIENCE) });
      return answer.ok ? (await answer.json()).code : null;
    } catch {
      return null; // it takes too long, or cannot be reached
    }
  }
}

/** @param {URL} url */
const sameDocument = ({ origin, pathname, search }) => origin + pathname + search === location.origin + location.pathname + location.search;

/** In the fragment, which no server and no other page gets to see. @param {string} href @param {string} code */
function withCode(href, code) {
  const url = new URL(href);
  url.hash = `${url.hash && `${url.hash}&`}tandem=${code}`;
  return url.href;
}

/** Go where a link leads, and tell of where from no more than it does. @param {string} href @param {HTMLAnchorElement} link */
function follow(href, { rel, referrerPolicy }) {
  Object.assign(document.createElement("a"), { href, rel, referrerPolicy }).click();
}
