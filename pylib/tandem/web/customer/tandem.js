// @ts-check
// The customer script, the one file that a vendor's site loads: <script src="RELAY/tandem.js" async></script>. It makes one
// global, `tandem`, and waits: for tandem.open() or a click on [data-tandem-open], for an invitation link (#tandem=...), or
// goes on with the session that the customer is in. Without any of these it does nothing to the page.

import { Calls } from "./calls.js";
import { joinChats } from "./chats.js";
import { Cobrowse } from "./cobrowse.js";
import { join, JoinError, takeToken } from "./join.js";
import { noteFont } from "./mirror/fonts.js";
import { load } from "./modules.js";
import { outside } from "./natives.js";
import { noteRoot } from "./roots.js";
import { Session } from "./session.js";
import { Secrets } from "./secrets.js";
import { readSettings } from "./settings.js";
import { kept } from "./store.js";
import { learn } from "./texts.js";
import { TopLayer } from "./toplayer.js";
import { Ui } from "./ui.js";

/** @import { Kept } from "./store.js" */
/** @import { Key } from "./texts.js" */

class Tandem {
  #token = takeToken(); // before anything else
  #settings = readSettings(document);
  #ui = new Ui();
  #secrets = new Secrets(this.#settings.secret);
  #calls = [new Calls(Element.prototype, "attachShadow", noteRoot), new Calls(window, "FontFace", noteFont)];
  #top = new TopLayer();
  #listeners = new AbortController();
  #leaveChats = () => {};
  /** @type {{ stop: () => void } | null} */
  #guest = null;
  /** @type {Session | null} */
  #session = null;

  /** What happens when a page is opened. */
  constructor() {
    this.#ui.names.site = [location.hostname, ...this.#settings.origins.concat(this.#settings.frames).map((each) => new URL(each).host)].join(", ");
    if (window.parent !== window && this.#settings.around.length) this.#wait();
    else this.#begin();
  }

  #begin() {
    this.#listen();
    this.#watch();
    onNewDocument(() => {
      this.#listen();
      this.#secrets.watch();
      this.#ui.renew();
      this.#session?.renew();
    });
    if (this.#settings.chat) this.#joinChats();
    const earlier = kept();
    if (!this.#follow(this.#token) && earlier) this.#enter(earlier).catch((error) => this.#failed(error));
  }

  #joinChats() {
    try {
      this.#leaveChats = joinChats(() => this.chat());
      if (sessionStorage["tandem.chat"]) this.#visit();
    } catch (error) {
      console.error(error); // of a widget that is another, or without storage
    }
  }

  /** Begin a chat that is not the widget's. @returns {string} what it has to bring along under the name "tandem" */
  chat() {
    const token = crypto.getRandomValues(new Uint32Array(4)).join("-");
    this.#visit(token);
    return token;
  }

  /** @param {string} [token] of a chat that begins */
  #visit(token) {
    const site = { settings: this.#settings, ui: this.#ui, state: () => this.state, enter: (/** @type {Kept} */ session) => this.#enter(session) };
    load("chat", this.#settings, this.#ui.host).then(({ visit, TEXTS }) => (learn(TEXTS), visit(site, token))).catch(console.error);
  }

  #watch() {
    for (const each of this.#calls) each.start();
    this.#secrets.watch();
  }

  /** Be shown, in a frame, as part of the page around it, once that asks. */
  #wait() {
    this.#watch();
    this.#top.watch(document);
    addEventListener("message", async (/** @type {MessageEvent} */ event) => {
      const { data, origin, ports } = event;
      if (data?.tandem !== "frame" || event.source !== window.parent || !this.#settings.around.includes(origin)) return;
      event.stopImmediatePropagation();
      const { Guest } = await load("frames", this.#settings, this.#ui.host);
      this.#guest?.stop();
      this.#guest = new Guest({ settings: this.#settings, secrets: this.#secrets, top: this.#top }, Cobrowse, ports[0], data.first);
    });
  }

  #listen() {
    this.#listeners.abort();
    this.#listeners = new AbortController();
    const { signal } = this.#listeners;
    const onClick = (/** @type {Event} */ { target }) => {
      if (target instanceof Element && target.closest("[data-tandem-open]")) this.open();
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

  #askPin() {
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

  /** Follow an invitation link. @param {string | null} token @returns {boolean} whether there is one */
  #follow(token) {
    if (!token) return false;
    join(this.#settings.relay, { token })
      .then((found) => this.#enter(found))
      .catch((error) => this.#failed(error));
    return true;
  }

  /** @param {unknown} error */
  #failed(error) {
    this.#ui.farewell(textOf(error));
  }

  #left() {
    this.#session = null;
    this.#leaveChats();
    for (const each of this.#calls) each.stop();
    this.#secrets.forget();
  }

  /** @param {Kept} session */
  async #enter(session) {
    this.#session?.end();
    this.#ui.hide();
    this.#watch();
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

/** Whether this is a frame of the site: the page around it has the session. */
function isFrame() {
  try {
    return window.parent !== window && window.parent.document !== undefined;
  } catch {
    return false; // a frame of somebody else's
  }
}

// A site may load it twice; an element with this id is no reason to give up.
if (!isFrame() && !Object.hasOwn(window, "tandem")) Object.defineProperty(window, "tandem", { value: Object.freeze(new Tandem()) });
