/**
 * The installed records: which buttons a conversation has, in which words, and which tab a template opens.
 *
 * Read over the Web API on every change, so nothing here knows a provider. Facts: docs/internals/dataverse.md#the-records.
 */

import { rows } from "./api.js";

/** @typedef {import("./api.js").Row} Row */
/** @typedef {import("./judge.js").Mode} Mode */
/** @typedef {{id: string, order: number, label: string, tooltip: string, slash: string[], icon: string, event: number, parameter: string, webResource: string, functionName: string, modes: Mode[]}} Action */

export const ENGLISH = 1033;

/** Values of msdyn_eventname. */
export const OPEN_TAB = 100000000;
export const SEND_MESSAGE = 100000001;
export const CUSTOM_FUNCTION = 100000002;

/** Values of msdyn_escalationchannelmode, and the columns of a chat widget that belong to them. */
export const MODES = [
  { mode: /** @type {Mode} */ ("cobrowse"), value: 192350002, name: "Co-browse", enabled: "msdyn_enablecobrowse", provider: "msdyn_cobrowseprovider" },
  {
    mode: /** @type {Mode} */ ("screenshare"),
    value: 100000000,
    name: "Screen sharing",
    enabled: "msdyn_enablescreensharing",
    provider: "msdyn_screensharingprovider",
  },
];

const TABLES = {
  providers: "msdyn_providers",
  capabilities: "msdyn_channelcapabilities",
  actions: "msdyn_conversationactions",
  locales: "msdyn_conversationactionlocales",
  templates: "msdyn_applicationtabtemplates",
  parameters: "msdyn_templateparameters",
  widgets: "msdyn_livechatconfigs",
};

/** @typedef {Record<keyof typeof TABLES, Row[]>} Records */

/** Read all records that stand behind the buttons. @returns {Promise<Records>} */
export async function read() {
  const names = /** @type {(keyof typeof TABLES)[]} */ (Object.keys(TABLES));
  const found = await Promise.all(names.map((name) => rows(TABLES[name])));
  const records = /** @type {Records} */ (Object.fromEntries(names.map((name, at) => [name, found[at]])));
  records.widgets.sort((one, other) => String(one.msdyn_name).localeCompare(other.msdyn_name));
  return records;
}

/** @param {Row} row */
export const active = (row) => (row.statecode ?? 0) === 0;

/** Return whether a widget's column names this provider. Which text Omnichannel stores there is not documented. @param {Row} capability @param {Row | undefined} provider @param {string} text */
export function names(capability, provider, text) {
  const known = [capability.msdyn_channelcapabilityid, capability.msdyn_name, provider?.msdyn_providerid, provider?.msdyn_name];
  return Boolean(text) && known.some((each) => each?.toLowerCase() === text.toLowerCase());
}

/** List the capabilities of a mode that can be chosen, each with its provider. @param {Records} records @param {number} value */
export function offered(records, value) {
  return records.capabilities
    .filter((row) => active(row) && row.msdyn_escalationchannelmode === value)
    .map((capability) => ({ capability, provider: records.providers.find((row) => row.msdyn_providerid === capability._msdyn_provider_value) }))
    .filter(({ provider }) => provider && active(provider));
}

/** List the buttons of a conversation with this widget, in their order. @param {Records} records @param {string} widget @param {number} language */
export function actionsOf(records, widget, language) {
  const row = records.widgets.find(({ msdyn_livechatconfigid }) => msdyn_livechatconfigid === widget);
  /** @type {Map<string, Mode[]>} */
  const wanted = new Map();
  for (const { mode, value, enabled, provider } of row ? MODES : []) {
    if (!row?.[enabled]) continue;
    const chosen = offered(records, value).find((each) => names(each.capability, each.provider, row[provider] ?? ""));
    const action = chosen?.capability._msdyn_conversationaction_value;
    if (action) wanted.set(action, [...(wanted.get(action) ?? []), mode]);
  }
  return [...wanted]
    .flatMap(([id, modes]) => records.actions.filter((each) => each.msdyn_conversationactionid === id && active(each)).map((each) => action(records, each, modes, language)))
    .sort((one, other) => one.order - other.order || one.label.localeCompare(other.label));
}

/** @param {Records} records @param {Row} row @param {Mode[]} modes @param {number} language @returns {Action} */
function action(records, row, modes, language) {
  const locales = records.locales.filter((each) => active(each) && each._msdyn_conversationactionkey_value === row.msdyn_conversationactionid);
  const words = [language, ENGLISH].map((lcid) => locales.find((each) => each.msdyn_locale_picklist === lcid)).find(Boolean);
  return {
    id: row.msdyn_conversationactionid,
    order: row.msdyn_order ?? 0,
    label: words?.msdyn_label ?? row.msdyn_name,
    tooltip: words?.msdyn_tooltip ?? "",
    slash: slashCommands(words?.msdyn_slashcommands ?? ""),
    icon: row.msdyn_icon ?? "",
    event: row.msdyn_eventname,
    parameter: row.msdyn_eventparameter ?? "",
    webResource: row.msdyn_webresource ?? "",
    functionName: row.msdyn_functionname ?? "",
    modes,
  };
}

/** Split `"/cobrowse, /cb"` into `["/cobrowse", "/cb"]`. How several are written is not documented: commas, semicolons and spaces are taken. @param {string} text */
export function slashCommands(text) {
  return text
    .split(/[,;\s]+/)
    .filter(Boolean)
    .map((word) => (word.startsWith("/") ? word : `/${word}`));
}

/** Find the template that an event parameter or createTab names: by unique name, else by name. @param {Records} records @param {string} name */
export function template(records, name) {
  const usable = records.templates.filter(active);
  return usable.find((row) => row.msdyn_uniquename === name) ?? usable.find((row) => row.msdyn_name === name);
}

/** Read the parameters of a template: the JSON column, else the child rows. Names in lower case. @param {Records} records @param {Row} row @returns {Map<string, string>} */
export function parametersOf(records, row) {
  const written = fromJson(row.msdyn_templateparameters ?? "");
  if (written.size) return written;
  const children = records.parameters.filter((each) => active(each) && each._msdyn_applicationtabtemplateid_value === row.msdyn_applicationtabtemplateid);
  return new Map(children.map((each) => [String(each.msdyn_name).toLowerCase(), each.msdyn_value ?? ""]));
}

/** @param {string} text @returns {Map<string, string>} */
function fromJson(text) {
  try {
    const entries = Object.entries(JSON.parse(text || "{}") ?? {});
    return new Map(entries.map(([name, value]) => [name.toLowerCase(), written(value)]));
  } catch {
    return new Map();
  }
}

/** Read the value of a parameter, which the designer writes as `{"value": ...}`. @param {unknown} value */
function written(value) {
  const inner = typeof value === "object" && value !== null && "value" in value ? value.value : value;
  return typeof inner === "object" ? "" : String(inner ?? "");
}
