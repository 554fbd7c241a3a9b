// @ts-check
// An SDK with one of everything an adapter can meet. tests/contract/sdk.py is the same in Python: change both.

(() => {
  class Room {
    constructor() {
      this.label = "attic";
      this.handlers = new Map();
    }

    size() {
      return 12;
    }

    /** @param {string} event @param {Function} handler */
    on(event, handler) {
      this.handlers.set(event, (this.handlers.get(event) ?? new Set()).add(handler));
    }

    /** @param {string} event @param {Function} handler */
    off(event, handler) {
      this.handlers.get(event)?.delete(handler);
    }

    /** @param {string} event @param {unknown[]} values */
    emit(event, ...values) {
      for (const handler of [...(this.handlers.get(event) ?? [])]) handler(...values);
    }
  }

  class Session extends Room {
    constructor() {
      super();
      this.id = "s-1";
      this.nothing = null;
      this.tags = ["a", { n: 1, none: null }];
      this.room = new Room();
      this.person = { name: "Casey", wave: () => "hello" };
      this.shown = 0;
      this.ended = 0;
    }

    /** @param {number} a */
    add(a, b = 10) {
      return a + b;
    }

    /** @param {unknown} value */
    async later(value) {
      return value;
    }

    /** @param {unknown} value */
    typeOf(value) {
      return Array.isArray(value) ? "array" : typeof value;
    }

    refuse() {
      throw new RangeError("too far");
    }

    async reject() {
      throw { code: "NO_SEATS" };
    }

    async rejectWithError() {
      throw Object.assign(new Error("busy"), { status: 429 });
    }

    /** @param {{ onReady(value: unknown): unknown }} options */
    run(options) {
      return options.onReady({ deep: [1] });
    }

    /** @param {{ token(name: string): Promise<unknown> }} options */
    async runLater(options) {
      return { got: (await options.token("x")) ?? null };
    }

    never() {
      return new Promise(() => undefined);
    }

    show() {
      this.shown += 1;
    }

    async end() {
      this.ended += 1;
    }
  }

  const ContractSdk = {
    Room,
    session: new Session(),
    open: async () => ContractSdk.session,
  };
  Object.assign(globalThis, { ContractSdk });
})();
