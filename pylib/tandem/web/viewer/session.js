// @ts-check
// One session from the agent's side: opened or taken up again, connected, shown, and reported to the tab. viewer.js makes it
// when the tab says `open`.

import { Joiner } from "../shared/frames.js";
import { Link } from "../shared/link.js";
import { Refused } from "./account.js";
import { Control } from "./control.js";
import { Mirror } from "./mirror.js";
import { Quality } from "./quality.js";
import { Screen } from "./screen.js";
import { Surface } from "./surface.js";
import { Tools } from "./tools.js";

/** @import { FromAgent, FromCustomer, FromRelay, Tool } from "../shared/messages.d.ts" */
/** @import { Account, Known } from "./account.js" */
/** @import { FromTab, Tab } from "./tab.js" */
/** @import { Key } from "./texts.js" */
/** @import { View } from "./view.js" */

/** @typedef {FromRelay | FromCustomer} Incoming */

/** A page that is opened after another is no interruption worth a word, in milliseconds. */
const BLINK = 2000;
/** A snapshot that has not come by then is asked for. */
const SNAPSHOT_WAIT = 4000;

export class Session {
  /** @param {Tab} tab @param {Account} account @param {View} view @param {Extract<FromTab, { type: "open" }>} opened */
  constructor(tab, account, view, opened) {
    this.tab = tab;
    this.account = account;
    this.view = view;
    this.opened = opened;
    this.listeners = new AbortController();
    /** @type {Known | null} */
    this.known = null;
    /** @type {Link<FromCustomer> | null} */
    this.link = null;
    this.live = false; // the customer has agreed
    this.here = false; // and is there
    this.told = false; // and the tab knows
    this.over = false;
    /** @type {"off" | "asked" | "on"} */
    this.control = "off";
    this.away = 0;
    this.waiting = 0;
    /** Messages are unpacked one after the other. */
    this.unpacked = Promise.resolve();
    this.joiner = new Joiner(() => this.resync());
    this.quality = new Quality((message) => this.send(message), (quality) => this.tab.say("quality", { quality }));
    this.scene = this.makeScene();
    const surface = new Surface(view.surface, view.canvas, this.scene);
    const { signal } = this.listeners;
    this.surface = surface;
    this.tools = new Tools(surface, (message) => this.send(message), signal);
    this.controller = new Control(surface, view.choices, (message) => this.send(message), signal);
    this.listen(signal);
  }

  makeScene() {
    const changed = () => this.show();
    if (this.opened.mode === "screenshare") return new Screen(this.view.content, { changed }, (message) => this.send(message));
    const faulty = () => this.failed("page", "The customer's page cannot be shown.");
    return new Mirror(this.view.content, { changed, faulty, resync: () => this.resync() });
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
      this.known = opened.session ? await account.resume(opened.session) : await account.create(opened);
    } catch (error) {
      const refused = error instanceof Refused ? error : new Refused("viewer", String(error), 0);
      return this.failed(refused.code, refused.message);
    }
    if (!this.known) return this.unknown();
    if (this.over) return;
    tab.say("invitation", { session: this.known.id, pin: this.known.pin, link: this.known.link });
    view.panel("waiting", "waiting_text");
    this.connect(this.known.token);
  }

  /** @param {string} ticket */
  connect(ticket) {
    this.link = new Link(location.origin, "agent", ticket, {
      onMessage: (message) => this.message(message),
      onChunk: (chunk) => this.chunk(chunk),
      onLost: () => this.lost(),
      onEnded: (reason) => this.ended(reason),
    });
    this.link.connect();
  }

  /** @param {FromAgent} message */
  send(message) {
    if (!this.over) this.link?.send(message);
  }

  resync() {
    this.send({ t: "resync" });
  }

  /** @param {Incoming} message */
  message(message) {
    switch (message.t) {
      case "welcome":
        return this.welcomed(message);
      case "peer":
        return this.peer(message.here);
      case "consent":
        return message.view ? this.agreed() : undefined;
      case "control":
        return this.controlled(message.allowed);
      case "refused":
        return this.refused(message.why);
      case "pong":
        return this.quality.pong(message.at);
      case "visible":
        return this.here && this.view.notice(message.here ? null : "hidden", { stays: true });
      case "bye":
        return this.ended("customer");
      case "error":
        return undefined; // it is closed next, and says so again
      default:
        return this.scene.message(/** @type {any} */ (message));
    }
  }

  /** @param {Extract<Incoming, { t: "welcome" }>} welcome */
  welcomed({ state, peer, control, ice }) {
    if (this.scene instanceof Screen) this.scene.ice = ice;
    this.joiner.restart();
    this.view.notice(null);
    this.setControl(control ? "on" : "off");
    if (state === "live") this.live = true;
    if (this.live || state === "joined") this.peer(peer);
    if (control && this.tools.tool === null) this.send({ t: "ask", what: "stop_control" }); // of a viewer that is gone
  }

  /** The customer came, or went. @param {boolean} here */
  peer(here) {
    this.here = here;
    clearTimeout(this.away);
    if (!this.live) return this.view.panel(...(here ? DECIDING : WAITING));
    if (here) return this.back();
    this.quality.stop();
    this.away = setTimeout(() => this.gone("away"), BLINK);
  }

  /** @param {Key} why */
  gone(why) {
    this.view.root.dataset.away = "";
    this.view.notice(why, { stays: true });
    if (this.told) this.tab.say("interrupted");
  }

  agreed() {
    this.live = this.here = true;
    clearTimeout(this.away);
    this.back();
  }

  back() {
    const { view, tab, scene } = this;
    delete view.root.dataset.away;
    view.notice(null);
    this.joiner.restart();
    if (!scene.shown) view.panel(this.opened.mode === "screenshare" ? "nothing" : "loading");
    view.allowed(...this.sign());
    tab.say("connected", { participants: [CUSTOMER[view.root.lang] ?? CUSTOMER.en] });
    if (this.told) tab.say("resumed");
    this.told = true;
    this.quality.start();
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.scene.shown || this.resync(), SNAPSHOT_WAIT);
  }

  lost() {
    clearTimeout(this.away);
    this.quality.stop();
    if (this.live) this.gone("lost");
    else this.view.notice("lost", { stays: true });
  }

  /** @param {Uint8Array<ArrayBuffer>} chunk */
  chunk(chunk) {
    const unpacked = this.joiner.add(chunk);
    if (!unpacked) return;
    unpacked.catch(() => {}); // waited for below, in its turn
    this.unpacked = this.unpacked.then(() => unpacked).then((message) => this.over || !message || this.scene.add(message)).then(
      () => {},
      () => this.resync(),
    );
  }

  /** The picture is there, or has another size. */
  show() {
    if (this.over || !this.live) return;
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
  controlled(allowed) {
    const before = this.control;
    const wanted = this.tools.tool === "control";
    if (allowed && !wanted) this.send({ t: "ask", what: "stop_control" });
    this.setControl(allowed && wanted ? "on" : "off");
    if (!allowed && before !== "off") this.view.notice(before === "asked" ? "control_refused" : "control_revoked");
    if (this.control === "on") this.surface.element.focus();
  }

  /** @param {"off" | "asked" | "on"} control */
  setControl(control) {
    this.control = control;
    this.controller.allow(control === "on");
    if (this.live) this.view.allowed(...this.sign());
    this.tab.say("control", { state: control });
  }

  /** @returns {[Key, "off" | "asked" | "on"]} */
  sign() {
    const see = this.opened.mode === "screenshare" ? "see_screen" : "see_page";
    return [this.control === "off" ? see : this.control === "on" ? "control_on" : "control_asked", this.control];
  }

  /** @param {string} why */
  refused(why) {
    const key = /** @type {Key} */ (`refused_${why}`);
    this.view.notice(key in this.view.texts ? key : "refused_invalid");
  }

  // The end.

  /** The agent ends it; the relay is told in two ways, so that it hears of it in any case. */
  async end() {
    if (this.over) return;
    this.send({ t: "bye" });
    const { known } = this;
    this.ended("agent", false);
    if (known) await this.account.end(known.id).catch(() => {});
    this.tab.say("ended", { reason: "agent" });
  }

  /** @param {string} reason @param {boolean} [tell] */
  ended(reason, tell = true) {
    if (this.over) return;
    const fresh = !this.told && this.opened.session !== null && reason === "lost"; // nothing was left to be resumed
    this.finish();
    this.view.panel("over");
    if (fresh) this.tab.say("unknown");
    else if (tell) this.tab.say("ended", { reason });
  }

  unknown() {
    this.finish();
    this.view.panel("over");
    this.tab.say("unknown");
  }

  /** @param {string} code @param {string} message for the agent */
  failed(code, message) {
    if (this.over) return;
    this.finish();
    this.view.panel("over");
    this.tab.say("failed", { code, message });
  }

  finish() {
    this.over = true;
    this.listeners.abort();
    this.link?.disconnect();
    this.quality.stop();
    clearTimeout(this.away);
    clearTimeout(this.waiting);
    this.controller.allow(false);
    this.surface.clear();
    this.scene.close();
    this.view.notice(null);
  }
}

/** @type {[Key, Key]} */
const WAITING = ["waiting", "waiting_text"];
/** @type {[Key, Key]} */
const DECIDING = ["deciding", "deciding_text"];

/** @type {Record<string, string>} who takes part; the relay does not know names */
const CUSTOMER = { en: "Customer", de: "Kundin oder Kunde", fr: "Client", es: "Cliente", ja: "お客様", ar: "العميل" };
