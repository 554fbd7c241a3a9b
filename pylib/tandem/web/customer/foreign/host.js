// @ts-check
// The page around frames of other origins that it names, and that name it: what they record goes into this page's recording,
// and what the agent does in them to them. Each masks for itself and decides for itself what may be done; here it is seen to
// that a frame speaks of nothing but itself, and that nobody acts in it where the customer would not hit it.

import { EventType, IncrementalSource } from "@rrweb/types";
import { hitAt, into } from "../../shared/hit.js";
import { HOLE } from "../../shared/holes.js";
import { urlOf } from "../../shared/urls.js";
import { focused } from "../hand/told.js";
import { documentOf } from "../holes.js";
import { listen } from "../natives.js";
import { rootOf } from "../roots.js";
import { attached, rooted } from "./grafts.js";
import { isAsset, isOf, RANGE } from "./told.js";

/** @import { Act, Asset, FromAgent, Refusal } from "../../shared/messages.d.ts" */
/** @import { Cobrowse } from "../cobrowse.js" */

/**
 * A frame with which this page talks.
 * @typedef {object} Foreign
 * @property {HTMLIFrameElement} frame
 * @property {MessagePort} port
 * @property {number} first number of its nodes; that of its document while it shows nothing
 * @property {number} root of what it shows; 0 until that is known
 * @property {Set<string>} wanted pictures that the agent wants from it
 */

const POINTING = new Set(["down", "move", "up", "wheel"]);
const TAGS = new Set(["state", "animation"]);

export class Host {
  /** @param {Cobrowse} mode @param {WeakSet<Element>} mirrored frames that are no holes */
  constructor(mode, mirrored) {
    this.mode = mode;
    this.mirrored = mirrored;
    this.next = RANGE;
    /** @type {Map<HTMLIFrameElement, Foreign>} */
    this.known = new Map();
    /** @type {Foreign | null} in which a button is down */
    this.held = null;
  }

  /** A frame is being recorded, or has loaded something else. @param {HTMLIFrameElement} frame @param {boolean} [again] */
  note(frame, again = false) {
    const known = this.known.get(frame);
    for (const each of this.known.values()) if (!each.frame.isConnected) this.leave(each);
    if (known && !again) return this.renew(known);
    if (known) this.leave(known);
    const origin = documentOf(frame) ? null : this.origin(frame);
    if (origin && frame.contentWindow) this.enter(frame, frame.contentWindow, origin);
  }

  /** Where a frame leads, if the page and the customer's consent name it. @param {HTMLIFrameElement} frame */
  origin({ src }) {
    const { settings, kept } = this.mode.parts;
    const { origin = "" } = urlOf(src, document.baseURI) ?? {};
    return settings.frames.includes(origin) && kept.named?.includes(origin) ? origin : null;
  }

  /** @param {HTMLIFrameElement} frame @param {Window} page @param {string} origin */
  enter(frame, page, origin) {
    const { port1: port, port2 } = new MessageChannel();
    /** @type {Foreign} */
    const foreign = { frame, port, first: this.next, root: 0, wanted: new Set() };
    this.next += RANGE;
    this.known.set(frame, foreign);
    listen(port, "message", (/** @type {MessageEvent} */ { data }) => this.known.get(frame) === foreign && this.onMessage(foreign, data));
    listen(port, "close", () => this.known.get(frame) === foreign && this.leave(foreign));
    port.start();
    page.postMessage({ tandem: "frame", first: foreign.first }, origin, [port2]);
    this.allow(this.mode.parts.kept.control, foreign);
  }

  /** The page is shown from its beginning: the frame has to be, too. @param {Foreign} foreign */
  renew(foreign) {
    foreign.root = 0;
    foreign.port.postMessage({ t: "resync" });
  }

  /** @param {Foreign} foreign */
  leave(foreign) {
    this.known.delete(foreign.frame);
    if (this.held === foreign) this.held = null;
    foreign.port.postMessage({ t: "stop" });
    foreign.port.close();
    if (!this.mirrored.delete(foreign.frame) || this.mode.recorder.idOf(foreign.frame) <= 0) return;
    this.put(attached(this.mode.recorder.idOf(foreign.frame), { type: 0, childNodes: [], id: foreign.first }));
    this.mode.recorder.emitAttributes(foreign.frame, { [HOLE]: null });
  }

  /** Nobody sees any more. */
  stop() {
    for (const each of [...this.known.values()]) this.leave(each);
  }

  /** @param {boolean} allowed whether the agent may act @param {Foreign} [foreign] in it alone */
  allow(allowed, foreign) {
    for (const { port } of foreign ? [foreign] : this.known.values()) port.postMessage({ t: "control", allowed });
  }

  // From a frame. It is trusted with itself, and no further.

  /** @param {Foreign} foreign @param {any} message */
  onMessage(foreign, message) {
    const { stream } = this.mode;
    if (message?.t === "events" && Array.isArray(message.events)) for (const each of message.events) this.onEvent(foreign, each);
    else if (message?.t === "done" && Number.isInteger(message.n)) stream?.send({ t: "done", n: message.n });
    else if (message?.t === "refused" && Number.isInteger(message.n)) this.refuse(foreign, message.n, message.why);
    else if (message?.t === "asset" && foreign.wanted.has(message.name)) stream?.send(/** @type {Asset} */ (message));
    else if (message?.t === "chunks" && isAsset(message.chunks)) stream?.asset(message.chunks);
    else if (message?.t === "used" && this.mode.control) this.mode.control.turn.at = performance.now();
    else if (message?.t === "attention" && focused() === foreign.frame && isOf(foreign.first, message)) stream?.send(message);
  }

  /** @param {Foreign} foreign @param {any} event */
  onEvent(foreign, event) {
    const parent = this.mode.recorder.idOf(foreign.frame);
    if (parent <= 0 || !isOf(foreign.first, event)) return;
    const { type, data, timestamp } = event;
    if (type === EventType.FullSnapshot) {
      foreign.root = data.node.id;
      rooted(data.node, foreign.root);
      this.mirrored.add(foreign.frame);
      this.mode.recorder.emitAttributes(foreign.frame, { [HOLE]: null });
      this.put(attached(parent, data.node));
    } else if (!foreign.root) return;
    else if (type === EventType.IncrementalSnapshot && data.source !== IncrementalSource.ViewportResize) {
      for (const { node } of data.adds ?? []) rooted(node, foreign.root);
      this.put({ type, data, timestamp });
    } else if (type === EventType.Custom && TAGS.has(data.tag)) {
      const payload = { ...data.payload, of: foreign.first, n: foreign.first + data.payload.n };
      this.put({ type, timestamp, data: { tag: data.tag, payload } });
    }
  }

  /** @param {any} event */
  put(event) {
    if (this.mode.stream) this.mode.recorder.put(event);
  }

  /** @param {Foreign} foreign @param {number} n @param {Refusal} why */
  refuse({ frame }, n, why) {
    this.mode.refuse({ t: "act", do: "down", n, id: this.mode.recorder.idOf(frame) }, why);
  }

  // To a frame.

  /** @param {FromAgent} message @returns {boolean} whether it is a frame's alone */
  onWant(message) {
    const foreign = message.t === "want" && Array.isArray(message.ids) ? this.ofNumber(message.ids[0]) : undefined;
    if (!foreign || message.t !== "want") return false;
    foreign.wanted.add(message.name);
    foreign.port.postMessage(message);
    return true;
  }

  /** Whether a frame is what an act is about. @param {Act} act @returns {boolean} */
  act(act) {
    const foreign = this.aim(act);
    if (act.do === "down" && !foreign) this.held = null;
    if (!foreign) return false;
    const { x = 0, y = 0 } = act;
    const isHit = this.held === foreign || hitAt(document, { x, y }, rootOf)?.element === foreign.frame;
    if (POINTING.has(act.do) && !isHit) {
      this.refuse(foreign, act.n, "moved");
      return true;
    }
    if (act.do === "down") {
      this.held = foreign;
      foreign.frame.focus({ preventScroll: true });
    }
    if (act.do === "up") this.held = null;
    foreign.port.postMessage({ ...act, ...(POINTING.has(act.do) ? into(foreign.frame, { x, y }) : {}) });
    return true;
  }

  /** @param {Act} act */
  aim({ do: what, id, x = 0, y = 0 }) {
    if (this.held && POINTING.has(what) && what !== "down") return this.held;
    if (id !== undefined) return this.ofNumber(id);
    if (what === "wheel") return this.known.get(/** @type {any} */ (hitAt(document, { x, y }, rootOf)?.element));
    return /^(key|release|text|paste)$/.test(what) ? this.known.get(/** @type {any} */ (focused())) : undefined;
  }

  /** @param {number} id of a node */
  ofNumber(id) {
    return [...this.known.values()].find(({ first }) => id > first && id < first + RANGE);
  }
}
