// @ts-check
// What the customer script loads (tandem.js), and what is behind its global. It waits: for tandem.open() or a click on
// [data-tandem-open], for an invitation link (#tandem=...), or goes on with the session that the customer is in. Without any of
// these it does nothing to the page.

import { joinChats } from "./chats.js";
import { Cobrowse } from "./cobrowse.js";
import { join, JoinError } from "./join.js";
import { fonts } from "./mirror/fonts.js";
import { load } from "./modules.js";
import { outside } from "./natives.js";
import { closest, isElement } from "./nodes.js";
import { roots } from "./roots.js";
import { Session } from "./session.js";
import { Secrets } from "./secrets.js";
import { readSettings } from "./settings.js";
import { kept } from "./store.js";
import { chooseLanguage, learn } from "./texts.js";
import { newToken, takeToken } from "./token.js";
import { TopLayer } from "./toplayer.js";
import { Ui } from "./ui.js";

/** @import { Notes } from "./noted.js" */
/** @import { Kept } from "./store.js" */
/** @import { Key } from "./texts.js" */

/**
 * What the first script hands over.
 * @typedef {object} First
 * @property {HTMLScriptElement | null} script the site's own tag
 * @property {Notes} notes
 * @property {string | null} token of a link that the page was opened by
 * @property {boolean} isPart whether this is a frame that waits to be shown as part of the page around it
 */

export class Tandem {
  #ui = new Ui();
  #top = new TopLayer();
  #settings;
  #secrets;
  #notes;
  #listeners = new AbortController();
  #leaveChats = () => {};
  #speaks = false;
  /** @type {{ stop: () => void } | null} */
  #guest = null;
  /** @type {Session | null} */
  #session = null;

  /** @param {First} first */
  constructor({ script, notes, token, isPart }) {
    this.#settings = readSettings(document, script);
    this.#secrets = new Secrets(this.#settings.secret);
    this.#notes = notes;
    roots.closed = notes.closed;
    fonts.made = notes.made;
    this.#ui.names.site = [location.hostname, ...this.#settings.origins.concat(this.#settings.frames).map((each) => new URL(each).host)].join(", ");
    this.#secrets.watch();
    this.#top.onOther = () => this.#ui.onTop();
    this.#top.isOwn = (root) => root === this.#ui.layer?.shadow;
    if (isPart) this.#top.watch(document);
    else this.#begin(token);
  }

  /** @param {string | null} token */
  #begin(token) {
    this.#listen();
    onNewDocument(() => {
      this.#listen();
      this.#secrets.watch();
      this.#ui.renew();
      this.#session?.renew();
    });
    if (this.#settings.chat) this.#joinChats();
    const earlier = kept();
    if (token) this.#follow(token);
    else if (earlier) this.#enter(earlier).catch((error) => this.#failed(error));
  }

  #joinChats() {
    try {
      this.#leaveChats = joinChats(() => {
        const token = newToken();
        this.visit(token);
        return token;
      });
      if (sessionStorage["tandem.chat"]) this.visit();
    } catch (error) {
      console.error(error); // of a widget that is another, or without storage
    }
  }

  /** Be known as a page with a chat. @param {string} [token] of a chat that begins */
  visit(token) {
    const site = { settings: this.#settings, ui: this.#ui, state: () => this.state, enter: (/** @type {Kept} */ session) => this.#enter(session) };
    Promise.all([load("chat", this.#settings, this.#ui.host), this.#speak()]).then(([{ visit, TEXTS }]) => (learn(TEXTS), visit(site, token))).catch(console.error);
  }

  /** Have the texts of the customer's language; what is not there is read in English. */
  async #speak() {
    if (this.#speaks || chooseLanguage() === "en") return;
    const learned = load("languages", this.#settings, this.#ui.host).then(({ TEXTS }) => learn(TEXTS));
    this.#speaks = await learned.then(() => true, (error) => (console.error(error), false));
  }

  /** Be shown, in a frame, as part of the page around it. @param {MessagePort} port to that @param {number} first number for nodes */
  async attach(port, first) {
    const { Guest } = await load("frames", this.#settings, this.#ui.host);
    this.#guest?.stop();
    this.#guest = new Guest({ settings: this.#settings, secrets: this.#secrets, top: this.#top }, Cobrowse, port, first);
  }

  #listen() {
    this.#listeners.abort();
    this.#listeners = new AbortController();
    const { signal } = this.#listeners;
    const onClick = (/** @type {Event} */ { target }) => {
      if (isElement(target) && closest(target, "[data-tandem-open]")) this.open();
    };
    document.addEventListener("click", onClick, { signal });
    this.#top.watch(document);
    addEventListener("hashchange", () => this.#follow(takeToken()), { signal });
  }

  /** "none", "connecting", "deciding", "live", "paused" (the agent or the connection is away) or "elsewhere" (in another tab). */
  get state() {
    return this.#session?.state ?? "none";
  }

  /** Ask the customer for a PIN. */
  open() {
    if (!this.#session) outside(() => this.#askPin());
  }

  async #askPin() {
    await this.#speak();
    if (this.#session) return;
    this.#ui.askPin(async (pin) => {
      try {
        await this.join(pin);
        return null;
      } catch (error) {
        return textOf(error);
      }
    });
  }

  /** Join with a PIN that the site has asked for itself. The customer's consent is still asked for. @param {string} pin */
  async join(pin) {
    await outside(async () => this.#enter(await join(this.#settings.relay, { pin: String(pin) })));
  }

  /** End the session, as the customer's Stop does. */
  end() {
    outside(() => this.#session?.end());
  }

  /** Follow an invitation link, if there is one. @param {string | null} token */
  #follow(token) {
    if (!token) return;
    join(this.#settings.relay, { token })
      .then((found) => this.#enter(found))
      .catch((error) => this.#failed(error));
  }

  /** @param {unknown} error */
  async #failed(error) {
    await this.#speak();
    this.#ui.farewell(textOf(error));
  }

  #left() {
    this.#session = null;
    this.#leaveChats();
    this.#notes.stop();
    this.#secrets.forget();
  }

  /** @param {Kept} session */
  async #enter(session) {
    await this.#speak();
    this.#session?.end();
    this.#ui.hide();
    this.#notes.start();
    this.#secrets.watch();
    const screen = session.mode === "screenshare" && (await load("screen", this.#settings, this.#ui.host));
    if (screen) learn(screen.TEXTS);
    const Mode = screen ? screen.Screenshare : Cobrowse;
    const site = { settings: this.#settings, secrets: this.#secrets, top: this.#top, ui: this.#ui };
    this.#session = new Session(site, session, Mode, () => this.#left());
    this.#session.start();
  }
}

/** @param {unknown} error @returns {Key} */
function textOf(error) {
  return error instanceof JoinError ? /** @type {Key} */ (`error_${error.code}`) : "error_offline";
}

/** The page may begin a new document in this window, by document.open() or another root. @param {() => void} callback */
function onNewDocument(callback) {
  let root = document.documentElement;
  const look = () => {
    if (!document.documentElement || document.documentElement === root) return;
    root = document.documentElement;
    callback();
  };
  new MutationObserver(look).observe(document, { childList: true });
}
