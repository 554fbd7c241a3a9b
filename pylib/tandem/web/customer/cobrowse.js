// @ts-check
// Co-browsing: what goes on while the agent sees the page. It records, marks what is hidden, shows where the agent points, and
// lets the agent act once the customer has agreed a second time.

import { Overlay } from "../shared/overlay.js";
import { Control } from "./control.js";
import { withoutCards } from "./looks.js";
import { masked } from "./masks.js";
import { Marks } from "./marks.js";
import { Policy } from "./policy.js";
import { Recorder } from "./recorder.js";
import { element } from "./ui.js";

/** @import { FromAgent, FromRelay, Act } from "../shared/messages.d.ts" */
/** @import { Parts } from "./session.js" */
/** @import { Stream } from "./stream.js" */

export class Cobrowse {
  /** @param {Parts} parts */
  constructor(parts) {
    this.parts = parts;
    this.policy = new Policy(parts.settings, parts.secrets);
    this.recorder = new Recorder(
      this.policy,
      async (events, key) => (await this.stream?.events(events, key)) ?? true,
      () => this.stream?.idle ?? true,
    );
    this.control = new Control(this.policy, (id) => this.recorder.nodeOf(id), parts.settings.navigate);
    this.marks = new Marks(this.policy);
    /** @type {Overlay | null} */
    this.overlay = null;
    /** @type {Stream | null} */
    this.stream = null;
    this.asking = false;
    this.onResize = () => this.sendPage();
  }

  /** The customer agreed before: nothing is left to choose. */
  async choose() {}

  /** The agent is there and sees. @param {Stream} stream */
  begin(stream) {
    this.stream = stream;
    this.marks.show();
    this.overlay ??= this.makeOverlay();
    addEventListener("resize", this.onResize);
    this.sendPage();
    this.recorder.start();
  }

  /** Nobody sees: nothing is recorded. */
  pause() {
    this.halt();
    if (this.asking) this.parts.ui.closeDialog();
  }

  /** The same for a moment, in which a question stays. */
  halt() {
    this.stream = null;
    this.recorder.stop();
    this.marks.hide();
    this.overlay?.clear();
    this.overlay?.canvas.remove();
    this.overlay = null;
    removeEventListener("resize", this.onResize);
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
    return node instanceof Element && node.isConnected && !this.policy.hides(node) ? node.getBoundingClientRect() : null;
  }

  sendPage() {
    const shown = this.policy.allows(document.querySelector("title"));
    const title = shown ? withoutCards(document.title) : masked(document.title);
    this.stream?.send({ t: "page", width: innerWidth, height: innerHeight, title: title.slice(0, 300) });
  }

  /** @param {FromAgent | FromRelay} message */
  onMessage(message) {
    if (this.overlay?.onMessage(message)) return;
    if (message.t === "resync") this.recorder.snapshot();
    else if (message.t === "ask") this.asked(message.what);
    else if (message.t === "act") this.act(message);
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

  /** @param {boolean} allowed */
  allow(allowed) {
    this.parts.kept.control = allowed;
    this.parts.save();
    this.stream?.send({ t: "control", allowed });
    this.show();
  }

  /** @param {Act} act */
  act(act) {
    const done = this.parts.kept.control ? this.control.judge(act) : "no_consent";
    if (typeof done === "string") {
      this.stream?.send({ t: "refused", n: act.n, why: done });
      return;
    }
    this.policy.secrets.acted();
    this.stream?.send({ t: "done", n: act.n }); // before it leads to another page
    done();
  }
}
