/** Conversation actions: what each button does, and its Order, which an administrator may change. */

import { change } from "./api.js";
import { element, make, redraw } from "./dom.js";
import { CUSTOM_FUNCTION, OPEN_TAB, SEND_MESSAGE } from "./records.js";

/** @typedef {import("./api.js").Row} Row */
/** @typedef {import("./records.js").Records} Records */

/** @type {Record<number, string>} */
const EVENTS = { [OPEN_TAB]: "Open App Tab Template", [SEND_MESSAGE]: "Send message", [CUSTOM_FUNCTION]: "Customer Defined Function" };
const HEADS = ["Name", "Event name", "Event parameter", "Labels", "Order"];

/** @param {Records} records @param {() => Promise<void>} changed */
export function showActions(records, changed) {
  const actions = [...records.actions].sort((one, other) => one.msdyn_order - other.msdyn_order);
  const head = make("tr", {}, ...HEADS.map((text) => make("th", { scope: "col" }, text)));
  const lines = actions.map((action) => line(records, action, changed));
  const table = make("table", { class: "card" }, make("thead", {}, head), make("tbody", {}, ...lines));
  redraw(element("action-list", HTMLElement), actions.length ? table : make("p", { class: "hint" }, "There are none."));
}

/** @param {Records} records @param {Row} action @param {() => Promise<void>} changed */
function line(records, action, changed) {
  const key = action.msdyn_conversationactionid;
  const locales = records.locales.filter((row) => row._msdyn_conversationactionkey_value === key);
  const labels = locales.map((row) => row.msdyn_label).filter((label, at, all) => all.indexOf(label) === at);
  const order = make("input", { type: "number", class: "order", step: 1, required: true, value: action.msdyn_order, "data-key": key, "aria-label": `Order of ${action.msdyn_name}` });
  order.addEventListener("change", async () => {
    if (!order.reportValidity()) return;
    await change(`msdyn_conversationactions(${key})`, { msdyn_order: order.valueAsNumber });
    await changed();
  });
  const parameter = [action.msdyn_eventparameter, action.msdyn_webresource, action.msdyn_functionname].filter(Boolean).join(", ");
  const event = EVENTS[action.msdyn_eventname] ?? String(action.msdyn_eventname);
  return make("tr", {}, ...[action.msdyn_name, event, parameter, labels.join(", "), order].map((each) => make("td", {}, each ?? "")));
}
