/** The message box: text is sent, and what begins with a slash offers the commands of the conversation's actions. */

import { element, make } from "./dom.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./records.js").Action} Action */
/** @typedef {{command: string, action: Action}} Offer */

export class Composer {
  #form = element("composer", HTMLFormElement);
  #box = element("text", HTMLInputElement);
  #list = element("commands", HTMLUListElement);
  /** @type {Offer[]} */
  #offers = [];
  #at = 0;

  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#enter();
    });
    this.#box.addEventListener("input", () => {
      desk.focused.draft = this.#box.value;
      this.#offer();
    });
    this.#box.addEventListener("keydown", (event) => this.#key(event));
    this.#box.addEventListener("blur", () => this.#show([]));
  }

  /** Show the draft of the session in front. */
  show() {
    const { focused } = this.desk;
    if (this.#box.value !== focused.draft) this.#box.value = focused.draft;
    this.#box.disabled = !focused.open;
    element("send", HTMLButtonElement).disabled = !focused.open;
  }

  /** @returns {Offer[]} */
  #commands() {
    return this.desk.actions(this.desk.focused).flatMap((action) => action.slash.map((command) => ({ command, action })));
  }

  #offer() {
    const written = this.#box.value.trim().toLowerCase();
    const fitting = written.startsWith("/") ? this.#commands().filter(({ command }) => command.toLowerCase().startsWith(written)) : [];
    this.#at = 0;
    this.#show(fitting);
  }

  /** @param {Offer[]} offers */
  #show(offers) {
    this.#offers = offers;
    const options = offers.map(({ command, action }, at) => {
      const option = make("li", { role: "option", id: `command-${at}`, "aria-selected": String(at === this.#at) });
      option.append(make("b", {}, command), " ", make("span", {}, action.tooltip || action.label));
      option.addEventListener("mousedown", (event) => {
        event.preventDefault(); // the focus stays in the box
        this.#run(offers[at]);
      });
      return option;
    });
    this.#list.replaceChildren(...options);
    this.#list.hidden = offers.length === 0;
    this.#box.setAttribute("aria-expanded", String(offers.length > 0));
    if (offers.length) this.#box.setAttribute("aria-activedescendant", `command-${this.#at}`);
    else this.#box.removeAttribute("aria-activedescendant");
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const count = this.#offers.length;
    if (!count) return;
    const steps = /** @type {Record<string, number>} */ ({ ArrowDown: 1, ArrowUp: -1 });
    if (event.key in steps) this.#at = (this.#at + (steps[event.key] ?? 0) + count) % count;
    else if (event.key === "Tab") this.#write(this.#offers[this.#at]?.command ?? "");
    else if (event.key !== "Escape") return;
    event.preventDefault();
    this.#show(event.key === "Escape" || event.key === "Tab" ? [] : this.#offers);
  }

  async #enter() {
    const { desk } = this;
    const text = this.#box.value.trim();
    const chosen = this.#offers[this.#at] ?? this.#commands().find(({ command }) => command.toLowerCase() === text.toLowerCase());
    if (text.startsWith("/") && chosen) return this.#run(chosen);
    if (!text || !desk.focused.open) return;
    this.#write("");
    await desk.send(desk.focused, "agent", text);
  }

  /** @param {Offer} offer */
  async #run({ action }) {
    this.#write("");
    this.#show([]);
    await this.desk.press(this.desk.focused, action);
  }

  /** @param {string} text */
  #write(text) {
    this.#box.value = this.desk.focused.draft = text;
  }
}
