// @ts-check
// One session from the customer's side: asks for consent, is connected in the tab that is looked at, begins and pauses what
// the agent sees, and ends. tandem.js makes one when a customer joins, and when a page of the site is opened in a session.

import { Link } from "../shared/link.js";
import { Cobrowse } from "./cobrowse.js";
import { Screenshare } from "./screenshare.js";
import { forget, keep, kept, KEY } from "./store.js";
import { Stream } from "./stream.js";

/** @import { FromAgent, FromRelay } from "../shared/messages.d.ts" */
/** @import { Settings } from "./settings.js" */
/** @import { Kept } from "./store.js" */
/** @import { Key } from "./texts.js" */
/** @import { Ui } from "./ui.js" */

/**
 * What the two modes work with.
 * @typedef {object} Parts
 * @property {Settings} settings
 * @property {Ui} ui
 * @property {Kept} kept
 * @property {() => void} save
 * @property {() => void} stop the customer has enough
 */

/** @typedef {Extract<FromRelay, { t: "welcome" }>} Welcome */
/** @typedef {"none" | "connecting" | "deciding" | "live" | "paused" | "elsewhere"} State */

export class Session {
  /** @param {Settings} settings @param {Ui} ui @param {Kept} entered @param {() => void} gone called once it is over */
  constructor(settings, ui, entered, gone) {
    this.ui = ui;
    this.kept = entered;
    this.gone = gone;
    /** @type {State} */
    this.state = "connecting";
    /** @type {Stream | null} */
    this.stream = null;
    /** @type {Welcome | null} */
    this.welcome = null;
    this.tab = Math.random().toString(36).slice(2);
    ui.names.agent = entered.agent;
    const parts = { settings, ui, kept: entered, save: () => keep(entered), stop: () => this.stop() };
    this.mode = entered.mode === "screenshare" ? new Screenshare(parts) : new Cobrowse(parts);
    /** @type {Link<FromAgent>} */
    this.link = new Link(settings.relay, "customer", entered.ticket, {
      onMessage: (message, socket) => this.message(message, socket),
      onLost: () => this.paused("banner_lost"),
      isWanted: () => document.visibilityState === "visible" || kept()?.tab === this.tab,
      onEnded: (reason) => (reason === "replaced" ? this.elsewhere() : this.over(reason)),
    });
    this.listeners = new AbortController();
    this.listen();
  }

  /** Be there, if this is the tab that is looked at. */
  start() {
    keep(this.kept);
    if (document.visibilityState === "visible") this.link.connect();
    else this.state = "elsewhere";
  }

  listen() {
    const { signal } = this.listeners;
    document.addEventListener("visibilitychange", () => this.looked(), { signal });
    addEventListener("focus", () => this.looked(), { signal });
    addEventListener("pageshow", ({ persisted }) => persisted && this.looked(), { signal });
    addEventListener("pagehide", () => this.left(), { signal });
    addEventListener("storage", ({ key, newValue }) => key === KEY && newValue === null && this.finish(null), { signal });
  }

  /** The customer looks at this tab, or away from it. */
  looked() {
    const here = document.visibilityState === "visible";
    this.stream?.tell({ t: "visible", here });
    if (!here) return;
    const fresh = kept(); // another tab may have asked the customer meanwhile
    if (!this.stream && fresh?.session === this.kept.session) Object.assign(this.kept, fresh);
    this.link.connect(); // where it is connected, nothing happens
  }

  /** The page goes, perhaps to be taken up again as it is. */
  left() {
    this.link.disconnect();
    this.stream = null;
    this.mode.pause();
  }

  /** @param {Welcome} welcome @param {Stream} stream */
  welcomed(welcome, stream) {
    Object.assign(this, { welcome, stream });
    this.kept.agent = this.ui.names.agent = welcome.agent;
    this.kept.tab = this.tab;
    keep(this.kept);
    if (!this.kept.view) return this.decide();
    if (welcome.state === "joined") this.consent(stream);
    else this.kept.control = welcome.control;
    this.go(welcome.peer);
  }

  /** Tell a relay that does not know it (any more) what the customer has decided. @param {Stream} stream */
  consent(stream) {
    stream.tell({ t: "consent", view: true });
    if (this.kept.control) stream.tell({ t: "control", allowed: true });
  }

  async decide() {
    if (this.state === "deciding") return; // the question is still there, the connection is a new one
    this.state = "deciding";
    const yes = await this.ui.ask(
      this.kept.mode === "screenshare"
        ? { title: "screen_title", texts: ["screen_text", "screen_masked"], yes: "screen_yes", no: "view_no" }
        : { title: "view_title", texts: ["view_text", "view_masked"], yes: "view_yes", no: "view_no" },
    );
    if (this.state !== "deciding") return; // it ended meanwhile, or went on in another tab
    if (!yes) return this.refuse();
    this.kept.view = true;
    keep(this.kept);
    await this.mode.choose();
    if (!this.stream?.open) return this.paused("banner_lost");
    this.consent(this.stream);
    this.go(this.welcome?.peer ?? false);
  }

  refuse() {
    this.stream?.tell({ t: "consent", view: false });
    this.finish(null);
  }

  /** @param {boolean} peer whether the agent is there */
  go(peer) {
    if (!this.stream) return;
    if (!peer) return this.paused("banner_away");
    this.state = "live";
    this.mode.begin(this.stream, this.welcome?.ice ?? []);
    this.stream.tell({ t: "visible", here: document.visibilityState === "visible" });
  }

  /** @param {Key} text why */
  paused(text) {
    if (text === "banner_lost") this.stream = null;
    if (!this.kept.view || this.state === "deciding") return;
    this.state = "paused";
    this.mode.pause();
    this.ui.banner({ text, state: "paused", buttons: [["stop", () => this.stop()]] });
  }

  /** @param {FromAgent | FromRelay} message @param {WebSocket} socket */
  message(message, socket) {
    if (message.t === "welcome") this.welcomed(message, new Stream(socket));
    else if (message.t === "peer" && this.welcome) this.peer(message.here);
    else if (message.t === "ping") this.stream?.tell({ t: "pong", at: message.at });
    else if (message.t === "bye") this.over("agent");
    else if (this.state === "live") this.mode.message(message);
  }

  /** @param {boolean} here */
  peer(here) {
    if (this.welcome) this.welcome.peer = here;
    if (this.kept.view && this.state !== "deciding") this.go(here);
  }

  /** Another tab of the site took over; this one keeps quiet until somebody looks at it. */
  elsewhere() {
    this.state = "elsewhere";
    this.stream = null;
    this.mode.pause();
    this.ui.hide();
  }

  stop() {
    this.stream?.tell({ t: "bye" });
    this.finish("ended_customer");
  }

  /** @param {string} reason */
  over(reason) {
    if (!this.welcome && this.kept.view) return this.finish(null); // long ago: the customer knows, or need not
    const texts = /** @type {Record<string, Key>} */ ({ agent: "ended_agent", customer: "ended_customer", expired: "ended_expired" });
    this.finish(texts[reason] ?? "ended_lost");
  }

  /** @param {Key | null} text the last word, if any */
  finish(text) {
    if (this.state === "none") return;
    this.state = "none";
    this.listeners.abort();
    this.link.disconnect();
    this.stream = null;
    this.mode.end();
    forget();
    this.ui.hide();
    if (text) this.ui.farewell(text);
    this.gone();
  }
}
