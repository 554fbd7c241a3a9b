/** The home page: begin a conversation as a customer would, and see those that are open. */

import { send } from "./api.js";
import { choice, element, make, redraw } from "./dom.js";

/** @typedef {import("./desk.js").Desk} Desk */

const LANGUAGES = /** @type {[string, string][]} */ ([
  ["1033", "English"],
  ["1031", "German"],
  ["1036", "French"],
  ["3082", "Spanish"],
  ["1041", "Japanese"],
  ["1025", "Arabic"],
]);

/** @param {Desk} desk */
export function showHome(desk) {
  const home = element("home", HTMLElement);
  home.hidden = desk.focused !== desk.home;
  if (home.hidden || !desk.records) return;
  const form = home.querySelector("form");
  if (!form || home.dataset.widgets !== widgetsOf(desk)) home.replaceChildren(opener(desk), make("section", { id: "open-conversations" }));
  home.dataset.widgets = widgetsOf(desk);
  showList(desk);
}

/** @param {Desk} desk */
function widgetsOf(desk) {
  return JSON.stringify(desk.records?.widgets.map((row) => [row.msdyn_livechatconfigid, row.msdyn_name]));
}

/** @param {Desk} desk */
function opener(desk) {
  const widgets = /** @type {[string, string][]} */ (desk.records?.widgets.map((row) => [row.msdyn_livechatconfigid, row.msdyn_name]) ?? []);
  const customer = make("input", { name: "customer", required: true, maxlength: 100, autocomplete: "off", value: "Alex Morgan" });
  const widget = choice(widgets, desk.switches.value("widget") || (widgets[0]?.[0] ?? ""), { name: "widget" });
  const language = choice(LANGUAGES, "1033", { name: "language" });
  const submit = make("button", { type: "submit", class: "primary" }, "Open conversation");
  const labeled = [["Customer", customer], ["Chat widget", widget], ["Customer's language", language]].map(([text, field]) => make("label", { class: "field" }, text ?? "", field ?? ""));
  const form = make("form", { class: "card" }, make("h2", {}, "New conversation"), make("p", {}, "A customer of yours opens the chat."), ...labeled, submit);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const made = await send("conversations", { widget: widget.value, customer: customer.value.trim() || "Customer", language: Number(language.value) });
    const session = desk.apply(made);
    if (session) desk.focus(session);
  });
  return form;
}

/** @param {Desk} desk */
function showList(desk) {
  const sessions = desk.sessions.filter(({ conversation }) => conversation);
  const rows = sessions.map((session) => {
    const open = make("button", { type: "button", class: "link", "data-key": session.id }, session.title);
    open.addEventListener("click", () => desk.focus(session));
    return make("li", {}, open, make("span", {}, session.open ? "Active" : "Closed"));
  });
  const nothing = make("p", { class: "hint" }, "There are none.");
  redraw(element("open-conversations", HTMLElement), make("h2", {}, "My conversations"), rows.length ? make("ul", { class: "card list" }, ...rows) : nothing);
}
