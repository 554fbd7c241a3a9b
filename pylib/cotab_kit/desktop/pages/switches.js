/**
 * Switches for what is unknown of Omnichannel or differs between orgs. Each is a parameter of the desktop's address,
 * so that a test or a bug report can name it.
 */

import { choice, make } from "./dom.js";

/** @typedef {"close" | "refresh" | "encode" | "icon" | "csp" | "panes" | "shop" | "chat" | "context" | "agent" | "lcid" | "maxupload" | "latency"} Name */
/** @typedef {{name: Name, title: string, choices: [string, string][]}} Switch */

const MEGABYTES = [1, 5, 10, 25, 100];

/** @type {Switch[]} the first choice of each is what holds if the address says nothing */
const SWITCHES = [
  {
    name: "close",
    title: "Closing a tab",
    choices: [
      ["remove", "removes its iframe"],
      ["navigate", "sends its iframe to an empty page"],
    ],
  },
  {
    name: "refresh",
    title: "Coming back to a tab",
    choices: [
      ["1", "refreshes it"],
      ["0", "finds it as it was"],
    ],
  },
  {
    name: "encode",
    title: "The data parameter",
    choices: [
      ["once", "is encoded once"],
      ["twice", "is encoded twice"],
      ["extra", "comes with more members and parameters"],
    ],
  },
  {
    name: "icon",
    title: "Addresses of icons",
    choices: [
      ["", "are understood in every form"],
      ["webresource", "only as /webresource/name"],
      ["WebResources", "only as /WebResources/name"],
      ["token", "only as $webresource:name"],
    ],
  },
  { name: "csp", title: "Content security policy", choices: [] },
  {
    name: "panes",
    title: "Side panes",
    choices: [
      ["keep", "keep a hidden page if told to"],
      ["unmount", "unmount every hidden page"],
      ["remake", "load their pages anew with each change of session"],
      ["forbidden", "refuse web resources"],
      ["absent", "there are none"],
    ],
  },
  {
    name: "shop",
    title: "Policy of the customer's page",
    choices: [
      ["strict", "trusts itself and the provider"],
      ["trusted", "also wants trusted types"],
      ["none", "there is none"],
    ],
  },
  {
    name: "chat",
    title: "Chat of the customer's page",
    choices: [
      ["widget", "has the API of Omnichannel's widget"],
      ["plain", "has none, as another maker's"],
    ],
  },
  {
    name: "context",
    title: "What a chat brings along",
    choices: [
      ["elastic", "is in the elastic table"],
      ["standard", "is in the standard table"],
      ["late", "is there two seconds later"],
      ["never", "is not there"],
    ],
  },
  {
    name: "agent",
    title: "Who is signed in",
    choices: [
      ["local", "Local agent"],
      ["second", "Second agent"],
    ],
  },
  {
    name: "lcid",
    title: "Agent's language",
    choices: [
      ["1033", "English (1033)"],
      ["1031", "German (1031)"],
      ["1036", "French (1036)"],
      ["3082", "Spanish (3082)"],
      ["1041", "Japanese (1041)"],
      ["1025", "Arabic (1025)"],
    ],
  },
  { name: "maxupload", title: "Largest file the org takes", choices: [["", "as the org has it"], ...MEGABYTES.map(megabytes)] },
  {
    name: "latency",
    title: "Network",
    choices: [
      ["0", "answers at once"],
      ["100", "takes 100 ms"],
      ["300", "takes 300 ms"],
      ["1000", "takes 1 s"],
    ],
  },
];

/** @param {number} count @returns {[string, string]} */
function megabytes(count) {
  return [String(count * 1024 * 1024), `${count} MB`];
}

export class Switches {
  #address = new URLSearchParams(location.search);

  /** @param {string[]} policies @param {string} policy the org's own @param {Record<string, string>} likeness what holds in place of a first choice */
  constructor(policies, policy, likeness = {}) {
    const others = policies.filter((each) => each !== policy);
    this.all = SWITCHES.map((each) => ({
      ...each,
      choices: each.name === "csp" ? named([policy, ...others]) : first(each.choices, likeness[each.name]),
    }));
  }

  /** @param {Name | "conversation" | "widget"} name @returns {string} */
  value(name) {
    return this.#address.get(name) ?? this.all.find((each) => each.name === name)?.choices[0]?.[0] ?? "";
  }

  /** @param {Name | "conversation" | "widget"} name */
  number(name) {
    return Number(this.value(name)) || 0;
  }

  /** Write it into the address, which a reload then finds. @param {Name} name @param {string} value */
  set(name, value) {
    this.#address.set(name, value);
    history.replaceState(null, "", `?${this.#address}`);
  }

  /** The switches as a form. @param {(name: Name, value: string) => void} changed */
  form(changed) {
    return this.all.map(({ name, title, choices }) => {
      const value = this.value(name);
      const offered = choices.some(([each]) => each === value) ? choices : [...choices, /** @type {[string, string]} */ ([value, value])];
      const list = choice(offered, value, { name });
      list.addEventListener("change", () => {
        this.set(name, list.value);
        changed(name, list.value);
      });
      return make("label", { class: "field" }, title, list);
    });
  }
}

/** Put one of the choices before the others, if it is one. @param {[string, string][]} choices @param {string | undefined} wanted */
function first(choices, wanted) {
  return [...choices.filter(([value]) => value === wanted), ...choices.filter(([value]) => value !== wanted)];
}

/** @param {string[]} values @returns {[string, string][]} */
function named(values) {
  return values.map((value) => [value, value]);
}
