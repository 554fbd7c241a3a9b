// A stand-in for a vendor's SDK whose sessions outlive what shows them. Storage is in the place of the vendor's server.

(() => {
  const STORE = "roaming-sdk";
  const load = () => JSON.parse(localStorage.getItem(STORE) ?? "{}");
  const save = (stored) => localStorage.setItem(STORE, JSON.stringify({ ...load(), [stored.id]: stored }));

  class Session {
    constructor(stored) {
      this.stored = stored;
      this.id = stored.id;
      this.pin = stored.pin;
      this.handlers = new Map();
      this.viewer = null;
      this.shown = 0;
      this.waves = 0;
      RoamingSdk.sessions[stored.key] = this;
      RoamingSdk.made += 1;
    }

    on(event, handler) {
      this.handlers.set(event, (this.handlers.get(event) ?? new Set()).add(handler));
      if (event === "joined" && this.stored.joined) queueMicrotask(() => handler(this.stored.joined));
    }

    off(event, handler) {
      this.handlers.get(event)?.delete(handler);
    }

    simulate(event, ...values) {
      if (event === "joined") [this.stored.joined] = values;
      if (event === "left") this.stored.over = true;
      save(this.stored);
      for (const handler of [...(this.handlers.get(event) ?? [])]) handler(...values);
    }

    wave() {
      this.waves += 1;
    }

    show(stage) {
      this.shown += 1;
      this.viewer = stage.ownerDocument.createElement("p");
      this.viewer.textContent = `Viewer of ${this.stored.key}`;
      stage.replaceChildren(this.viewer);
    }

    hide() {
      this.viewer?.remove();
      this.viewer = null;
    }

    async end() {
      this.stored.over = true;
      save(this.stored);
    }
  }

  const RoamingSdk = {
    sessions: {},
    made: 0,

    async create({ mode, conversation }) {
      const stored = { id: crypto.randomUUID(), pin: "123456", key: `${mode} ${conversation}`, joined: "", over: false };
      save(stored);
      return new Session(stored);
    },

    async find(id) {
      const stored = load()[id];
      return stored && !stored.over ? new Session(stored) : null;
    },
  };

  Object.assign(globalThis, { RoamingSdk });
})();
