/** The sessions at the left edge: home, and one for each conversation. */

import { avatar, badge, element, make, redraw } from "./dom.js";
import { icon } from "./icons.js";

/** @param {import("./desk.js").Desk} desk */
export function showRail(desk) {
  redraw(element("sessions", HTMLUListElement), ...desk.sessions.map((session) => item(desk, session)));
}

/** @param {import("./desk.js").Desk} desk @param {import("./session.js").Session} session */
function item(desk, session) {
  const { conversation, title, unread } = session;
  const current = session === desk.focused;
  const opener = make("button", { type: "button", class: "session", "data-key": session.id, "aria-current": current && "page" });
  opener.append(conversation ? avatar(title) : icon("home"), make("span", { class: "name" }, title));
  if (session.escalation.size) opener.append(make("span", { class: "live", title: "A session with the customer is connected" }));
  if (unread) opener.append(badge(String(unread), "danger", { title: `${unread} unread`, appearance: "filled" }));
  opener.addEventListener("click", () => desk.focus(session));
  const row = make("li", {}, opener);
  if (conversation) row.append(closer(desk, session));
  return row;
}

/** @param {import("./desk.js").Desk} desk @param {import("./session.js").Session} session */
function closer(desk, session) {
  const made = make("button", { type: "button", class: "quiet", "aria-label": `Close the session with ${session.title}` }, icon("close"));
  made.addEventListener("click", () => desk.closeSession(session));
  return made;
}
