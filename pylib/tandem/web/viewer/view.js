// @ts-check
// The viewer's page: what stands around the picture. All text is set as text.

import { textsFor } from "./texts.js";

/** @import { Key } from "./texts.js" */
/** @import { Scene } from "./surface.js" */

/** @template {keyof HTMLElementTagNameMap} Tag @param {Tag} _tag @param {string} id @returns {HTMLElementTagNameMap[Tag]} */
const byId = (_tag, id) => /** @type {HTMLElementTagNameMap[Tag]} */ (document.getElementById(id));

const NOTICE_TIMEOUT = 6000;

export class View {
  constructor() {
    this.root = document.documentElement;
    this.stage = byId("main", "stage");
    this.picture = byId("div", "picture");
    this.content = byId("div", "content");
    this.canvas = byId("canvas", "drawings");
    this.surface = byId("div", "surface");
    this.keys = byId("textarea", "keys");
    this.choices = byId("select", "choices");
    this.picker = byId("input", "picker");
    this.ways = byId("form", "ways");
    this.address = byId("input", "address");
    this.signIn = byId("button", "sign-in");
    this.texts = textsFor("en").texts;
    this.timer = 0;
    /** @type {Key | null} what stays said while something else is, for a moment */
    this.standing = null;
    /** @type {Scene | null} */
    this.scene = null;
    new ResizeObserver(() => this.fit()).observe(this.stage);
  }

  /** @param {string} tag */
  setLanguage(tag) {
    const { language, texts } = textsFor(tag);
    Object.assign(this.root, { lang: language, dir: language === "ar" ? "rtl" : "ltr" });
    this.texts = texts;
    for (const id of /** @type {const} */ (["back", "forward", "reload"])) {
      const button = byId("button", id);
      button.ariaLabel = button.title = texts[id];
    }
    byId("button", "go").textContent = texts.go;
    this.address.ariaLabel = texts.address;
    this.choices.ariaLabel = texts.choices;
    this.signIn.textContent = texts.sign_in;
    this.name(false);
  }

  /** @param {boolean} go whether the agent's keys go to the customer's page */
  name(go) {
    this.keys.hidden = !go;
    this.keys.ariaLabel = this.texts.surface_keys;
    this.surface.ariaLabel = this.texts[go ? "surface_keys" : "surface_page"];
    this.surface.tabIndex = go ? -1 : 0;
  }

  /** There is nothing to see, and why. @param {Key} title @param {Key | null} [text] */
  panel(title, text = null) {
    byId("section", "panel").hidden = false;
    byId("h1", "panel-title").textContent = this.texts[title];
    byId("p", "panel-text").textContent = text ? this.texts[text] : "";
    byId("p", "panel-agent").hidden = title === "ended" || title === "sign_in";
    this.signIn.hidden = true;
    this.picture.hidden = true;
  }

  /** What the customer calls the agent. @param {string} name */
  signed(name) {
    byId("p", "panel-agent").textContent = this.texts.shown_as.replace("{agent}", () => name);
  }

  /** The picture is there. @param {Scene} scene */
  show(scene) {
    this.scene = scene;
    byId("section", "panel").hidden = true;
    this.picture.hidden = false;
    byId("p", "title").textContent = scene.title;
    if (document.activeElement !== this.address) this.address.value = scene.address;
    this.fit();
  }

  /** As large as it fits, but no larger than it is. */
  fit() {
    const size = this.scene?.size;
    if (!size?.width || !size.height) return;
    const { clientWidth, clientHeight } = this.stage;
    const scale = Math.min(clientWidth / size.width, clientHeight / size.height, 1);
    Object.assign(this.picture.style, { width: `${size.width * scale}px`, height: `${size.height * scale}px` });
    this.scene?.scaled(scale);
  }

  /** The sign of what is allowed. @param {Key} key @param {"off" | "asked" | "on"} control */
  allowed(key, control) {
    byId("header", "bar").hidden = false;
    byId("p", "allowed").textContent = this.texts[key];
    this.root.dataset.control = control;
    this.ways.hidden = control !== "on";
    this.name(control === "on");
  }

  /** Something that happened; it goes away by itself, or stays until something else does or nothing is. @param {Key | null} key @param {{ stays?: boolean }} [options] */
  notice(key, { stays = key === null } = {}) {
    clearTimeout(this.timer);
    this.timer = 0;
    if (stays) this.standing = key;
    const notice = byId("p", "notice");
    notice.hidden = key === null;
    notice.textContent = key && this.texts[key];
    if (!stays) this.timer = setTimeout(() => this.notice(this.standing, { stays: true }), NOTICE_TIMEOUT);
  }

  /** What stays said from now on; what is said for a moment is said first. @param {Key | null} key */
  stand(key) {
    this.standing = key;
    if (!this.timer) this.notice(key, { stays: true });
  }

  /** Show a button that opens the sign-in window. @param {() => boolean} open */
  offerSignIn(open) {
    this.panel("sign_in", "sign_in_text");
    this.signIn.hidden = false;
    this.signIn.onclick = () => {
      if (!open()) byId("p", "panel-text").textContent = this.texts.sign_in_blocked;
    };
    this.signIn.focus();
  }
}
