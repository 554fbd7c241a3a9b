/** Chat widgets: co-browse and screen sharing, each with a switch and one of the installed providers of that mode. */

import { change } from "./api.js";
import { choice, element, make, redraw } from "./dom.js";
import { MODES, names, offered } from "./records.js";

/** @typedef {import("./api.js").Row} Row */
/** @typedef {import("./records.js").Records} Records */
/** @typedef {(typeof MODES)[number]} Option */

/** @param {Records} records @param {() => Promise<void>} changed */
export function showWidgets(records, changed) {
  const cards = records.widgets.map((widget) => {
    const fields = MODES.map((option) => field(records, widget, option, changed));
    return make("article", { class: "card widget" }, make("h3", {}, widget.msdyn_name), ...fields);
  });
  redraw(element("widget-list", HTMLElement), ...cards);
}

/** @param {Records} records @param {Row} widget @param {Option} option @param {() => Promise<void>} changed */
function field(records, widget, option, changed) {
  const key = widget.msdyn_livechatconfigid;
  const found = offered(records, option.value);
  const chosen = found.find(({ capability, provider }) => names(capability, provider, widget[option.provider] ?? ""));
  const on = make("input", { type: "checkbox", role: "switch", "data-key": `${key} ${option.mode}`, checked: Boolean(widget[option.enabled]) });
  const providers = /** @type {[string, string][]} */ (found.map(({ provider }) => [provider?.msdyn_providerid, provider?.msdyn_name]));
  const list = choice([["", "Select a provider"], ...providers], chosen?.provider?.msdyn_providerid ?? "", { "aria-label": `${option.name} provider`, "data-key": `${key} ${option.provider}` });
  const legend = make("label", { class: "switch" }, on, option.name);
  on.disabled = !found.length && !on.checked;
  list.disabled = !found.length || !on.checked;
  /** @param {Row} values */
  const write = async (values) => {
    await change(`msdyn_livechatconfigs(${key})`, values);
    await changed();
  };
  on.addEventListener("change", () => write({ [option.enabled]: on.checked, ...only(providers, list, on, option) }));
  list.addEventListener("change", () => write({ [option.provider]: list.value || null }));
  const why = found.length ? "" : `No ${option.name.toLowerCase()} provider is installed. Install the solution of one to switch this on.`;
  return make("div", { class: "option" }, legend, list, ...(why ? [make("p", { class: "hint" }, why)] : []));
}

/** Let switching on choose the provider where there is only one. @param {[string, string][]} providers @param {HTMLSelectElement} list @param {HTMLInputElement} on @param {Option} option @returns {Row} */
function only(providers, list, on, option) {
  const [first] = providers;
  return on.checked && !list.value && first && providers.length === 1 ? { [option.provider]: first[0] } : {};
}
