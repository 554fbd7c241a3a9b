// @ts-check
// The customer's page, mirrored by rrweb's Replayer in a sandboxed frame that runs no script. Every event is
// sanitized first.

import { Replayer } from "@rrweb/replay";
import { EventType, IncrementalSource } from "@rrweb/types";
import { SYSTEM } from "../shared/colors.js";
import { KIND } from "../shared/frames.js";
import { hitAt } from "../shared/hit.js";
import { Animations } from "./animations.js";
import { Assets } from "./assets.js";
import { Attention } from "./attention.js";
import { Bars } from "./bars.js";
import { Canvases, CONTROLS } from "./canvases.js";
import { Forced } from "./forced.js";
import { labelsOf } from "./holes.js";
import { FULL, Sanitizer } from "./sanitize.js";
import { State } from "./state.js";

/** @import { FromCustomer, Message } from "../shared/messages.d.ts" */

/** @typedef {{ id: number, x: number, y: number }} Scrolled */

/** What was replayed is of no more use; rrweb would keep all of it, for a way back. */
const MAX_EVENTS = 50;
/** Style sheets that rrweb keeps as it has changed them, in case they come again. */
const MAX_SHEETS = 200;
const MAX_FAULTS = 20;
/** Events among rrweb's: what the page's state is, and that a message is through. */
const STATE = "state";
const DONE = "done";

/** Time that never jumps, as rrweb counts it. */
const now = () => performance.timeOrigin + performance.now();

export class Mirror {
  /** @param {HTMLElement} place @param {import("./texts.js").Texts} texts @param {{ onChange: () => void, onResync: () => void, onFailed: () => void, onPicks: (picks: boolean) => void, onWant: (want: import("../shared/messages.d.ts").Want) => void }} listener */
  constructor(place, texts, listener) {
    this.place = place;
    this.listener = listener;
    this.size = { width: 0, height: 0 };
    this.units = this.size;
    this.shown = false;
    this.faults = 0;
    this.title = "";
    this.address = "";
    const nodes = { getIds: () => this.replayer.getMirror().getIds(), getNode: (/** @type {number} */ id) => this.nodeOf(id), documents: () => this.documents() };
    this.assets = new Assets(nodes, texts.hole_picture, listener.onWant);
    this.canvases = new Canvases((id) => this.nodeOf(id), listener.onWant);
    this.forced = new Forced((id) => this.nodeOf(id), () => this.documents());
    this.sanitizer = new Sanitizer((id) => this.tagOf(id), labelsOf(texts), this.assets, (id) => this.canvases.ids.set(id, false), this.forced);
    this.attention = new Attention(place);
    this.bars = new Bars();
    this.state = new State((id) => this.nodeOf(id), (page, bars) => page === this.document && this.fit(bars));
    this.animations = new Animations((id) => this.nodeOf(id));
    this.replayer = this.begin();
    addEventListener("error", () => this.onFault());
    addEventListener("unhandledrejection", () => this.onFault());
  }

  begin() {
    const replayer = new Replayer([], {
      root: this.place,
      liveMode: true,
      mouseTail: false,
      showWarning: false,
      showDebug: false,
      triggerFocus: false,
      pauseAnimation: false,
      insertStyleRules: [CONTROLS, ...FULL],
    });
    Object.assign(replayer, { applyScroll: (/** @type {Scrolled} */ scrolled) => this.scroll(scrolled) });
    // What is hovered the customer's page says itself.
    Object.assign(replayer, { hoverElements: () => {} });
    replayer.on("custom-event", (/** @type {any} */ { data }) => this.onState(data));
    replayer.on("event-cast", () => this.dress());
    replayer.on("resize", (/** @type {any} */ size) => this.onResize(size));
    replayer.startLive(now());
    replayer.iframe.title = "";
    return replayer;
  }

  /** What rrweb has made lacks what it does not know of. */
  dress() {
    this.canvases.apply();
    this.forced.apply();
    this.bars.apply(this.documents());
    this.assets.look();
  }

  /** The page has the room that scrollbars leave to it. @param {number[]} [told] what they take */
  fit(told) {
    this.bars.fit(this.replayer.iframe, this.size, told);
  }

  /** @param {{ width: number, height: number }} size */
  onResize({ width, height }) {
    this.size = this.units = { width, height };
    this.fit();
    this.listener.onChange();
  }

  /** @param {FromCustomer} message */
  onMessage(message) {
    if (message.t === "attention") return this.attend(message);
    if (message.t === "asset") return message.name === SYSTEM ? this.forced.onTold(message.colors) : this.assets.onMessage(message);
    if (message.t !== "page") return;
    this.title = String(message.title ?? "");
    this.address = String(message.address ?? this.address);
    this.listener.onChange();
  }

  /** @param {Message} message of frames */
  add({ kind, content }) {
    if (kind !== KIND.events) return;
    const events = JSON.parse(new TextDecoder().decode(content));
    if (!Array.isArray(events)) return;
    for (const event of events) this.replay(event);
    this.replayer.addEvent({ type: EventType.Custom, data: { tag: DONE, payload: null }, timestamp: now() });
  }

  /** @param {Uint8Array<ArrayBuffer>} chunk of what the page shows beside its document */
  onAsset(chunk) {
    void (this.canvases.waitsFor(chunk) ? this.canvases : this.assets).onChunk(chunk);
  }

  /** Between two events, or after the last of a message. @param {{ tag: string, payload: any }} data */
  onState({ tag, payload }) {
    if (tag === STATE) return this.state.apply(payload);
    this.state.again();
    this.animations.apply();
    this.attention.apply((id) => this.nodeOf(id));
    this.listener.onPicks(this.state.picks);
  }

  /** @param {import("../shared/messages.d.ts").Attention} message */
  attend(message) {
    this.attention.message = message;
    this.attention.apply((id) => this.nodeOf(id));
  }

  /** @param {number | undefined} id @returns {Node | null} */
  nodeOf(id) {
    return id === undefined ? null : this.replayer.getMirror().getNode(id);
  }

  /** @param {any} event */
  replay(event) {
    try {
      if (event?.type === EventType.Meta) this.address = String(event.data?.href ?? "");
      if (event?.type === EventType.Custom && event.data?.tag === "animation") return this.animations.onTold(event.data.payload, this.sanitizer.origin);
      if (event?.type === EventType.Custom && event.data?.tag === "shown") return this.canvases.onTold(event.data.payload ?? {});
      if (event?.type === EventType.FullSnapshot) this.canvases.clear();
      if (event?.type === EventType.Custom && event.data?.tag === "fonts") return this.assets.onFonts(event.data.payload, this.sanitizer.origin);
      const sanitized = this.sanitizer.event(event);
      if (!sanitized) return;
      this.forget();
      if (sanitized.type === EventType.Meta && this.forced.active) this.listener.onWant({ t: "want", name: SYSTEM, ids: [] });
      if (sanitized.type === EventType.Meta) this.bars.begin(this.sanitizer.preferences.bar);
      if (sanitized.type === EventType.FullSnapshot) this.animations.clear();
      if (sanitized.data.source === IncrementalSource.Scroll) this.state.scrolled(sanitized.data.id);
      this.closeDialogs(sanitized);
      this.replayer.addEvent({ ...sanitized, timestamp: now() });
      if (sanitized.type === EventType.FullSnapshot) this.show();
    } catch {
      this.onFault();
    }
  }

  /** rrweb glides there: what the agent points at meanwhile would lie elsewhere on the customer's side. @param {Scrolled} scrolled */
  scroll({ id, x, y }) {
    const node = this.nodeOf(id);
    const scroller = /** @type {Element | Window | null} */ (node && "defaultView" in node ? node.defaultView : node);
    scroller?.scrollTo?.({ left: x, top: y, behavior: "instant" });
  }

  /** rrweb takes `open` from a modal dialog, which leaves all else inert: it is closed before. @param {any} event */
  closeDialogs({ data }) {
    for (const { id, attributes } of data?.attributes ?? []) {
      const dialog = attributes?.open === null ? this.nodeOf(id) : null;
      if (dialog && "showModal" in dialog) /** @type {HTMLDialogElement} */ (dialog).close();
    }
  }

  show() {
    this.shown = true;
    this.listener.onChange();
  }

  /** Times are counted from the first event, so that one stays. */
  forget() {
    const { service, cache } = /** @type {any} */ (this.replayer);
    /** @type {{ events: any[] }} */
    const { events } = service.state.context;
    if (events.length > 2 * MAX_EVENTS) events.splice(1, events.length - MAX_EVENTS);
    if (cache.stylesWithHoverClass.size > MAX_SHEETS) this.replayer.resetCache();
  }

  /** An event that cannot be replayed leaves the replayer as it happens to be: begin afresh, but not forever. */
  onFault() {
    this.faults += 1;
    if (this.faults > MAX_FAULTS) return this.listener.onFailed();
    this.replayer.destroy();
    this.replayer = this.begin();
    this.listener.onResync();
  }

  /** Nothing is shown until the next snapshot. */
  reset() {
    this.shown = false;
  }

  get document() {
    return this.replayer.iframe.contentDocument;
  }

  /** Those that are shown, the page's own first. @returns {Document[]} */
  documents() {
    const found = [...this.sanitizer.documents].map((id) => /** @type {Document | null} */ (this.nodeOf(id)));
    return found.filter((each) => each !== null).filter((each) => each.defaultView !== null);
  }

  /** @param {number} id @returns {string} */
  tagOf(id) {
    const node = this.replayer.getMirror().getNode(id);
    const element = node?.nodeType === Node.ELEMENT_NODE ? node : node?.parentNode;
    return /** @type {Element | null | undefined} */ (element)?.localName ?? "";
  }

  /** What lies at a point of the customer's viewport, through frames and shadow roots, and where in it. @param {number} x @param {number} y */
  at(x, y) {
    const hit = this.document && hitAt(this.document, { x, y });
    let element = hit?.element ?? null;
    while (element && this.replayer.getMirror().getId(element) <= 0) element = element.parentElement;
    if (!hit || !element) return null;
    const { left, top, width, height } = element.getBoundingClientRect();
    const at = [hit.x - left, hit.y - top, width, height].map((value) => Math.round(value * 100) / 100);
    return { element, id: this.replayer.getMirror().getId(element), at: /** @type {[number, number, number, number]} */ (at) };
  }

  /** @param {number} id @returns {DOMRect | null} in CSS pixels of the customer's viewport */
  rectOf(id) {
    const node = this.nodeOf(id);
    return node && "getBoundingClientRect" in node ? /** @type {Element} */ (node).getBoundingClientRect() : null;
  }

  /** @param {number} scale */
  scaled(scale) {
    for (const { style } of [this.replayer.wrapper, this.attention.layer]) style.transform = `scale(${scale})`;
  }

  dispose() {
    this.attention.layer.remove();
    this.assets.dispose();
    this.canvases.clear();
    this.replayer.destroy();
  }
}
