// @ts-check
// Tells the agent's side the state of the page beside its document. Properties that a script sets send no event, so what is
// recorded is looked at again and again; an event only makes it sooner.

import { hasState, stateOf, traceOf } from "./fields.js";
import { isConnected, isElement, matches, nodeType } from "./nodes.js";
import { rootOf } from "./roots.js";

/** @import { Layered, NodeState, PageState } from "../shared/messages.d.ts" */
/** @import { Policy } from "./policy.js" */
/** @import { Root, TopLayer } from "./toplayer.js" */

/** Milliseconds from one look to the next, and after an event. */
const INTERVAL = 200;
const SOON = 40;
/** Milliseconds that a look may take: what is left comes with the next. */
const BUDGET = 8;
const TYPES = ["change", "reset", "click", "keyup"];
const IGNORED = ".tandem-ignore";
/** What a node is like that the agent's side has right without being told. */
const USUAL = new Set(["", ":defined", "0,0"]);

export class State {
  /**
   * @param {Policy} policy
   * @param {TopLayer} top
   * @param {(node: Node) => number} idOf
   * @param {(state: PageState) => void} send
   */
  constructor(policy, top, idOf, send) {
    this.policy = policy;
    this.top = top;
    this.idOf = idOf;
    this.send = send;
    /** @type {Map<Node, string>} what is looked at, and what it was like */
    this.known = new Map();
    /** @type {Set<Node>} what has come, but has not left yet */
    this.fresh = new Set();
    /** @type {Set<Root>} */
    this.roots = new Set();
    /** @type {Node[]} what this look has still to see */
    this.left = [];
    this.layers = "[]";
    this.timer = 0;
    this.sooner = 0;
  }

  start() {
    this.timer = setInterval(() => this.look(), INTERVAL);
    this.top.onChange = () => queueMicrotask(() => this.lookAtTop());
    for (const type of TYPES) addEventListener(type, this.soon, { capture: true, passive: true });
  }

  stop() {
    clearInterval(this.timer);
    this.top.onChange = () => {};
    for (const type of TYPES) removeEventListener(type, this.soon, true);
    this.forget();
  }

  /** A snapshot follows. */
  forget() {
    for (const each of [this.known, this.fresh, this.roots]) each.clear();
    this.left = [];
    this.layers = "[]";
  }

  /** A node is being recorded. @param {Node} node */
  note(node) {
    if (hasState(node)) this.fresh.add(node);
    const root = isElement(node) ? rootOf(node) : /** @type {Document} */ (node);
    if (root) {
      this.roots.add(root);
      this.top.watch(root);
    }
  }

  soon = () => {
    this.sooner ||= setTimeout(() => {
      this.sooner = 0;
      this.look();
    }, SOON);
  };

  /** Something was entered or chosen; perhaps it changes other fields too. @param {Node | null} node */
  changed(node) {
    if (node && this.known.has(node)) this.sendNodes([node]);
    this.soon();
  }

  /** What was recorded has left: now its state may. */
  tell() {
    const fresh = [...this.fresh];
    this.fresh.clear();
    this.sendNodes(fresh);
  }

  /** Look at what is known, as far as there is time. */
  look() {
    for (const root of this.roots) if (!isAlive(root)) this.roots.delete(root);
    if (!this.left.length) this.left = [...this.known.keys()];
    const end = performance.now() + BUDGET;
    const seen = [];
    while (this.left.length && (seen.length % 50 || performance.now() < end)) seen.push(/** @type {Node} */ (this.left.pop()));
    this.sendNodes(seen);
  }

  /** @param {Node[]} nodes those of them that have changed */
  sendNodes(nodes) {
    const changed = nodes.flatMap((node) => {
      const state = this.changeOf(node);
      return state ? [/** @type {[number, NodeState]} */ ([this.idOf(node), state])] : [];
    });
    if (changed.length) this.send({ nodes: changed });
  }

  /** @param {Node} node @returns {NodeState | null} */
  changeOf(node) {
    const before = this.known.get(node);
    const trace = isAlive(node) && this.idOf(node) > 0 ? traceOf(node, this.idOf) : null;
    if (trace === null) this.known.delete(node);
    else this.known.set(node, trace);
    if (trace === null || trace === before || (before === undefined && USUAL.has(trace))) return null;
    return isElement(node) && matches(node, IGNORED) ? null : stateOf(node, this.policy, this.idOf);
  }

  lookAtTop() {
    const top = this.top.now(this.roots).flatMap(([element, kind]) => {
      const id = this.policy.hides(element) ? -1 : this.idOf(element);
      return id > 0 ? [/** @type {Layered} */ ([id, kind])] : [];
    });
    const layers = JSON.stringify(top);
    if (layers === this.layers) return;
    this.layers = layers;
    this.send({ top });
  }
}

/** @param {Node} node */
const isAlive = (node) => (nodeType(node) === Node.DOCUMENT_NODE ? /** @type {Document} */ (node).defaultView !== null : isConnected(node));
