/** The conversation in front: who it is with, the buttons of the conversation control, the messages. */

import { iconAddress } from "./addresses.js";
import { avatar, badge, button, clock, element, make, redraw } from "./dom.js";
import { icon } from "./icons.js";
import { MODES } from "./records.js";
import { split } from "../shop/links.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./session.js").Session} Session */
/** @typedef {import("./records.js").Action} Action */

/** @param {Desk} desk */
export function showConversation(desk) {
  const session = desk.focused;
  element("conversation", HTMLElement).hidden = !session.conversation;
  if (!session.conversation) return;
  redraw(element("head", HTMLElement), ...head(desk, session));
  redraw(element("control", HTMLElement), ...control(desk, session));
  showMessages(session);
}

/** @param {Desk} desk @param {Session} session */
function head(desk, session) {
  const end = button("End", () => desk.end(session), { size: "small", "data-key": "end", disabled: !session.open });
  const state = session.open ? "Active" : "Closed";
  const about = make("div", { class: "about" }, make("h2", { id: "customer" }, session.title), make("p", {}, `${state} · ${widgetOf(desk, session)}`, ...escalations(session)));
  return [avatar(session.title), about, end];
}

/** @param {Desk} desk @param {Session} session */
function widgetOf(desk, session) {
  const row = desk.records?.widgets.find(({ msdyn_livechatconfigid }) => msdyn_livechatconfigid === session.conversation?.widget);
  return row?.msdyn_name ?? "Live chat";
}

/** @param {Session} session */
function escalations(session) {
  return MODES.flatMap(({ mode, name }) => {
    const since = session.escalation.get(mode);
    return since ? [badge(`${name} connected`, "success", { "data-escalation": mode, title: `since ${new Date(since).toLocaleTimeString("en")}` })] : [];
  });
}

/** @param {Desk} desk @param {Session} session @returns {(Node | string)[]} */
function control(desk, session) {
  if (!desk.records) return [];
  const actions = desk.actions(session);
  if (actions.length) return actions.map((action) => pressable(desk, session, action));
  const link = make("a", { href: "/admin#widgets" }, "Administration");
  return [make("p", { class: "hint" }, "This chat widget has no remote assistance. Enable it in ", link, ".")];
}

/** @param {Desk} desk @param {Session} session @param {Action} action */
function pressable(desk, session, action) {
  const attributes = { title: action.tooltip || undefined, size: "small", "data-key": action.id, "data-modes": action.modes.join(" "), disabled: !session.open };
  const made = button(action.label, () => desk.press(session, action), attributes);
  made.prepend(picture(action.icon, desk.switches.value("icon")));
  return made;
}

/** @param {string} text the icon of the record @param {string} only the form of address that the org understands */
function picture(text, only) {
  const address = iconAddress(text, only);
  if (!address) return icon("cobrowse");
  const image = make("img", { src: address, alt: "", class: "icon", width: 20, height: 20 });
  image.addEventListener("error", () => image.replaceWith(icon("cobrowse")));
  return image;
}

/** @param {Session} session */
export function showMessages(session) {
  const list = element("messages", HTMLElement);
  if (list.dataset.session !== session.id) list.replaceChildren();
  list.dataset.session = session.id;
  for (const message of session.messages.slice(list.children.length)) list.append(line(session, message));
  list.scrollTop = list.scrollHeight;
}

/** @param {Session} session @param {import("./session.js").Message} message */
function line(session, { from, text, time }) {
  if (from === "system") return make("p", { class: "system" }, text);
  const who = from === "agent" ? "You" : session.title;
  const head = make("span", { class: "by" }, who, " ", clock(time));
  return make("div", { class: `message ${from}` }, head, make("p", {}, ...linked(text)));
}

/** Make links of the addresses in a text. @param {string} text */
function linked(text) {
  return split(text).map((part, at) => (at % 2 ? make("a", { href: part, target: "_blank", rel: "noopener noreferrer" }, part) : part));
}
