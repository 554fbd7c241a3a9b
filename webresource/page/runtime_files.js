// @ts-check
// The heavy parts of the runtime, requested as soon as the page may run: compiled wasm modules and the snapshot; and
// what may be needed later: the rest of these modules, and what Python may import. Each comes from the nearest place
// that has it: the top window (a later start in the same agent session), Cache Storage (a later agent session), else the
// carriers.

import { codeOf, inflate, read, readPacked, readPackedNow, RuntimeError } from "./carriers.js";
import { drop, keep, kept } from "./window_cache.js";
import { Rest } from "./second_half.js";
import { Store } from "./cache_storage.js";

/** @import { Page } from "./page_config.d.ts" */

export class Parts {
  /** @param {Page} page */
  constructor(page) {
    this.page = page;
    this.kept = kept(page.build);
    this.store = new Store(page);
    /** @type {Map<string, Uint8Array<ArrayBuffer>>} what the carriers brought, to be stored once the tab is up */
    this.brought = new Map();
    /** @type {Uint8Array<ArrayBuffer> | null} */
    this.late = null;
    /** @type {Record<string, Promise<WebAssembly.Module>>} */
    this.modules = Object.fromEntries(page.modules.map((name) => [name, this.module(name)]));
    /** @type {Record<string, Rest>} what the modules lack, of which there is an instance */
    this.rests = {};
    /** @type {Promise<Uint8Array> | null} */
    this.snapshot = page.snapshot ? this.bytes(page.snapshot) : null;
    // A part that fails is reported by whoever needs it.
    for (const part of [...Object.values(this.modules), this.snapshot]) part?.catch(() => {});
  }

  /** @param {string} name @returns {Promise<WebAssembly.Module>} */
  async module(name) {
    const known = this.kept?.modules[name];
    // A module of another frame is not an instance of this frame's class until it is cloned here, which is cheap.
    if (known && isModule(known)) return structuredClone(known);
    const stored = await this.store.find(name);
    if (stored) {
      try {
        return await WebAssembly.compileStreaming(stored);
      } catch {
        // What is stored is of no use; the carriers have it too.
      }
    }
    const fresh = await this.fresh(name);
    try {
      return await (fresh instanceof Response ? WebAssembly.compileStreaming(fresh) : WebAssembly.compile(fresh));
    } catch (error) {
      throw new RuntimeError("RUNTIME_DAMAGED", `${name}: ${error}`);
    }
  }

  /** The same at once, for a call that cannot wait. @param {string} name */
  moduleNow(name) {
    const known = this.kept?.modules[name];
    if (known && isModule(known)) return structuredClone(known);
    try {
      const carrier = this.page.carriers[name];
      return new WebAssembly.Module(this.brought.get(name) ?? inflate(carrier, readPackedNow(carrier)));
    } catch (error) {
      globalThis.cotab.fail(codeOf(error) ?? "RUNTIME_DAMAGED", `${name}: ${error}`);
      throw error;
    }
  }

  /** @param {string} name @returns {Promise<Uint8Array>} */
  async bytes(name) {
    if (this.kept) return new Uint8Array(this.kept.snapshot.buffer, this.kept.snapshot.byteOffset, this.kept.snapshot.length);
    const stored = await this.store.find(name);
    return stored ? new Uint8Array(await stored.arrayBuffer()) : this.whole(name);
  }

  /** @param {string} name @returns {Promise<Uint8Array<ArrayBuffer>>} */
  async whole(name) {
    const fresh = await this.fresh(name);
    try {
      return fresh instanceof Response ? new Uint8Array(await fresh.arrayBuffer()) : fresh;
    } catch (error) {
      throw new RuntimeError("RUNTIME_DAMAGED", `${name}: ${error}`);
    }
  }

  /** A part from its public address, or from its carrier and remembered for the store. @param {string} name */
  async fresh(name) {
    const { page } = this;
    if (page.remote[name]) return fetchRemote(page.remote[name]);
    const bytes = await read(page.carriers[name]);
    this.brought.set(name, bytes);
    return bytes;
  }

  /** What a carrier holds, without remembering it. @param {string} name */
  carried(name) {
    return read(this.page.carriers[name]);
  }

  /**
   * What an instance of a module lacks; nothing, if the module has not been split.
   * @param {string} name
   * @param {WebAssembly.Instance} instance
   * @param {WebAssembly.Imports} imports what it was given
   * @returns {Rest | undefined}
   */
  restFor(name, instance, imports) {
    const rest = this.page.rests[name];
    if (!rest) return undefined;
    const source = { now: () => this.moduleNow(rest), later: () => this.module(rest) };
    return (this.rests[name] = new Rest(instance, imports, source));
  }

  /** Once the tab is up: fetch what may be needed later, and keep the parts for the next start. */
  async settle() {
    const { page } = this;
    const rests = Object.fromEntries(Object.entries(this.rests).map(([name, rest]) => [page.rests[name], rest.join()]));
    for (const rest of Object.values(rests)) rest.catch(() => {}); // a call that needs it will ask again, and say why not
    if (page.late) await this.fetchLate();
    if (!this.snapshot || this.kept) return;
    try {
      keep(page, await settled({ ...this.modules, ...rests }), await this.snapshot);
      await this.store.save(this.brought);
    } catch {
      // The next start takes a little longer, that is all.
    }
    this.brought.clear();
    this.snapshot = null; // Python has its memory: there is no need to hold it twice
  }

  /** What this start was given did not work: keep none of it, so that the next start fetches everything. */
  distrust() {
    if (globalThis.cotab.failed) return; // in a page that is gone, requests break off
    this.snapshot = null;
    this.kept = null;
    this.brought.clear();
    drop(this.page.build);
    this.store.clear().catch(() => {});
  }

  /** What Python may import later, packed. */
  async fetchLate() {
    const { late, carriers } = this.page;
    try {
      const stored = await this.store.find(late);
      const packed = stored ? new Uint8Array(await stored.arrayBuffer()) : await readPacked(carriers[late]);
      if (!stored) this.brought.set(late, packed);
      this.late ??= packed;
    } catch {
      // An import that needs it will ask again, and say why it cannot be had.
    }
  }

  /** The same at once, for an import that cannot wait. Asked again, it fetches again. @returns {Uint8Array} */
  lateNow() {
    const { late } = this;
    this.late = null;
    const carrier = this.page.carriers[this.page.late];
    return inflate(carrier, late ?? readPackedNow(carrier));
  }
}

/** Whether it is a compiled module, of whatever realm. @param {unknown} value */
const isModule = (value) => Object.prototype.toString.call(value) === "[object WebAssembly.Module]";

/** @param {Record<string, Promise<WebAssembly.Module>>} modules */
async function settled(modules) {
  /** @type {Record<string, WebAssembly.Module>} */
  const found = {};
  for (const [name, module] of Object.entries(modules)) found[name] = await module;
  return found;
}

/** @param {{ url: string, integrity: string }} file */
async function fetchRemote({ url, integrity }) {
  let response;
  try {
    response = await globalThis.fetch(url, { integrity, mode: "cors", credentials: "omit" });
  } catch (error) {
    throw new RuntimeError("RUNTIME_MISSING", `${url}: ${error}`);
  }
  if (!response.ok) throw new RuntimeError("RUNTIME_MISSING", `${url}: status ${response.status}`);
  return response;
}
