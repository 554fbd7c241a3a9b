/** The tabs of the session in front, and what can be done with the one that is shown. */

import { element, make, redraw, roving } from "./dom.js";
import { icon } from "./icons.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./tabs.js").Tab} Tab */

/** @param {Desk} desk */
export function showTabs(desk) {
  const session = desk.focused;
  const strip = element("strip", HTMLElement);
  strip.hidden = session.tabs.length === 0;
  const list = make("div", { role: "tablist", "aria-label": "App tabs" }, ...session.tabs.map((tab) => one(desk, tab)));
  roving(list, "[role=tab]");
  redraw(strip, list, ...(session.tab ? commands(desk, session.tab) : []));
}

/** @param {Desk} desk @param {Tab} tab */
function one(desk, tab) {
  const session = desk.focused;
  const shown = tab === session.tab;
  const made = make("button", {
    type: "button",
    role: "tab",
    id: tab.id,
    "data-key": tab.id,
    "aria-selected": String(shown),
    "aria-controls": tab.element.id,
    "aria-keyshortcuts": tab.canClose && "Delete",
    tabindex: shown ? 0 : -1,
  });
  made.append(icon(tab.frame ? "cobrowse" : "person"), tab.title);
  made.addEventListener("click", () => desk.showTab(session, tab));
  if (!tab.canClose) return made;
  const cross = make("span", { class: "cross", "aria-hidden": "true" }, icon("close"));
  cross.addEventListener("click", (event) => {
    event.stopPropagation();
    void desk.closeTab(session, tab);
  });
  made.append(cross);
  made.addEventListener("keydown", ({ key }) => void (key === "Delete" && desk.closeTab(session, tab)));
  return made;
}

/** @param {Desk} desk @param {Tab} tab */
function commands(desk, tab) {
  const session = desk.focused;
  const refresh = make("button", { type: "button", class: "quiet", "data-key": "refresh", "aria-label": "Refresh the tab", title: "Refresh the tab" }, icon("refresh"));
  refresh.disabled = !tab.frame;
  refresh.addEventListener("click", () => desk.refreshTab(session, tab));
  const close = make("button", { type: "button", class: "quiet", "data-key": "close", "aria-label": "Close the tab", title: "Close the tab" }, icon("close"));
  close.disabled = !tab.canClose;
  close.addEventListener("click", () => desk.closeTab(session, tab));
  return [make("span", { class: "grow" }), refresh, close];
}
