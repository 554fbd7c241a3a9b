/** Everything that happened in the session in front, and whether it was as Omnichannel wants it. */

import { badge, clock, element, make } from "./dom.js";
import { icon } from "./icons.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./session.js").Session} Session */
/** @typedef {import("./session.js").Entry} Entry */
/** @typedef {import("./session.js").Kind} Kind */

/** @type {[Kind, string][]} */
const KINDS = [
  ["event", "Events"],
  ["message", "Messages"],
  ["note", "Notes"],
  ["call", "Web API"],
  ["console", "Console"],
  ["tab", "Tabs"],
];

/** Offer a button that folds it all away, for the room of the tab. */
export function offerFolding() {
  const button = element("fold", HTMLButtonElement);
  button.append(icon("timeline"));
  button.addEventListener("click", () => fold(!element("pane", HTMLElement).classList.contains("folded")));
}

/** @param {boolean} away */
function fold(away) {
  element("pane", HTMLElement).classList.toggle("folded", away);
  element("fold", HTMLButtonElement).setAttribute("aria-expanded", String(!away));
}

/** Offer switches that leave kinds out. Violations are always shown. */
export function offerFilters() {
  const pane = element("pane", HTMLElement);
  const made = KINDS.map(([kind, text]) => {
    const toggle = make("button", { type: "button", "aria-pressed": "true" }, text);
    toggle.addEventListener("click", () => {
      const without = pane.classList.toggle(`no-${kind}`);
      toggle.setAttribute("aria-pressed", String(!without));
    });
    return toggle;
  });
  element("filters", HTMLElement).replaceChildren(...made);
}

/** @param {Desk} desk */
export function showTimeline(desk) {
  const session = desk.focused;
  const list = element("timeline", HTMLOListElement);
  const showing = `${session.id} ${session.dropped}`;
  if (list.dataset.showing !== showing) list.replaceChildren();
  list.dataset.showing = showing;
  const atEnd = list.scrollTop + list.clientHeight >= list.scrollHeight - 8;
  const fresh = session.entries.slice(list.children.length);
  list.append(...fresh.map(line));
  if (atEnd) list.scrollTop = list.scrollHeight;
  const wrong = fresh.filter(({ kind }) => kind === "violation").map(({ text }) => text);
  if (wrong.length) fold(false);
  if (wrong.length) element("spoken", HTMLElement).textContent = wrong.join(" ");
  showVerdict(session);
}

/** @param {Session} session */
function showVerdict(session) {
  const { violations } = session;
  const holder = element("verdict", HTMLElement);
  if (!session.conversation) holder.replaceChildren();
  else if (violations) holder.replaceChildren(badge(violations === 1 ? "1 violation" : `${violations} violations`, "danger", { appearance: "filled" }));
  else holder.replaceChildren(badge("No violations", "success"));
}

/** @param {Entry} entry */
function line({ kind, time, text, detail, bad }) {
  const made = make("li", { class: bad && "bad", "data-kind": kind }, icon(kind), make("div", { class: "text" }, text), clock(time));
  if (detail) made.append(make("code", { class: "detail" }, detail));
  return made;
}
