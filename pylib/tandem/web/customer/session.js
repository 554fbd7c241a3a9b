// @ts-check
// One session from the customer's side: asks for consent, is connected in the tab that is looked at, begins and pauses what
// the agent sees, and ends.

import { Link } from "../shared/link.js";
import { load } from "./modules.js";
import { forget, keep, kept, KEY } from "./store.js";
import { Stream } from "./stream.js";

/** @import { Cobrowse } from "./cobrowse.js" */
/** @import { Departures } from "./departures.js" */
/** @import { FromAgent, FromRelay } from "../shared/messages.d.ts" */
/** @import { Screenshare } from "./screenshare.js" */
/** @import { Secrets } from "./secrets.js" */
/** @import { TopLayer } from "./toplayer.js" */
/** @import { Settings } from "./settings.js" */
/** @import { Kept } from "./store.js" */
/** @import { Key } from "./texts.js" */
/** @import { Ui } from "./ui.js" */

/**
 * What the two modes work with.
 * @typedef {object} Parts
 * @property {Settings} settings
 * @property {Secrets} secrets
 * @property {TopLayer} top
 * @property {Ui} ui
 * @property {Kept} kept
 * @property {() => void} save
 * @property {() => void} end the customer has enough
 */

/** @typedef {Extract<FromRelay, { t: "welcome" }>} Welcome */
/** @typedef {"none" | "connecting" | "deciding" | "live" | "paused" | "elsewhere"} State */

export class Session {
  /**
   * @param {Pick<Parts, "settings" | "secrets" | "top" | "ui">} site
   * @param {Kept} entered
   * @param {new (parts: Parts) => Cobrowse | Screenshare} Mode that it was entered for
   * @param {() => void} onEnded
   */
  constructor({ settings, secrets, top, ui }, entered, Mode, onEnded) {
    this.ui = ui;
    this.kept = entered;
    this.onEnded = onEnded;
    /** @type {State} */
    this.state = "connecting";
    /** @type {Stream | null} */
    this.stream = null;
    /** @type {Welcome | null} */
    this.welcome = null;
    /** Whether nobody sees, because the customer cannot reach Stop. */
    this.covered = false;
    this.tab = Math.random().toString(36).slice(2);
    ui.names.agent = entered.agent;
    const parts = { settings, secrets, top, ui, kept: entered, save: () => keep(entered), end: () => this.end() };
    this.settings = settings;
    this.mode = new Mode(parts);
    /** @type {Link<FromAgent>} */
    this.link = new Link(settings.relay, "customer", entered.ticket, {
      onMessage: (message, socket) => this.onMessage(message, socket),
      onLost: () => this.paused("banner_lost"),
      isWanted: () => document.visibilityState === "visible" || kept()?.tab === this.tab,
      onEnded: (reason) => (reason === "replaced" ? this.elsewhere() : this.ended(reason)),
    });
    ui.owner = { onHidden: () => this.onHidden(), onShown: () => this.onShown(), onLost: () => this.onStopLost() };
    /** @type {Promise<Departures | null> | null} */
    this.departures = null;
    this.listeners = new AbortController();
    this.listen();
  }

  /** Be there, if this is the tab that is looked at. */
  start() {
    keep(this.kept);
    if (document.visibilityState === "visible") this.link.connect();
    else this.state = "elsewhere";
  }

  /** The document is another one: hear what happens in it, and show it from its beginning. */
  renew() {
    this.listeners.abort();
    this.listeners = new AbortController();
    this.listen();
    if (this.state !== "live") return;
    this.mode.halt();
    this.go(this.welcome?.peer ?? false);
  }

  listen() {
    const { signal } = this.listeners;
    document.addEventListener("visibilitychange", () => this.onVisible(), { signal });
    addEventListener("focus", () => this.onVisible(), { signal });
    addEventListener("pageshow", ({ persisted }) => persisted && this.onVisible(), { signal });
    addEventListener("pagehide", () => this.pageHidden(), { signal });
    addEventListener("storage", ({ key, newValue }) => key === KEY && newValue === null && this.dispose(null), { signal });
  }

  /** The customer looks at this tab, or away from it. */
  onVisible() {
    const here = document.visibilityState === "visible";
    this.stream?.send({ t: "visible", here });
    if (!here) return;
    const fresh = kept(); // another tab may have asked the customer meanwhile
    if (!this.stream && fresh?.session === this.kept.session) Object.assign(this.kept, fresh);
    this.link.connect(); // where it is connected, nothing happens
  }

  /** The page goes, perhaps to be taken up again as it is. */
  pageHidden() {
    this.link.disconnect();
    this.stream = null;
    this.mode.pause();
  }

  /** @param {Welcome} welcome @param {Stream} stream */
  onWelcome(welcome, stream) {
    Object.assign(this, { welcome, stream });
    this.kept.agent = this.ui.names.agent = welcome.agent;
    this.kept.tab = this.tab;
    keep(this.kept);
    if (!this.kept.view) return this.decide();
    if (welcome.state === "joined") this.consent(stream);
    else this.kept.control = welcome.control;
    this.go(welcome.peer);
  }

  /** Send what the customer has decided to a relay that has forgotten it or has not got it yet. @param {Stream} stream */
  consent(stream) {
    stream.send({ t: "consent", view: true, origins: this.kept.named });
    const { control } = this.kept;
    if (control || this.welcome?.control) stream.send({ t: "control", allowed: control });
  }

  async decide() {
    if (this.state === "deciding") return; // the question is still there, the connection is a new one
    this.state = "deciding";
    if ("able" in this.mode && !this.mode.able) return this.cannot(this.mode);
    const yes = this.kept.yes || await this.ui.ask(
      this.kept.mode === "screenshare"
        ? { title: "screen_title", texts: ["screen_text", "screen_masked"], yes: "screen_yes", no: "view_no" }
        : { title: "view_title", texts: ["view_text", "view_masked"], yes: "view_yes", no: "view_no" },
    );
    if (this.state !== "deciding") return; // it has ended meanwhile, or goes on in another tab
    if (!yes) return this.refuse();
    this.kept.view = true;
    this.kept.named = [...this.settings.origins, ...this.settings.frames];
    keep(this.kept);
    await this.mode.choose();
    if (!this.stream?.open) return this.paused("banner_lost");
    this.consent(this.stream);
    this.go(this.welcome?.peer ?? false);
  }

  /** Nobody is asked for what this browser cannot do. @param {Screenshare} mode */
  cannot(mode) {
    mode.refuse(this.stream);
    this.stream?.send({ t: "consent", view: false });
    this.dispose("screen_unable");
  }

  refuse() {
    this.stream?.send({ t: "consent", view: false });
    this.dispose(null);
  }

  /** @param {boolean} peer whether the agent is there */
  go(peer) {
    if (!this.stream) return;
    if (!peer) return this.paused("banner_away");
    this.state = "live";
    this.mode.show();
    if (this.settings.origins.length) this.departures ??= this.followed();
    if (!this.ui.watch.look()) return; // what follows is up to onHidden
    this.mode.begin(this.stream, this.welcome?.ice ?? []);
    this.stream.send({ t: "visible", here: document.visibilityState === "visible" });
  }

  /** From now on the session goes along to the other origins that the site names. */
  followed() {
    const made = load("origins", this.settings, this.ui.host).then(({ Departures }) => new Departures(this.settings, this.kept.ticket, () => this.state === "live" || this.state === "paused"));
    return made.catch(() => null);
  }

  /** Stop is out of reach: until it is back, nothing is recorded. */
  onHidden() {
    if (this.state !== "live") return;
    this.state = "paused";
    this.mode.pause();
    this.cover(true);
    this.ui.banner({ text: "banner_covered", state: "hidden", buttons: [["stop", () => this.end()]] });
  }

  onShown() {
    if (!this.covered) return;
    this.cover(false);
    this.go(this.welcome?.peer ?? false);
  }

  /** There is no way to show it. */
  onStopLost() {
    this.cover(true);
    this.stream?.send({ t: "end" });
    this.dispose("ended_covered");
  }

  /** @param {boolean} covered as the agent is told */
  cover(covered) {
    this.covered = covered;
    this.stream?.send({ t: "covered", covered });
  }

  /** @param {Key} text why */
  paused(text) {
    this.covered = false;
    if (text === "banner_lost") this.stream = null;
    if (!this.kept.view || this.state === "deciding") return;
    this.state = "paused";
    this.mode.pause();
    this.ui.banner({ text, state: "paused", buttons: [["stop", () => this.end()]] });
  }

  /** @param {FromAgent | FromRelay} message @param {WebSocket} socket */
  onMessage(message, socket) {
    if (message.t === "welcome") this.onWelcome(message, new Stream(socket));
    else if (message.t === "peer" && this.welcome) this.onPeer(message.here);
    else if (message.t === "ping") this.stream?.send({ t: "pong", at: message.at });
    else if (message.t === "end") this.ended("agent");
    else if (this.state === "live") this.mode.onMessage(message);
  }

  /** @param {boolean} here */
  onPeer(here) {
    if (this.welcome) this.welcome.peer = here;
    if (here && this.covered) this.cover(true); // an agent who comes again does not know it
    else if (this.kept.view && this.state !== "deciding") this.go(here);
  }

  /** Another tab of the site took over; this one keeps quiet until somebody looks at it. */
  elsewhere() {
    this.state = "elsewhere";
    this.stream = null;
    this.mode.pause();
    this.ui.hide();
  }

  /** The customer has enough. */
  end() {
    this.stream?.send({ t: "end" });
    this.dispose("ended_customer");
  }

  /** @param {string} reason */
  ended(reason) {
    if (!this.welcome && this.kept.view) return this.dispose(null); // long ago: the customer knows, or need not
    const texts = /** @type {Record<string, Key>} */ ({ agent: "ended_agent", customer: "ended_customer", expired: "ended_expired" });
    this.dispose(texts[reason] ?? "ended_lost");
  }

  /** @param {Key | null} text the last word, if any */
  dispose(text) {
    if (this.state === "none") return;
    this.state = "none";
    this.listeners.abort();
    this.link.disconnect();
    this.stream = null;
    this.mode.dispose();
    this.departures?.then((made) => made?.stop());
    forget();
    if (text) this.ui.farewell(text);
    else this.ui.hide();
    this.onEnded();
  }
}
