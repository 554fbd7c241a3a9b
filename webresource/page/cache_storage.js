// @ts-check
// The inflated parts in Cache Storage, for the first start of a later agent session. Entries are named by their
// content, so a new build takes over what has not changed and removes the rest. Whatever fails is as if there were no
// Cache Storage.

/** @import { Page } from "./page_config.d.ts" */

/** Longer than this the store must not hold up the start. */
const TIMEOUT_MILLISECONDS = 3000;

export class Store {
  /** @param {Page} page */
  constructor(page) {
    this.page = page;
    this.cache = this.open();
  }

  /** @returns {Promise<Cache | null | undefined>} */
  async open() {
    try {
      return await inTime(globalThis.caches.open(`cotab:${this.page.folder}`), null);
    } catch {
      return null;
    }
  }

  /** @param {string} name @returns {Promise<Response | undefined>} */
  async find(name) {
    try {
      const cache = await this.cache;
      return await inTime(cache?.match(this.address(name)), undefined);
    } catch {
      return undefined;
    }
  }

  /**
   * Remove what other builds left, and write what the carriers brought.
   * @param {Map<string, Uint8Array<ArrayBuffer>>} parts
   */
  async save(parts) {
    const cache = await this.cache;
    if (!cache) return;
    const wanted = new Set(Object.keys(this.page.carriers).map((name) => this.address(name)));
    for (const request of await cache.keys()) {
      if (!wanted.has(request.url)) await cache.delete(request);
    }
    for (const [name, bytes] of parts) {
      const headers = { "content-type": this.page.carriers[name].type };
      await cache.put(this.address(name), new Response(bytes, { headers }));
    }
  }

  /** Start without the store next time. */
  async clear() {
    const cache = await this.cache;
    for (const request of (await cache?.keys()) ?? []) await cache?.delete(request);
  }

  /** @param {string} name */
  address(name) {
    return new URL(`/cotab/${this.page.carriers[name]?.digest}/${name}`, location.origin).href;
  }
}

/**
 * @template T, L
 * @param {Promise<T> | undefined} work
 * @param {L} late the answer if there is none in time
 * @returns {Promise<T | L | undefined>}
 */
function inTime(work, late) {
  return Promise.race([
    work,
    new Promise((/** @type {(late: L) => void} */ resolve) => setTimeout(resolve, TIMEOUT_MILLISECONDS, late)),
  ]);
}
