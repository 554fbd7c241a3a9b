// @ts-check
// The snapshot as make_snapshot.mjs makes it: three 32-bit numbers (length of the memory, of the JSON, of the table),
// the JSON, a table of [offset, length] pairs, and the bytes of these places.

export class Snapshot {
  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    const [memory, json, table] = new Uint32Array(bytes.slice(0, 12).buffer);
    const start = 12 + json;
    const about = JSON.parse(new TextDecoder().decode(bytes.subarray(12, start)));
    /** Length of the memory it was taken from, in bytes. */
    this.memory = memory;
    /** Pyodide's id of the build it was made with. @type {string} */
    this.build = about.build;
    /** How many functions stood in the table before those of the libraries: the memory is full of places. @type {number} */
    this.places = about.places;
    /** What Pyodide keeps beside the memory. @type {unknown} */
    this.config = about.config;
    this.table = new Uint32Array(bytes.slice(start, start + table).buffer);
    this.bytes = bytes.subarray(start + table);
    /** Whether Pyodide asked for it. */
    this.restored = false;
  }

  /** Write it over a memory that has only been instantiated. @param {Uint8Array} heap */
  restore(heap) {
    let from = 0;
    for (let index = 0; index < this.table.length; index += 2) {
      const length = this.table[index + 1];
      heap.set(this.bytes.subarray(from, from + length), this.table[index]);
      from += length;
    }
    this.restored = true;
    return this.config;
  }
}
