// @ts-check
// Records the page with rrweb while the agent may see it. Every event is masked at once, and leaves with the next
// batch; while the way out is congested nothing is kept, and a fresh snapshot follows.

import { listen } from "./natives.js";
import { record } from "@rrweb/record";
import { EventType, IncrementalSource } from "@rrweb/types";
import { breath } from "./breath.js";
import { HOLE } from "../shared/holes.js";
import { documentOf, isFrame } from "./holes.js";
import { isElement } from "./nodes.js";
import { Masker } from "./mask.js";
import { maskedValue } from "./masks.js";
import { Animations } from "./mirror/animations.js";
import { Fonts } from "./mirror/fonts.js";
import { Sheets } from "./mirror/sheets.js";
import { typeOf } from "./policy.js";
import { onPreferences } from "./preferences.js";
import { State } from "./state.js";

/** @import { Policy } from "./policy.js" */
/** @import { TopLayer } from "./toplayer.js" */

/** @typedef {(events: any[], key: boolean) => Promise<boolean>} Send answers false if there was no room */

/** Milliseconds until what was congested is looked at again. */
const RETRY_INTERVAL = 250;
/** Milliseconds from one snapshot of a page that reveals what was hidden to the next. */
const CALM = 500;

/** Record even a document that is being written, perhaps for ever: rrweb would wait for its end. @param {Parameters<typeof record>[0]} options */
function atOnce(options) {
  const isWritten = document.readyState === "loading" && performance.getEntriesByType("navigation").some((each) => /** @type {PerformanceNavigationTiming} */ (each).loadEventEnd > 0);
  if (isWritten) Object.defineProperty(document, "readyState", { configurable: true, value: "interactive" });
  try {
    return record(options);
  } finally {
    if (isWritten) Reflect.deleteProperty(document, "readyState");
  }
}

/** Old browsers say no more of a dialog that opens. @param {{ attributes: object }} change */
const isOpening = ({ attributes }) => "open" in attributes || "popover" in attributes;

export class Recorder {
  /** @param {Policy} policy @param {TopLayer} top @param {Send} send @param {() => boolean} hasRoom whether a snapshot would find room */
  constructor(policy, top, send, hasRoom) {
    this.policy = policy;
    this.send = send;
    this.hasRoom = hasRoom;
    this.state = new State(policy, top, (node) => this.idOf(node), (state) => this.emitState(state));
    this.masker = new Masker(policy, (id) => record.mirror.getNode(id), (node) => record.mirror.getId(node), { note: (node) => this.note(node), changed: (node) => this.state.changed(node) });
    this.listeners = new AbortController();
    const rrweb = /** @type {any} */ (record); // as rrweb.mjs changes it
    this.sheets = new Sheets((data) => this.emitChange(data), (node) => this.idOf(node), () => this.masker.roots.list(), () => rrweb.sheets.styleMirror);
    this.animations = new Animations((payload) => this.emitOwn("animation", payload), (node) => this.idOf(node));
    this.fonts = new Fonts((faces) => this.emitOwn("fonts", faces));
    this.sheets.onWindow = (page) => this.animations.watch(page);
    this.masker.roots.onSent = (root) => {
      this.sheets.onRoot(root);
      this.animations.later(root);
      this.fonts.onRoot(root);
    };
    rrweb.textOf = (/** @type {CSSStyleSheet} */ sheet) => this.sheets.text(sheet);
    rrweb.onAdopted = () => this.soon();
    this.watcher = new MutationObserver((changes) => this.watch(changes));
    this.onLoad = (/** @type {Event} */ { target }) => {
      this.emitSize(target);
      if (target instanceof HTMLLinkElement) setTimeout(() => this.emitSheet(target)); // after rrweb, which knows only the first
    };
    this.onFrameLoad = (/** @type {Event} */ { currentTarget }) => this.frameLoaded(/** @type {HTMLIFrameElement} */ (currentTarget));
    /** @type {{ key: boolean, events: any[] }[]} */
    this.waiting = [];
    /** A frame is recorded, or has loaded something else. @type {(frame: HTMLIFrameElement, again?: boolean) => void} */
    this.onFrame = () => {};
    this.sending = false;
    this.congested = false;
    this.last = 0; // when there was a snapshot
    /** @type {(() => void) | undefined} */
    this.stopRecording = undefined;
    this.asked = false;
    /** @type {(element: Element) => void} a canvas or video is recorded that is shown */
    this.onShown = () => {};
  }

  /** Number nodes from here on. @param {number} first */
  count(first) {
    /** @type {any} */ (record).count(first);
  }

  start() {
    if (this.stopRecording) return this.snapshot();
    const { policy } = this;
    this.watcher.observe(document, { subtree: true, attributes: true });
    document.addEventListener("load", this.onLoad, true);
    this.listeners = new AbortController();
    onPreferences(() => this.soon(), this.listeners.signal); // style sheets mean something else then
    this.state.start();
    this.stopRecording = atOnce({
      emit: (event) => this.emit(event),
      blockSelector: policy.block,
      blockClass: "tandem-block",
      ignoreClass: "tandem-ignore",
      maskAllInputs: true,
      maskInputFn: (text, element) =>
        policy.allows(element) && !policy.isSecret(element) ? text : maskedValue(text, typeOf(element), policy.isSecret(element)),
      maskTextSelector: "*",
      maskTextFn: (text) => text, // the masker, which goes from the outside in, knows at once what is allowed
      slimDOMOptions: { script: true, comment: true, headFavicon: true, headWhitespace: true },
      inlineStylesheet: true,
      recordCanvas: false,
      inlineImages: false,
      collectFonts: false,
      recordCrossOriginIframes: false,
      sampling: { mousemove: 30, mousemoveCallback: 60, scroll: 60 },
      recordAfter: "DOMContentLoaded",
      errorHandler: () => true, // what goes wrong in here must never break the page
    });
  }

  stop() {
    this.watcher.disconnect();
    document.removeEventListener("load", this.onLoad, true);
    this.listeners.abort();
    this.state.stop();
    this.stopRecording?.();
    this.sheets.stop();
    this.animations.stop();
    this.fonts.stop();
    this.stopRecording = undefined;
    this.waiting = [];
    this.congested = false;
  }

  /** A fresh snapshot, at once. */
  snapshot() {
    if (!this.stopRecording || this.congested) return;
    this.asked = false;
    this.last = performance.now();
    this.waiting = [];
    record.takeFullSnapshot(true);
  }

  /** A fresh snapshot, once what is under way is done. */
  soon() {
    if (this.asked) return;
    this.asked = true;
    setTimeout(() => this.asked && this.snapshot(), Math.max(0, this.last + CALM - performance.now()));
  }

  /** Where the page has marked something otherwise, what the agent sees is made anew. @param {MutationRecord[]} changes */
  watch(changes) {
    if (changes.some(({ target }) => isElement(target) && this.policy.isRemarked(target))) this.soon();
  }

  /** A masked picture takes up its room only once it is there: its address comes again. @param {EventTarget | null} target */
  emitSize(target) {
    if (!(target instanceof HTMLImageElement) || this.policy.allows(target)) return;
    this.emitAttributes(target, { src: target.src });
  }

  /** A node is being recorded. @param {Node} node */
  note(node) {
    this.state.note(node);
    if (this.policy.shows(/** @type {Element} */ (node))) this.onShown(/** @type {Element} */ (node));
    if (!isFrame(/** @type {Element} */ (node))) return;
    listen(node, "load", this.onFrameLoad);
    this.onFrame(/** @type {HTMLIFrameElement} */ (node));
  }

  /** It may be of another origin than before; rrweb listens only to what was of the same when it saw it first. @param {HTMLIFrameElement} frame */
  frameLoaded(frame) {
    if (this.policy.blocks(frame)) return;
    this.onFrame(frame, true);
    this.emitAttributes(frame, { [HOLE]: null });
    setTimeout(() => {
      const inner = documentOf(frame);
      if (inner && frame.isConnected && record.mirror.getId(inner) < 0) this.soon();
    }, RETRY_INTERVAL);
  }

  /** What mutations do not tell. @param {Element} target @param {Record<string, string | null>} attributes */
  emitAttributes(target, attributes) {
    const change = { id: record.mirror.getId(target), attributes };
    if (change.id > 0) this.emitChange({ source: IncrementalSource.Mutation, texts: [], attributes: [change], removes: [], adds: [] });
  }

  /** A link has loaded another style sheet than before. @param {HTMLLinkElement} link */
  emitSheet(link) {
    if (link.sheet && this.masker.sheets.get(link) !== link.sheet) this.sheets.sendText(link.sheet);
  }

  /** @param {any} data of a change, as rrweb would tell it */
  emitChange(data) {
    if (this.stopRecording) this.emit({ type: EventType.IncrementalSnapshot, timestamp: Date.now(), data });
  }

  /** What rrweb has no event for. @param {string} tag @param {any} payload */
  emitOwn(tag, payload) {
    if (this.stopRecording) this.emit({ type: EventType.Custom, timestamp: Date.now(), data: { tag, payload } });
  }

  /** The live node of a number the agent names. @param {number} id */
  nodeOf(id) {
    return record.mirror.getNode(id);
  }

  /** @param {Node} node @returns {number} -1 if it is not recorded */
  idOf(node) {
    return record.mirror.getId(node);
  }

  /** @param {any} event */
  emit(event) {
    if (this.congested) return; // a snapshot follows: until then nothing is noted that may have gone by then
    if (event.type === EventType.Meta) this.state.forget();
    const left = this.policy.once(() => this.masker.event(event));
    if (left) this.put(left);
    const late = this.masker.late();
    if (late) this.put(late);
    this.masker.known.clear(); // what it is about may be gone when the next one comes
    if (!left || event.type === EventType.Meta) return;
    this.state.tell();
    if (event.type === EventType.FullSnapshot || event.data.attributes?.some(isOpening)) this.state.lookAtTop();
  }

  /** @param {import("../shared/messages.d.ts").PageState} state */
  emitState(state) {
    this.put({ type: EventType.Custom, timestamp: Date.now(), data: { tag: "state", payload: state } });
  }

  /** @param {any} event that may leave */
  put(event) {
    if (this.congested) return;
    if (event.type === EventType.Meta) this.waiting = [{ key: true, events: [] }]; // a snapshot follows: what waits is in it
    else if (this.waiting.length === 0) this.waiting.push({ key: false, events: [] });
    this.waiting[this.waiting.length - 1].events.push(event);
    if (!this.sending) queueMicrotask(() => this.flush());
  }

  /** Send what waits, one message at a time; what comes meanwhile makes up the next. */
  async flush() {
    if (this.sending) return;
    this.sending = true;
    try {
      for (;;) {
        if (this.waiting[0]?.key) await breath(); // a snapshot is made in one task, and written down in the next
        const next = this.waiting.shift();
        if (!next) return;
        if (!(await this.send(next.events, next.key))) return this.later();
      }
    } finally {
      this.sending = false;
    }
  }

  /** There was no room: begin afresh once there is. */
  later() {
    this.waiting = [];
    this.congested = true;
    setTimeout(() => {
      if (!this.stopRecording || !this.congested) return;
      if (!this.hasRoom()) return this.later();
      this.congested = false;
      this.snapshot();
    }, RETRY_INTERVAL);
  }
}
