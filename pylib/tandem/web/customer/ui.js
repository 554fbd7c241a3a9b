// @ts-check
// Everything the customer sees of Tandem, in a closed shadow root that is never recorded: dialogs that ask, the banner with
// Stop, and the layer on which the agent points. Nothing of it exists before it is needed.

import { OWN } from "./settings.js";
import { looks } from "./style.js";
import { chooseLanguage, textOf } from "./texts.js";

/** @import { Key } from "./texts.js" */

/**
 * @typedef {object} Question
 * @property {Key} title
 * @property {Key[]} texts
 * @property {Key} yes
 * @property {Key} no
 *
 * @typedef {object} Banner
 * @property {Key} text
 * @property {"live" | "paused"} state
 * @property {[Key, () => void][]} buttons
 */

export class Ui {
  constructor() {
    /** @type {Record<string, string>} who and where, for the texts */
    this.names = { site: location.hostname };
    /** @type {HTMLElement | null} */
    this.host = null;
    /** @type {HTMLElement | null} */
    this.root = null;
    /** @type {HTMLElement | null} */
    this.shown = null;
    /** @type {HTMLDialogElement | null} */
    this.dialog = null;
    this.guard = new MutationObserver(() => this.attach());
    this.dialogs = new MutationObserver(() => this.attach());
  }

  /** The element in which everything lies, made when it is wanted first. */
  get place() {
    if (!this.root) {
      const language = chooseLanguage([document.documentElement.lang, ...navigator.languages]);
      this.host = element("div", { [OWN]: "" });
      const shadow = this.host.attachShadow({ mode: "closed" });
      shadow.adoptedStyleSheets = [looks()];
      this.root = element("div", { class: "ui", lang: language, dir: language === "ar" ? "rtl" : "ltr" });
      shadow.append(this.root);
      this.dialogs.observe(document, { subtree: true, attributeFilter: ["open"] });
    }
    this.attach();
    return this.root;
  }

  /** Neither a page that rewrites itself nor its modal dialogs, which lie over all else, get rid of the banner. */
  attach() {
    if (!this.host || (this.dialog?.open && this.host.isConnected)) return;
    const modal = [...document.querySelectorAll("dialog:modal")].pop();
    const place = modal ?? document.documentElement;
    if (this.host.parentNode === place && this.host.isConnected) return;
    place.append(this.host);
    this.guard.disconnect();
    this.guard.observe(document.documentElement, { childList: true, subtree: modal !== undefined });
  }

  /** @param {Key} key */
  text(key) {
    return textOf(this.root?.lang ?? "en", key, this.names);
  }

  /** Asks; only a real click or key is an answer. @param {Question} question @returns {Promise<boolean>} */
  ask({ title, texts, yes, no }) {
    const { place } = this;
    return new Promise((resolve) => {
      const buttons = element("div", { class: "buttons" });
      const dialog = this.open(title, [...texts.map((key) => paragraph(this.text(key))), buttons], () => resolve(false));
      /** @param {boolean} answer */
      const answered = (answer) => {
        resolve(answer);
        this.closeDialog(dialog);
      };
      buttons.append(
        button(this.text(no), "", () => answered(false)),
        button(this.text(yes), "main", () => answered(true)),
      );
      place.append(dialog);
      dialog.showModal();
    });
  }

  /**
   * Asks for a PIN until one is good or the customer gives up.
   * @param {(pin: string) => Promise<Key | null>} attempt answers what was wrong
   */
  askPin(attempt) {
    const { place } = this;
    const input = /** @type {HTMLInputElement} */ (
      element("input", { id: "pin", inputmode: "numeric", autocomplete: "off", maxlength: "7", required: "", "aria-describedby": "wrong" })
    );
    const error = element("p", { id: "wrong", class: "error", role: "alert" });
    const label = element("label", { for: "pin" });
    label.textContent = this.text("pin_label");
    const buttons = element("div", { class: "buttons" });
    const form = element("form", {});
    form.append(label, input, error, buttons);
    const dialog = this.open("pin_title", [paragraph(this.text("pin_text")), form], () => {});
    const send = /** @type {HTMLButtonElement} */ (element("button", { type: "submit", class: "main" }));
    send.textContent = this.text("pin_join");
    buttons.append(button(this.text("cancel"), "", () => this.closeDialog(dialog)), send);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      send.disabled = true;
      const wrong = await attempt(input.value.replace(/\D/g, ""));
      send.disabled = false;
      if (!wrong) return this.closeDialog(dialog);
      error.textContent = this.text(wrong);
      input.focus();
      input.select();
    });
    place.append(dialog);
    dialog.showModal();
  }

  /** @param {Key} title @param {HTMLElement[]} parts @param {() => void} given_up */
  open(title, parts, given_up) {
    if (this.dialog) this.closeDialog(this.dialog);
    const dialog = /** @type {HTMLDialogElement} */ (element("dialog", { "aria-labelledby": "title" }));
    const heading = element("h2", { id: "title" });
    heading.textContent = this.text(title);
    dialog.append(heading, ...parts);
    dialog.addEventListener("close", () => {
      given_up();
      if (this.dialog === dialog) this.closeDialog(dialog);
    });
    this.dialog = dialog;
    return dialog;
  }

  /** @param {HTMLDialogElement | null} [dialog] */
  closeDialog(dialog = this.dialog) {
    if (!dialog) return;
    if (this.dialog === dialog) this.dialog = null;
    if (dialog.open) dialog.close();
    dialog.remove();
    this.tidy();
  }

  /** @param {Banner} banner @param {HTMLElement | null} [extra] */
  banner({ text, state, buttons }, extra = null) {
    const { place } = this;
    const key = JSON.stringify([text, state, buttons.map(([name]) => name), this.names, Boolean(extra)]);
    if (this.shown?.dataset.key === key) return;
    const banner = element("section", { class: "banner", "aria-label": this.text("banner"), "data-state": state, "data-key": key });
    const status = element("p", { role: "status" });
    status.textContent = this.text(text);
    banner.append(status, ...(extra ? [extra] : []));
    for (const [name, act] of buttons) banner.append(button(this.text(name), name === "stop" ? "stop" : "", act));
    if (this.shown) this.shown.replaceWith(banner);
    else place.append(banner);
    this.shown = banner;
  }

  /** Says something for the last time. @param {Key} text */
  farewell(text) {
    this.banner({ text, state: "paused", buttons: [["close", () => this.hide()]] });
  }

  /** Away with banner and dialogs. */
  hide() {
    this.shown?.remove();
    this.shown = null;
    this.closeDialog();
    this.tidy();
  }

  /** Leave the page as it was, once nothing is shown. */
  tidy() {
    if (!this.root || this.root.childElementCount > 0) return;
    this.guard.disconnect();
    this.dialogs.disconnect();
    this.host?.remove();
    this.host = this.root = null;
  }
}

/** @param {string} tag @param {Record<string, string>} attributes @returns {HTMLElement} */
export function element(tag, attributes) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

/** @param {string} text */
function paragraph(text) {
  const made = element("p", {});
  made.textContent = text;
  return made;
}

/** @param {string} text @param {string} kind @param {() => void} act */
function button(text, kind, act) {
  const made = element("button", { type: "button", class: kind });
  made.textContent = text;
  made.addEventListener("click", (event) => event.isTrusted && act());
  return made;
}
