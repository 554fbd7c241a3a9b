// @ts-check
// The second half of a wasm module (split.py): what a start does not run. It is joined to the first half once the tab is
// up, or at once, blocking, when a function in it is called earlier. Made by parts.js; runtime.js attaches the first half.

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

export class Rest {
  /** @param {() => WebAssembly.Module} moduleNow brings it blocking */
  constructor(moduleNow) {
    this.moduleNow = moduleNow;
    /** @type {WebAssembly.Imports | null} what it needs, as soon as there is a first half */
    this.imports = null;
    /** Whether a function was called before the rest was there. */
    this.hurried = false;
  }

  /**
   * @param {WebAssembly.Instance} instance the first half
   * @param {WebAssembly.Imports} imports what that was given
   * @returns {WebAssembly.Instance} what it exports to others
   */
  attach(instance, imports) {
    const exports = Object.entries(instance.exports);
    const shared = Object.fromEntries(exports.filter(([name]) => name.startsWith(SHARED)));
    this.imports = { ...imports, cotab: shared };
    const load = new WebAssembly.Instance(new WebAssembly.Module(WRAPPER), { e: { f: () => this.joinNow() } });
    this.shared("table", WebAssembly.Table).set(LOAD, load.exports.f);
    return { exports: Object.fromEntries(exports.filter(([name]) => !name.startsWith(SHARED))) };
  }

  /** @param {WebAssembly.Module} module */
  async join(module) {
    if (!this.imports || this.loaded.value) return;
    await WebAssembly.instantiate(module, this.imports);
    this.loaded.value = 1;
  }

  /** The same for a call that waits. What it throws ends Python, so the page says it first. */
  joinNow() {
    this.hurried = true;
    new WebAssembly.Instance(this.moduleNow(), /** @type {WebAssembly.Imports} */ (this.imports));
    this.loaded.value = 1;
  }

  get loaded() {
    return this.shared("loaded", WebAssembly.Global);
  }

  /**
   * @template T
   * @param {string} name
   * @param {new (...values: any) => T} _type
   */
  shared(name, _type) {
    return /** @type {T} */ (this.imports?.cotab[SHARED + name]);
  }
}
