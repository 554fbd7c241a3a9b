/** The app tabs of a session: opened from templates, refreshed, closed. Their frames live on the stage until then. */

import { tabAddress } from "./addresses.js";
import { make } from "./dom.js";
import { parametersOf } from "./records.js";
import { Watch, madeIn } from "./watch.js";

/** @typedef {import("./api.js").Row} Row */
/** @typedef {import("./judge.js").Mode} Mode */
/** @typedef {import("./watch.js").Report} Report */
/** @typedef {import("./addresses.js").Ways} Ways */

/** Values of msdyn_pagetype. */
const WEB_RESOURCE = 509180002;
const WEB_SITE = 509180006;
/** A place that Dynamics fills in, such as {anchor.title}. */
const SLUG = /\{[a-z$][\w$]*(?:\.\w+)*\}/gi;

let count = 0;

export class Tab {
  /** @type {Watch | null} */
  #watch = null;
  /** Whether the agent has gone elsewhere since it was shown. */
  left = false;
  /** @type {HTMLElement} */
  element;

  /** @param {string} title @param {boolean} canClose @param {HTMLElement} element @param {string} webResource its name, or "" */
  constructor(title, canClose, element, webResource = "") {
    this.id = `tab-id-${count++}`;
    this.title = title;
    this.canClose = canClose;
    this.webResource = webResource;
    /** @type {string[]} what Dynamics would replace in its parameters, and this desktop does not */
    this.slugs = [];
    /** @type {Mode[]} those of the action that opened it */
    this.modes = [];
    /** @type {Set<Mode>} the modes in which it has a session */
    this.escalated = new Set();
    this.element = element;
    element.id = `panel-${this.id}`;
    element.setAttribute("role", "tabpanel");
    element.setAttribute("aria-labelledby", this.id);
  }

  get frame() {
    return this.element.querySelector("iframe");
  }

  /** @param {Report} report */
  watch(report) {
    if (this.frame) this.#watch = new Watch(this.frame, report);
    this.#watch?.expect();
  }

  look() {
    this.#watch?.look();
  }

  /** Return whether this tab made an event. @param {Event} event */
  made(event) {
    return madeIn(this.frame?.contentWindow ?? null, event);
  }

  /** @param {boolean} shown */
  show(shown) {
    this.element.hidden = !shown;
  }

  /** Load the page again, as Dynamics does when the agent comes back. */
  refresh() {
    this.left = false;
    this.#watch?.expect();
    this.frame?.contentWindow?.location.reload();
  }

  /** Load it from another address, because the org has another version. @param {string} token */
  renew(token) {
    const frame = this.frame;
    const address = frame?.src.replace(/%7B\d+/, `%7B${token}`) ?? "";
    if (!frame || !this.webResource || frame.src === address) return;
    this.left = false;
    this.#watch?.expect();
    frame.src = address;
  }

  /** @param {string} way "remove" or "navigate" */
  async close(way) {
    this.#watch?.stop();
    const { frame, element } = this;
    if (frame && way === "navigate") {
      const gone = new Promise((resolve) => frame.addEventListener("load", resolve, { once: true }));
      frame.src = "about:blank";
      await gone;
    }
    element.remove();
  }
}

/** Make a tab from an app tab template. @param {import("./records.js").Records} records @param {Row} template @param {string} conversation @param {Ways} ways @param {Map<string, unknown>} given in place of the template's own parameters */
export function fromTemplate(records, template, conversation, ways, given = new Map()) {
  const values = parametersOf(records, template);
  for (const [name, value] of given) values.set(name.toLowerCase(), typeof value === "string" ? value : JSON.stringify(value));
  const title = template.msdyn_title || template.msdyn_name;
  const name = values.get("webresourcename") ?? "";
  const panel = make("div", { class: "panel" });
  const tab = new Tab(title, !template.msdyn_pinned, panel, name);
  tab.slugs = [...values.values()].flatMap((value) => value.match(SLUG) ?? []);
  const address = addressOf(template, values, name, conversation, ways);
  panel.append(address ? make("iframe", { title, src: address, allow: "clipboard-read; clipboard-write; display-capture; microphone; camera" }) : nothing(template));
  return tab;
}

/** @param {Row} template @param {Map<string, string>} values @param {string} name @param {string} conversation @param {Ways} ways */
function addressOf(template, values, name, conversation, ways) {
  if (template.msdyn_pagetype === WEB_RESOURCE && name) return tabAddress(name, conversation, values.get("data") ?? "", ways);
  const site = values.get("url") ?? "";
  return template.msdyn_pagetype === WEB_SITE && /^https?:\/\//i.test(site) ? site : "";
}

/** @param {Row} template */
function nothing(template) {
  return make("p", { class: "empty" }, `“${template.msdyn_name}” is no web resource and no web site. The local desktop shows only these.`);
}
