// @ts-check
// A stand-in for a vendor's SDK: it makes sessions with a PIN and a link, and has a viewer in which you play the
// customer yourself. Sessions live in the browser's sessionStorage in place of a vendor's server. Replace it by the real one.

(() => {
  const STORE = "fake-sdk-sessions";

  /** @typedef {{ id: string, pin: string, link: string, joined: boolean, over: boolean }} Stored */

  /** @returns {Record<string, Stored>} */
  function load() {
    try {
      return JSON.parse(sessionStorage.getItem(STORE) ?? "{}");
    } catch {
      return {};
    }
  }

  /** @param {Stored} session */
  function save(session) {
    try {
      sessionStorage.setItem(STORE, JSON.stringify({ ...load(), [session.id]: session }));
    } catch {
      // Storage is refused: sessions do not outlive the page.
    }
  }

  class Session {
    /** @param {Stored} stored */
    constructor(stored) {
      this.stored = stored;
      this.id = stored.id;
      this.pin = stored.pin;
      this.link = stored.link;
      /** @type {string | null} */
      this.tool = null;
      /** @type {Map<string, Set<(...values: unknown[]) => void>>} */
      this.handlers = new Map();
    }

    /** @param {string} event @param {(...values: unknown[]) => void} handler */
    on(event, handler) {
      this.handlers.set(event, (this.handlers.get(event) ?? new Set()).add(handler));
      if (event === "joined" && this.stored.joined) queueMicrotask(() => handler({ name: "Casey Customer" }));
    }

    /** @param {string} event @param {(...values: unknown[]) => void} handler */
    off(event, handler) {
      this.handlers.get(event)?.delete(handler);
    }

    /** What the customer or the network does. @param {string} event @param {unknown[]} values */
    simulate(event, ...values) {
      if (event === "joined") this.stored.joined = true;
      if (event === "left") this.stored.over = true;
      save(this.stored);
      for (const handler of [...(this.handlers.get(event) ?? [])]) handler(...values);
    }

    /** @param {string | undefined} tool */
    async setTool(tool) {
      this.tool = tool ?? null;
    }

    async end() {
      this.stored.over = true;
      save(this.stored);
    }

    /** The viewer: here you are the customer. @param {HTMLElement} stage */
    show(stage) {
      /** @type {[string, string, unknown[]][]} */
      const moves = [
        ["Customer joins", "joined", [{ name: "Casey Customer" }]],
        ["Connection breaks", "lost", []],
        ["Connection returns", "restored", []],
        ["Connection is fair", "quality", ["fair"]],
        ["Customer leaves", "left", []],
      ];
      const customer = document.createElement("div");
      customer.append(
        ...moves.map(([label, event, values]) => {
          const button = document.createElement("button");
          button.type = "button";
          button.textContent = label;
          button.addEventListener("click", () => this.simulate(event, ...values));
          return button;
        }),
      );
      stage.replaceChildren(customer);
    }
  }

  const FakeSdk = {
    /** @type {Session | null} the session of this page, for tests */
    current: null,

    /** @param {unknown} _topic */
    async createSession(_topic) {
      const id = crypto.randomUUID();
      const pin = String(crypto.getRandomValues(new Uint32Array(1))[0] % 1_000_000).padStart(6, "0");
      const stored = { id, pin, link: `https://join.example/${id}`, joined: false, over: false };
      save(stored);
      FakeSdk.current = new Session(stored);
      return FakeSdk.current;
    },

    /** @param {string} id */
    async findSession(id) {
      const stored = load()[id];
      FakeSdk.current = stored && !stored.over ? new Session(stored) : null;
      return FakeSdk.current;
    },
  };

  Object.assign(globalThis, { FakeSdk });
})();
