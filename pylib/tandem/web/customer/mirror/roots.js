// @ts-check
// The documents and shadow roots that the agent sees, for as long as they are there: none is kept alive by being known.

export class Roots {
  constructor() {
    /** They are sent, perhaps anew. @type {(root: Document | ShadowRoot) => void} */
    this.onSent = () => {};
    /** @type {WeakSet<Node>} */
    this.known = new WeakSet();
    /** @type {WeakRef<Node>[]} */
    this.all = [];
  }

  clear() {
    this.known = new WeakSet();
    this.all = [];
  }

  /** @param {Node | null} root */
  add(root) {
    if (!root) return;
    this.onSent(/** @type {Document | ShadowRoot} */ (root));
    if (this.known.has(root)) return;
    this.known.add(root);
    this.all.push(new WeakRef(root));
  }

  /** @returns {(Document | ShadowRoot)[]} those that are in a page */
  list() {
    this.all = this.all.filter((each) => each.deref());
    const roots = this.all.map((each) => /** @type {Document | ShadowRoot} */ (each.deref()));
    return roots.filter((root) => root.isConnected && ("host" in root || root.defaultView));
  }
}
