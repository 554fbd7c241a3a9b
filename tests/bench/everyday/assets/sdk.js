// What adapters use of an SDK: construction, members, promises, events, data in both directions.
globalThis.everyday = { Sdk: class {
  constructor(options) {
    this.options = options;
    this.listeners = {};
  }
  on(name, listener) {
    this.listeners[name] = listener;
  }
  off(name) {
    delete this.listeners[name];
  }
  async open(topic) {
    this.listeners.joined?.({ name: "Ada", tags: [1, 2.5, null, true, { topic }] });
    return { id: "s", pin: "123456", list: [1, "two", { three: 3 }] };
  }
  async refuse() {
    throw new TypeError("refused");
  }
  show(element) {
    element.append(document.createElement("p"));
  }
} };
