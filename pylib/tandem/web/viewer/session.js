// @ts-check
// One session from the agent's side: opened or resumed, connected, shown, and reported to the tab.

import { ASSET } from "../shared/assets.js";
import { Joiner } from "../shared/frames.js";
import { Link } from "../shared/link.js";
import { Refused } from "./account.js";
import { Chat } from "./chat.js";
import { Control } from "./control.js";
import { Mirror } from "./mirror.js";
import { Quality } from "./quality.js";
import { Screen } from "./screen.js";
import { Surface } from "./surface.js";
import { Tools } from "./tools.js";

/** @import { Act, FromAgent, FromCustomer, FromRelay, Tool } from "../shared/messages.d.ts" */
/** @import { Account, SessionInfo } from "./account.js" */
/** @import { FromTab, Tab } from "./tab.js" */
/** @import { Key } from "./texts.js" */
/** @import { View } from "./view.js" */

/** @typedef {FromRelay | FromCustomer} Incoming */

/** Milliseconds until a customer counts as away: one page opened after another is no interruption worth a word. */
const AWAY_TIMEOUT = 2000;
/** Milliseconds until a snapshot that has not come is asked for. */
const SNAPSHOT_TIMEOUT = 4000;
const LETTING_GO = new Set(["up", "release"]);

export class Session {
  /** @param {Tab} tab @param {Account} account @param {View} view @param {Extract<FromTab, { type: "open" }>} opened */
  constructor(tab, account, view, opened) {
    this.tab = tab;
    this.account = account;
    this.view = view;
    this.opened = opened;
    this.listeners = new AbortController();
    /** @type {SessionInfo | null} */
    this.info = null;
    /** @type {Link<FromCustomer> | null} */
    this.link = null;
    this.live = false; // the customer has agreed
    this.here = false; // and is there
    this.reported = false; // and the tab has been sent `connected`
    this.covered = false; // the customer cannot reach Stop
    this.visible = true; // the customer looks at it
    this.silent = false; // it does not answer
    this.picks = false; // the customer's browser shows a list or picker of its own
    this.unable = false; // the customer's browser cannot share a screen
    this.pictures = false; // it comes as single pictures
    this.isEnded = false;
    /** @type {"off" | "asked" | "on"} */
    this.control = "off";
    this.away = 0;
    this.waiting = 0;
    /** Messages are unpacked one after the other. */
    this.unpacked = Promise.resolve();
    this.joiner = new Joiner(() => this.resync());
    this.chat = new Chat(account, tab, () => this.info?.id ?? null);
    this.quality = new Quality((message) => this.send(message), (quality) => this.tab.emit("quality", { quality }), (silent) => this.onSilent(silent));
    this.scene = this.makeScene();
    const surface = new Surface(view.surface, view.canvas, this.scene);
    const { signal } = this.listeners;
    this.surface = surface;
    this.tools = new Tools(surface, (message) => this.send(message), signal);
    this.controller = new Control(surface, view, (act) => this.act(act), signal);
    this.listen(signal);
  }

  makeScene() {
    const onChange = () => this.show();
    if (this.opened.mode === "screenshare") return new Screen(this.view.content, { onChange }, (message) => this.send(message));
    const onFailed = () => this.failed("page", "The customer's page cannot be shown.");
    return new Mirror(this.view.content, this.view.texts, { onChange, onFailed, onResync: () => this.resync(), onPicks: (picks) => this.onPicks(picks), onWant: (want) => this.send(want) });
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    const { ways, address } = this.view;
    for (const what of /** @type {const} */ (["back", "forward", "reload"])) {
      document.getElementById(what)?.addEventListener("click", () => this.controller.act(what), { signal });
    }
    const go = (/** @type {Event} */ event) => {
      event.preventDefault();
      this.controller.act("navigate", { url: address.value });
    };
    ways.addEventListener("submit", go, { signal });
  }

  async open() {
    const { tab, account, view, opened } = this;
    view.panel("starting");
    try {
      this.info = opened.session ? await account.resume(opened.session) : await account.create(opened);
    } catch (error) {
      const refused = error instanceof Refused ? error : new Refused("viewer", String(error), 0);
      return this.failed(refused.code, refused.message);
    }
    if (!this.info) return this.unknown();
    if (this.isEnded) return;
    tab.emit("invitation", { session: this.info.id, pin: this.info.pin, link: this.info.link });
    view.panel("waiting", "waiting_text");
    this.connect(this.info.token);
  }

  /** @param {string} ticket */
  connect(ticket) {
    this.link = new Link(location.origin, "agent", ticket, {
      onMessage: (message) => this.onMessage(message),
      onChunk: (chunk) => this.onChunk(chunk),
      onLost: () => this.onLost(),
      onEnded: (reason) => this.ended(reason),
    });
    this.link.connect();
  }

  /** @param {FromAgent} message */
  send(message) {
    if (!this.isEnded) this.link?.send(message);
  }

  /** A page that does not answer would do it later, when it shows something else. @param {Act} act */
  act(act) {
    if (!this.silent || LETTING_GO.has(act.do)) this.send(act);
  }

  resync() {
    this.send({ t: "resync" });
  }

  /** @param {Incoming} message */
  onMessage(message) {
    switch (message.t) {
      case "welcome":
        this.view.signed(message.agent);
        return this.onWelcome(message);
      case "peer":
        return this.onPeer(message.here);
      case "asked":
        return this.view.panel(...(this.chat.onAsked(message) ? DECIDING : WAITING));
      case "consent":
        return message.view ? this.onConsent() : undefined;
      case "control":
        return this.onControl(message.allowed);
      case "refused":
        return this.onRefused(message.why);
      case "pong":
        return this.quality.pong(message.at);
      case "visible":
        this.visible = message.here === true;
        return this.note();
      case "covered":
        return this.onCovered(message.covered === true);
      case "share":
        return this.onShare(message);
      case "end":
        return this.ended("customer");
      case "error":
        return undefined; // it is closed next: that counts
      default:
        return this.scene.onMessage(/** @type {any} */ (message));
    }
  }

  /** @param {Extract<Incoming, { t: "welcome" }>} welcome */
  onWelcome({ state, peer, control, ice, sites }) {
    if (this.scene instanceof Screen) this.scene.ice = ice;
    else this.scene.sanitizer.sites = new Set(sites);
    this.joiner.restart();
    this.view.notice(null);
    const wanted = this.tools.tool === "control";
    this.setControl(control && wanted ? "on" : "off");
    if (state === "live") this.live = true;
    if (this.live || state === "joined") this.onPeer(peer);
    if (control && !wanted) this.send({ t: "ask", what: "stop_control" }); // of a viewer that is gone
  }

  /** The customer came, or went. @param {boolean} here */
  onPeer(here) {
    this.here = here;
    this.visible = true; // or the page that is there says otherwise
    clearTimeout(this.away);
    if (!this.live) return this.view.panel(...(here ? DECIDING : WAITING));
    if (here) return this.back();
    this.quality.stop();
    this.away = setTimeout(() => this.gone("away"), AWAY_TIMEOUT);
  }

  /** @param {boolean} silent */
  onSilent(silent) {
    this.silent = silent;
    this.note();
  }

  /** @param {boolean} picks */
  onPicks(picks) {
    if (picks === this.picks) return;
    this.picks = picks;
    this.note();
  }

  /** Say what the customer is at that the mirror does not show. */
  note() {
    if (!this.here || this.covered) return;
    const answers = !this.silent || this.opened.mode === "screenshare";
    this.view.stand(!this.visible ? "hidden" : !answers ? "silent" : this.picks ? "picks" : null);
  }

  /** Nothing is recorded while the customer's page hides Stop. @param {boolean} covered */
  onCovered(covered) {
    this.covered = covered;
    if (covered) this.gone("covered");
    else if (this.here) this.back();
  }

  /** @param {Extract<FromCustomer, { t: "share" }>} message */
  onShare(message) {
    this.unable = message.unable === true;
    this.pictures = message.on && message.fallback === true;
    if (this.live) this.view.allowed(...this.sign());
    if (this.scene instanceof Screen) this.scene.onMessage(message);
  }

  /** @param {Key} why */
  gone(why) {
    this.view.root.dataset.away = "";
    this.view.notice(why, { stays: true });
    if (this.reported) this.tab.emit("reconnecting");
  }

  onConsent() {
    this.live = this.here = true;
    clearTimeout(this.away);
    this.back();
  }

  back() {
    const { view, tab, scene } = this;
    delete view.root.dataset.away;
    this.covered = false; // or the page that is there says otherwise
    this.note();
    this.joiner.restart();
    if (!scene.shown) view.panel(this.opened.mode === "screenshare" ? "nothing" : "loading");
    view.allowed(...this.sign());
    tab.emit("connected", { participants: [CUSTOMER[view.root.lang] ?? CUSTOMER.en] });
    if (this.reported) tab.emit("reconnected");
    this.reported = true;
    this.quality.start();
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.scene.shown || this.resync(), SNAPSHOT_TIMEOUT);
  }

  onLost() {
    clearTimeout(this.away);
    this.quality.stop();
    if (this.live) this.gone("lost");
    else this.view.notice("lost", { stays: true });
  }

  /** @param {Uint8Array<ArrayBuffer>} chunk */
  onChunk(chunk) {
    if (chunk[0] === ASSET) return void (this.scene instanceof Mirror && this.scene.onAsset(chunk));
    const unpacked = this.joiner.add(chunk);
    if (!unpacked) return;
    unpacked.catch(() => {}); // waited for below, in its turn
    this.unpacked = this.unpacked.then(() => unpacked).then((message) => this.isEnded || !message || this.scene.add(message)).then(
      () => {},
      () => this.resync(),
    );
  }

  /** The picture is there, or has another size. */
  show() {
    if (this.isEnded || !this.live) return;
    if (this.scene.shown) this.view.show(this.scene);
    else if (this.here) this.view.panel(this.opened.mode === "screenshare" ? "nothing" : "loading");
  }

  // Tools and control.

  /** @param {Tool} tool */
  use(tool) {
    const before = this.tools.tool;
    this.tools.use(tool);
    this.view.root.dataset.tool = tool ?? "";
    this.send({ t: "tool", tool });
    if (tool === "control") this.ask();
    else if (before === "control" && this.control !== "off") {
      this.send({ t: "ask", what: "stop_control" });
      this.setControl("off");
    }
  }

  ask() {
    if (this.opened.mode === "screenshare") return this.view.notice("control_screen");
    this.setControl("asked");
    this.send({ t: "ask", what: "control" });
  }

  /** @param {boolean} allowed */
  onControl(allowed) {
    const before = this.control;
    const wanted = this.tools.tool === "control";
    if (allowed && !wanted) this.send({ t: "ask", what: "stop_control" });
    this.setControl(allowed && wanted ? "on" : "off");
    if (!allowed && before !== "off") this.view.notice(before === "asked" ? "control_refused" : "control_revoked");
    if (this.control === "on") this.view.keys.focus();
  }

  /** @param {"off" | "asked" | "on"} control */
  setControl(control) {
    this.control = control;
    this.controller.allow(control === "on");
    if (this.live) this.view.allowed(...this.sign());
    this.tab.emit("control", { state: control });
  }

  /** @returns {[Key, "off" | "asked" | "on"]} */
  sign() {
    const see = this.opened.mode !== "screenshare" ? "see_page" : this.pictures ? "see_pictures" : "see_screen";
    return [this.control === "off" ? see : this.control === "on" ? "control_on" : "control_asked", this.control];
  }

  /** @param {string} why */
  onRefused(why) {
    const key = /** @type {Key} */ (`refused_${why}`);
    this.view.notice(key in this.view.texts ? key : "refused_invalid");
  }

  // The end.

  /** The agent ends it. The relay gets the wish in two ways, of which one may be down. */
  async end() {
    if (this.isEnded) return;
    this.send({ t: "end" });
    const { info } = this;
    this.ended("agent", false);
    if (info) await this.account.end(info.id).catch(() => {});
    this.tab.emit("ended", { reason: "agent" });
  }

  /** @param {string} reason @param {boolean} [emit] whether the tab is to know now */
  ended(reason, emit = true) {
    if (this.isEnded) return;
    const fresh = !this.reported && this.opened.session !== null && reason === "lost"; // there was nothing left to be resumed
    this.dispose();
    const why = reason === "customer" ? this.why() : null;
    this.view.panel("ended", why);
    if (fresh) this.tab.emit("unknown");
    else if (emit) this.tab.emit("ended", { reason, why: why && this.view.texts[why] });
  }

  /** What more there is to say of an end by the customer's side. @returns {Key | null} */
  why() {
    if (this.unable) return "ended_unable";
    if (this.covered) return "ended_covered";
    return this.live || this.opened.session ? null : "ended_refused"; // of one that is resumed, nobody knows here
  }

  unknown() {
    this.dispose();
    this.view.panel("ended");
    this.tab.emit("unknown");
  }

  /** @param {string} code @param {string} message for the agent */
  failed(code, message) {
    if (this.isEnded) return;
    this.dispose();
    this.view.panel("ended");
    this.tab.emit("failed", { code, message });
  }

  dispose() {
    this.isEnded = true;
    this.listeners.abort();
    this.link?.disconnect();
    this.quality.stop();
    clearTimeout(this.away);
    clearTimeout(this.waiting);
    this.chat.dispose();
    this.controller.allow(false);
    this.surface.clear();
    this.scene.dispose();
    this.view.notice(null);
  }
}

/** @type {[Key, Key]} */
const WAITING = ["waiting", "waiting_text"];
/** @type {[Key, Key]} */
const DECIDING = ["deciding", "deciding_text"];

/** @type {Record<string, string>} who takes part; the relay does not know names */
const CUSTOMER = { en: "Customer", de: "Kundin oder Kunde", fr: "Client", es: "Cliente", ja: "お客様", ar: "العميل" };
