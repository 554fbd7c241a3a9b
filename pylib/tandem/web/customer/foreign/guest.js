// @ts-check
// A frame in a page of another origin that it names: it records, masks and decides as a page of its own does, but what it
// sends goes to the page around it, and what the agent wants comes from there.

import { listen } from "../natives.js";

/** @import { FromCustomer } from "../../shared/messages.d.ts" */
/** @import { Cobrowse } from "../cobrowse.js" */
/** @import { Parts } from "../session.js" */
/** @import { Stream } from "../stream.js" */

/** What the customer sees of Tandem is in the page around. */
const UI = { names: {}, host: document.head ?? document.documentElement, place: document.createElement("div"), banner() {}, closeDialog() {}, ask: async () => false };
/** By the customer's hand: the page around lets the agent's rest. */
const INPUTS = ["keydown", "pointerdown"];
const FROM_AGENT = new Set(["act", "want", "resync"]);

export class Guest {
  /**
   * @param {Pick<Parts, "settings" | "secrets" | "top">} site
   * @param {new (parts: Parts) => Cobrowse} Mode
   * @param {MessagePort} port to the page around
   * @param {number} first number that no other frame's nodes have
   */
  constructor(site, Mode, port, first) {
    this.port = port;
    this.kept = { control: false };
    const parts = { ...site, ui: UI, kept: this.kept, save() {}, end() {} };
    this.mode = new Mode(/** @type {Parts} */ (/** @type {unknown} */ (parts)));
    this.mode.recorder.count(first + 1);
    listen(port, "message", (/** @type {MessageEvent} */ { data }) => this.onMessage(data));
    port.start();
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    for (const type of INPUTS) addEventListener(type, (/** @type {Event} */ { isTrusted }) => isTrusted && port.postMessage({ t: "used" }), { signal, capture: true });
    this.mode.begin(/** @type {Stream} */ (/** @type {unknown} */ (new Way(port))));
  }

  stop() {
    this.listeners.abort();
    this.mode.dispose();
    this.port.close();
  }

  /** What is to be done waits for what does it. @param {boolean} allowed */
  allow(allowed) {
    this.kept.control = allowed;
    this.mode.allow(allowed);
  }

  /** @param {any} message of the page around */
  onMessage(message) {
    if (message.t === "stop") this.stop();
    else if (message.t === "control") this.allow(message.allowed === true);
    else if (FROM_AGENT.has(message.t)) this.mode.onMessage(message);
  }
}

/** As a stream to the relay, but to the page around, which has room or begins afresh. */
class Way {
  open = true;
  idle = true;

  /** @param {MessagePort} port */
  constructor(port) {
    this.port = port;
  }

  /** @param {FromCustomer} message */
  send(message) {
    this.port.postMessage(message);
  }

  /** @param {any[]} events */
  async events(events) {
    this.port.postMessage({ t: "events", events });
    return true;
  }

  /** @param {Uint8Array[]} chunks */
  async asset(chunks) {
    this.port.postMessage({ t: "chunks", chunks });
  }
}
