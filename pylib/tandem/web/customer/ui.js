// @ts-check
// Everything the customer sees of Tandem, in a closed shadow root that is never recorded: dialogs that ask, the banner with
// Stop, and the layer on which the agent points. Nothing of it exists before it is needed.

import { Layer } from "./layer.js";
import { listen } from "./natives.js";
import { textOf } from "./texts.js";
import { Watch } from "./watch.js";

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
 * @property {"live" | "hidden" | "paused"} state whether somebody sees; "hidden": would, if Stop were in reach
 * @property {[Key, () => void][]} buttons
 */

/** Has no part in what happens to the banner. */
const NOBODY = { onHidden() {}, onShown() {}, onLost() {} };

export class Ui {
  constructor() {
    /** @type {Record<string, string>} who and where, for the texts */
    this.names = { site: location.hostname };
    /** @type {Layer | null} */
    this.layer = null;
    /** @type {HTMLElement | null} */
    this.shown = null;
    /** @type {HTMLDialogElement | null} */
    this.dialog = null;
    /** @type {(() => void) | null} asks once more what the dialog asks */
    this.again = null;
    /** @type {[Banner, HTMLElement | null] | null} */
    this.last = null;
    /** @type {WeakMap<Element, () => void>} what buttons do */
    this.acts = new WeakMap();
    /** @type {Pick<import("./watch.js").Watched, "onHidden" | "onShown" | "onLost">} */
    this.owner = NOBODY;
    this.watch = new Watch({
      isReachable: () => this.isReachable(),
      repair: () => this.repair(),
      onHidden: () => this.owner.onHidden(),
      onShown: () => this.owner.onShown(),
      onLost: () => this.owner.onLost(),
    });
    this.listeners = new AbortController();
    this.guard = new MutationObserver(() => this.onChange());
  }

  /** The element in which everything lies, made when it is wanted first. */
  get place() {
    if (!this.layer) {
      this.layer = new Layer();
      this.listen();
    }
    if (!this.layer.host.isConnected || !this.dialog?.open) this.attach();
    return this.layer.root;
  }

  /** What of it lies in the page. */
  get host() {
    return this.layer?.host ?? document.head ?? document.documentElement;
  }

  listen() {
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    const fit = () => this.layer?.fit();
    for (const type of ["resize", "scroll"]) listen(visualViewport, type, fit, { signal });
    addEventListener("click", (event) => this.onClick(event), { signal, capture: true });
  }

  /** @param {boolean} [above] all else in the top layer */
  attach(above = false) {
    const { layer } = this;
    if (!layer || !document.documentElement) return;
    layer.attach(above);
    layer.fit();
    this.guard.disconnect();
    this.guard.observe(document, { subtree: true, attributeFilter: ["open"] });
    this.guard.observe(layer.host, { attributes: true });
    for (const each of layer.around()) this.guard.observe(each, { childList: true });
  }

  /** What the layer lies in, or itself, is not as it was; or a dialog of the page has opened or closed. */
  onChange() {
    if (this.watch.isRunning) this.watch.look();
    else if (this.layer && !this.isReachable()) this.watch.repair();
  }

  /** The page has put something into the top layer, which need not be hit to hide what it lies over: be above it. */
  onTop() {
    if ((this.dialog?.open || this.shown) && !this.watch.raise()) this.closeDialog(); // nobody can tell what it asks
  }

  /** The page does not get to hear of clicks in here, nor can it keep them from being heard. @param {MouseEvent} event */
  onClick(event) {
    const pressed = event.isTrusted ? this.layer?.buttonOf(event) : null;
    const act = pressed && this.acts.get(pressed);
    if (!act) return;
    event.stopImmediatePropagation();
    act();
  }

  isReachable() {
    const target = this.dialog?.querySelector(".buttons > :last-child") ?? this.shown?.querySelector(".stop") ?? this.shown?.lastElementChild;
    return Boolean(target && this.layer?.reaches(target));
  }

  /** Bring back what the page has taken out of reach. */
  repair() {
    const { dialog } = this;
    dialog?.remove();
    this.attach(true);
    if (!dialog) return;
    dialog.removeAttribute("open");
    this.layer?.root.append(dialog);
    dialog.showModal();
  }

  /** The document is another one: all that was in it is gone, listeners too. */
  renew() {
    const { last, again } = this;
    if (!this.layer) return;
    this.listeners.abort();
    Layer.removeAll();
    this.layer = this.shown = this.dialog = null;
    if (last) this.banner(...last);
    again?.();
  }

  /** @param {Key} key */
  text(key) {
    return textOf(this.layer?.root.lang ?? "en", key, this.names);
  }

  /** Asks; only a real click or key is an answer. @param {Question} question @returns {Promise<boolean>} */
  ask(question) {
    return new Promise((resolve) => this.show(question, resolve));
  }

  /** @param {Question} question @param {(answer: boolean) => void} resolve */
  show(question, resolve) {
    const { place } = this;
    const buttons = element("div", { class: "buttons" });
    const texts = question.texts.map((key) => paragraph(this.text(key)));
    const dialog = this.open(question.title, [...texts, buttons], () => resolve(false));
    /** @param {boolean} answer */
    const answered = (answer) => {
      resolve(answer);
      this.closeDialog(dialog);
    };
    buttons.append(
      this.button(question.no, "", () => answered(false)),
      this.button(question.yes, "main", () => answered(true)),
    );
    place.append(dialog);
    dialog.showModal();
    this.again = () => this.show(question, resolve);
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
    buttons.append(this.button("cancel", "", () => this.closeDialog(dialog)), send);
    listen(form, "submit", async (/** @type {Event} */ event) => {
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
    this.again = () => this.askPin(attempt);
  }

  /** @param {Key} title @param {HTMLElement[]} parts @param {() => void} given_up */
  open(title, parts, given_up) {
    if (this.dialog) this.closeDialog(this.dialog);
    const dialog = /** @type {HTMLDialogElement} */ (element("dialog", { "aria-labelledby": "title" }));
    const heading = element("h2", { id: "title" });
    heading.textContent = this.text(title);
    dialog.append(heading, ...parts);
    listen(dialog, "close", () => {
      given_up();
      if (this.dialog === dialog) this.closeDialog(dialog);
    });
    this.dialog = dialog;
    return dialog;
  }

  /** @param {HTMLDialogElement | null} [dialog] */
  closeDialog(dialog = this.dialog) {
    if (!dialog) return;
    if (this.dialog === dialog) this.dialog = this.again = null;
    if (dialog.open) dialog.close();
    dialog.remove();
    this.tidy();
  }

  /** Its sentence stays one element, so that screen readers say what changes, and the focus stays in it. @param {Banner} banner @param {HTMLElement | null} [extra] */
  banner({ text, state, buttons }, extra = null) {
    const { place } = this;
    this.last = [{ text, state, buttons }, extra];
    const key = JSON.stringify([text, state, buttons.map(([name]) => name), this.names, Boolean(extra)]);
    if (this.shown?.dataset.key === key) return;
    const banner = (this.shown ??= place.appendChild(element("section", { class: "banner" })));
    Object.assign(banner.dataset, { state, key });
    banner.setAttribute("aria-label", this.text("banner"));
    const focused = this.layer?.shadow.activeElement;
    const isHeld = banner.contains(focused ?? null);
    const status = banner.firstElementChild ?? banner.appendChild(element("p", { role: "status" }));
    const made = buttons.map(([name, act]) => this.button(name, name === "stop" ? "stop" : "", act));
    while (status.nextSibling) status.nextSibling.remove();
    banner.append(...(extra ? [extra] : []), ...made);
    status.textContent = this.text(text);
    if (isHeld) (made.find(({ textContent }) => textContent === focused?.textContent) ?? made.at(-1))?.focus();
    if (state === "paused") this.watch.stop();
    else this.watch.start();
  }

  /** @param {Key} name @param {string} kind @param {() => void} act for a real click or key */
  button(name, kind, act) {
    const made = element("button", { type: "button", class: kind });
    made.textContent = this.text(name);
    this.acts.set(made, act);
    listen(made, "click", (/** @type {Event} */ event) => event.isTrusted && act());
    return made;
  }

  /** Says something for the last time. @param {Key} text */
  farewell(text) {
    this.closeDialog();
    this.banner({ text, state: "paused", buttons: [["close", () => this.hide()]] });
  }

  /** Away with banner and dialogs. */
  hide() {
    this.watch.stop();
    this.shown?.remove();
    this.shown = this.last = null;
    this.closeDialog();
    this.tidy();
  }

  /** Leave the page as it was, once nothing is shown. */
  tidy() {
    if (!this.layer || this.layer.root.childElementCount > 0) return;
    this.guard.disconnect();
    this.listeners.abort();
    this.layer.remove();
    this.layer = null;
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
