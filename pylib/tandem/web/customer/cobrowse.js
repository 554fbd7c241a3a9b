// @ts-check
// Co-browsing: what goes on while the agent sees the page. It records, marks what is hidden, shows where the agent points, and
// lets the agent act once the customer has agreed a second time.

import { SHOWN } from "../shared/assets.js";
import { Overlay } from "../shared/overlay.js";
import { Attention } from "./attention.js";
import { breath } from "./breath.js";
import { mirrored } from "./holes.js";
import { withoutCards } from "./looks.js";
import { masked, pageAddress } from "./masks.js";
import { Marks } from "./marks.js";
import { madeOf } from "./mirror/fonts.js";
import { load } from "./modules.js";
import { assetName, pictureName } from "./names.js";
import { listen, unlisten, untouchedWindow } from "./natives.js";
import { bare, isConnected, isElement } from "./nodes.js";
import { Policy } from "./policy.js";
import { Recorder } from "./recorder.js";
import { roots } from "./roots.js";
import { element } from "./ui.js";

/** @import { FromAgent, FromRelay, Act, Refusal, Want } from "../shared/messages.d.ts" */
/** @import { Assets } from "./assets.js" */
/** @import { Control } from "./control.js" */
/** @import { Host } from "./foreign/host.js" */
/** @import { Parts } from "./session.js" */
/** @import { Shown } from "./shown.js" */
/** @import { Stream } from "./stream.js" */

const MAX_TITLE = 300;
/** Milliseconds. */
const PAGE_INTERVAL = 200;

export class Cobrowse {
  /** @param {Parts} parts */
  constructor(parts) {
    this.parts = parts;
    this.policy = new Policy(parts.settings, parts.secrets);
    this.recorder = new Recorder(
      this.policy,
      parts.top,
      async (events, key) => (await this.stream?.events(events, key)) ?? true,
      () => this.stream?.idle ?? true,
    );
    /** @type {Promise<Assets> | null} once the agent's side has lacked something */
    this.assets = null;
    this.recorder.onShown = (canvas) => this.showing().then((shown) => shown.add(/** @type {HTMLCanvasElement} */ (canvas)), () => (this.shown = null));
    /** @type {Promise<Shown> | null} once there is something to show */
    this.shown = null;
    /** @type {Control | null} once it was allowed */
    this.control = null;
    /** @type {Promise<Control> | null} */
    this.loading = null;
    /** @type {Host | null} where the site names frames of other origins */
    this.frames = null;
    if (parts.settings.frames.length) this.openFrames().catch((error) => console.error(error));
    this.marks = new Marks(this.policy);
    this.attention = new Attention(this.policy, (node) => this.recorder.idOf(node), (message) => this.stream?.send(message));
    /** @type {Overlay | null} */
    this.overlay = null;
    /** @type {Stream | null} */
    this.stream = null;
    this.asking = false;
    this.acting = Promise.resolve();
    this.page = "";
    this.timer = 0;
    this.onPage = () => this.sendPage();
  }

  /** The customer agreed before: nothing is left to choose. */
  async choose() {}

  /** From now on frames of other origins are shown, too. */
  async openFrames() {
    const { Host: Made } = await load("frames", this.parts.settings, this.parts.ui.host);
    this.frames = new Made(this, mirrored);
    this.recorder.onFrame = (frame, again) => this.stream && this.frames?.note(frame, again);
    this.recorder.snapshot();
  }

  /** The agent is there and sees. @param {Stream} stream */
  begin(stream) {
    this.stream = stream;
    this.marks.show();
    this.overlay ??= this.makeOverlay();
    addEventListener("resize", this.onPage);
    listen(/** @type {any} */ (window).navigation, "currententrychange", this.onPage);
    this.page = "";
    clearInterval(this.timer);
    this.timer = setInterval(this.onPage, PAGE_INTERVAL);
    this.sendPage();
    this.record(stream).catch((error) => console.error(error));
  }

  /** Three tasks, each of which is long on a large page: the question goes, all is made ready, and the page is recorded. @param {Stream} stream */
  async record(stream) {
    await breath();
    document.documentElement?.getBoundingClientRect(); // rrweb asks how far each element is scrolled
    untouchedWindow(); // and takes from there what a page may have changed
    await breath();
    if (this.stream !== stream) return; // the agent does not see any more
    this.recorder.start();
    this.attention.start();
    if (this.parts.kept.control) this.hand().catch(() => this.allow(false));
  }

  /** Nobody sees: nothing is recorded. */
  pause() {
    this.halt();
    if (this.asking) this.parts.ui.closeDialog();
  }

  /** The same for a moment, in which a question stays. */
  halt() {
    this.frames?.stop();
    this.stream = null;
    this.recorder.stop();
    this.shown?.then((shown) => shown.stop());
    this.attention.stop();
    this.control?.allow(false);
    this.marks.hide();
    this.overlay?.clear();
    this.overlay?.canvas.remove();
    this.overlay = null;
    removeEventListener("resize", this.onPage);
    unlisten(/** @type {any} */ (window).navigation, "currententrychange", this.onPage);
    clearInterval(this.timer);
  }

  dispose() {
    this.pause();
  }

  show() {
    const { ui, kept, end } = this.parts;
    /** @type {[import("./texts.js").Key, () => void][]} */
    const revoke = kept.control ? [["revoke", () => this.allow(false)]] : [];
    ui.banner({ text: kept.control ? "banner_control" : "banner_live", state: "live", buttons: [...revoke, ["stop", end]] });
  }

  makeOverlay() {
    const canvas = /** @type {HTMLCanvasElement} */ (element("canvas", { class: "overlay", "aria-hidden": "true" }));
    this.parts.ui.place.append(canvas);
    return new Overlay(canvas, (id) => this.rectOf(id));
  }

  /** @param {number} id */
  rectOf(id) {
    const node = this.recorder.nodeOf(id);
    return isElement(node) && isConnected(node) && !this.policy.hides(node) ? bare(node).getBoundingClientRect() : null;
  }

  /** Which page it is, if that has changed: the address and the title of some change without any other being opened. */
  sendPage() {
    const shown = this.policy.allows(document.querySelector("title"));
    const title = shown ? withoutCards(document.title) : masked(document.title);
    const address = pageAddress(location.href) ?? location.origin;
    /** @type {import("../shared/messages.d.ts").Page} */
    const message = { t: "page", width: innerWidth, height: innerHeight, title: title.slice(0, MAX_TITLE), address };
    const text = JSON.stringify(message);
    if (text === this.page) return;
    this.page = text;
    this.stream?.send(message);
  }

  /** @param {FromAgent | FromRelay} message */
  onMessage(message) {
    if (this.overlay?.onMessage(message)) return;
    if (message.t === "want" && this.frames?.onWant(message)) return;
    if (message.t === "resync") this.resync();
    else if (message.t === "ask") this.asked(message.what);
    else if (message.t === "act") this.act(message);
    else if (message.t === "want" && message.name === SHOWN) this.shown?.then((shown) => shown.onWant(message));
    else if (message.t === "want") this.wanted(message);
  }

  /** Something that the agent's browser lacks is sent by what is loaded for it. @param {Want} want */
  wanted(want) {
    this.assets ??= load("assets", this.parts.settings, this.parts.ui.host).then(({ Assets }) => new Assets(this.parts, {
      policy: this.policy,
      nodeOf: (id) => this.recorder.nodeOf(id),
      stream: () => this.stream,
      madeOf,
      assetName,
      pictureName,
    }));
    this.assets.then((assets) => assets.onWant(want), () => (this.assets = null));
  }

  /** What shows canvases and videos, which is loaded when there is one. */
  showing() {
    return (this.shown ??= load("pictures", this.parts.settings, this.parts.ui.host).then(({ Shown }) => new Shown(this.policy, this.recorder, () => this.stream)));
  }

  resync() {
    this.recorder.snapshot();
    this.attention.start();
  }

  /** @param {"control" | "stop_control"} what */
  async asked(what) {
    const { ui, kept } = this.parts;
    if (what === "stop_control") return kept.control && this.allow(false);
    if (what !== "control" || kept.control || this.asking) return;
    this.asking = true;
    const yes = await ui.ask({ title: "control_title", texts: ["control_text"], yes: "control_yes", no: "control_no" });
    this.asking = false;
    if (this.stream) this.allow(yes);
  }

  /** What acts for the agent, which is loaded when it is wanted first. */
  async hand() {
    this.loading ??= load("hand", this.parts.settings, this.parts.ui.host).then(({ Control }) => new Control(this.policy, (id) => this.recorder.nodeOf(id), this.parts.settings.navigate, roots.closed));
    try {
      this.control = await this.loading;
    } catch (error) {
      this.loading = null;
      throw error;
    }
    if (this.parts.kept.control && this.stream) this.control.allow(true);
    return this.control;
  }

  /** @param {boolean} wanted */
  async allow(wanted) {
    const { kept, save } = this.parts;
    kept.control = wanted && (await this.hand().then(() => true, () => false));
    save();
    this.control?.allow(kept.control && this.stream !== null);
    this.frames?.allow(kept.control);
    this.stream?.send({ t: "control", allowed: kept.control });
    this.show();
  }

  /** Acts wait for what the page puts off after the one before, as there is time for between a user's. @param {Act} act */
  act(act) {
    this.acting = this.acting.then(() => this.perform(act)).catch((error) => console.error(error)).then(breath);
  }

  /** @param {Act} act */
  async perform(act) {
    const control = this.parts.kept.control ? await this.hand().catch(() => null) : null;
    if (control && this.parts.kept.control && this.stream && !control.turn.rests && this.frames?.act(act)) return;
    const done = control && this.parts.kept.control && this.stream ? control.judge(act) : "no_consent";
    if (typeof done === "string") return this.refuse(act, done);
    this.policy.secrets.acted();
    this.stream?.send({ t: "done", n: act.n }); // before it leads to another page
    done();
  }

  /** What only the customer can do is shown to them. @param {Act} act @param {Refusal} why */
  refuse({ n, id }, why) {
    this.stream?.send({ t: "refused", n, why });
    if (why === "file" || why === "native") this.overlay?.onMessage({ t: "highlight", id });
  }
}
