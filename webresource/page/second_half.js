// @ts-check
// The second half of a wasm module (split.py): what a start does not run. It is joined to the first half once the tab
// is up, or at once, blocking, when a function in it is called earlier.

/** What the halves share has names that begin with this. */
const SHARED = "cotab:";

/** The first place in the table of functions: what loads the rest. */
const LOAD = 0;

/** A module that imports a function and exports it: only functions of WebAssembly may stand in a table. */
const WRAPPER = Uint8Array.from([
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0], // header
  ...[1, 4, 1, 0x60, 0, 0], // type: no parameters, no results
  ...[2, 7, 1, 1, 0x65, 1, 0x66, 0, 0], // import e.f
  ...[7, 5, 1, 1, 0x66, 0, 0], // export f
]);

/**
 * Where the second half comes from: blocking, or later.
 * @typedef {{ now(): WebAssembly.Module, later(): Promise<WebAssembly.Module> }} Source
 */

/** Belongs to one first half: a start that was given up may still be under way when the next one has its own. */
export class Rest {
  /**
   * @param {WebAssembly.Instance} first
   * @param {WebAssembly.Imports} imports what that was given
   * @param {Source} source
   */
  constructor(first, imports, source) {
    this.source = source;
    const exports = Object.entries(first.exports);
    const shared = Object.fromEntries(exports.filter(([name]) => name.startsWith(SHARED)));
    /** What the first half exports to others. @type {WebAssembly.Exports} */
    this.exports = Object.fromEntries(exports.filter(([name]) => !name.startsWith(SHARED)));
    this.imports = { ...imports, cotab: shared };
    /** Whether the second half is joined: a number, which the first half looks at. */
    this.loaded = /** @type {WebAssembly.Global} */ (shared[`${SHARED}loaded`]);
    /** Whether a function was called before that. */
    this.hurried = false;
    const wrapper = new WebAssembly.Module(WRAPPER);
    const { exports: wrapped } = new WebAssembly.Instance(wrapper, { e: { f: () => this.joinNow() } });
    /** @type {WebAssembly.Table} */ (shared[`${SHARED}table`]).set(LOAD, wrapped.f);
  }

  /** @returns {Promise<WebAssembly.Module>} the second half, to be kept */
  async join() {
    const module = await this.source.later();
    if (this.loaded.value) return module;
    await WebAssembly.instantiate(module, this.imports); // once more, if a call was faster: both do the same
    this.loaded.value = 1;
    return module;
  }

  /** The same for a call that waits. What it throws ends Python, so the page says it first. */
  joinNow() {
    this.hurried = true;
    new WebAssembly.Instance(this.source.now(), this.imports);
    this.loaded.value = 1;
  }
}
