/** The first tab of a session, which cannot be closed: who the customer is, and what was attached to the conversation. */

import { clock, make } from "./dom.js";
import { Tab } from "./tabs.js";

/** @typedef {import("./session.js").Session} Session */

/** @param {Session} session */
export function summaryTab(session) {
  const tab = new Tab("Customer summary", false, make("div", { class: "panel summary", tabindex: "0" }));
  showSummary(session, tab);
  return tab;
}

/** @param {Session} session @param {Tab} tab */
export function showSummary(session, tab) {
  const { conversation } = session;
  if (!conversation) return;
  /** @type {[string, string][]} */
  const facts = [
    ["Customer", conversation.customer],
    ["Customer's language", String(conversation.language)],
    ["Status", session.open ? "Active" : "Closed"],
    ["Conversation", conversation.id],
  ];
  const rows = facts.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]);
  tab.element.replaceChildren(card("Conversation", make("dl", {}, ...rows)), card("Notes", notes(session)), card("Linked records", links(session)));
}

/** @param {string} title @param {Node} content */
function card(title, content) {
  return make("section", { class: "card" }, make("h3", {}, title), content);
}

/** @param {Session} session */
function notes(session) {
  const found = session.entries.filter(({ kind }) => kind === "note");
  if (!found.length) return make("p", { class: "hint" }, "No note is attached yet.");
  return make("ul", { class: "notes" }, ...found.map(({ text, detail, time }) => make("li", {}, make("b", {}, text), " ", clock(time), make("p", {}, detail ?? ""))));
}

/** @param {Session} session */
function links(session) {
  if (!session.links.size) return make("p", { class: "hint" }, "None.");
  return make("ul", {}, ...[...session.links].map((link) => make("li", {}, link)));
}
