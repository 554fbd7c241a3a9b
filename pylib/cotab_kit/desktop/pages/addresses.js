/** Addresses as Dynamics makes them: of a tab with its `data`, of an icon in one of the forms a record may have. */

/** @typedef {{encode: string, lcid: number, policy: string, latency: number, token: string}} Ways */

const FORMS = { webresource: /^\/webresource\/(.+)$/i, WebResources: /^\/webresources\/(.+)$/i, token: /^\$webresource:(.+)$/i };

/** Make the address of a web resource in a tab. @param {string} name @param {string} conversation @param {string} fixed the template's own `data` @param {Ways} ways */
export function tabAddress(name, conversation, fixed, ways) {
  return `${resourceAddress(name, ways)}?${tabQuery(conversation, fixed, ways)}`;
}

/** Make the address of a web resource in a side pane. @param {string} name @param {string} data @param {Ways} ways */
export function paneAddress(name, data, ways) {
  return `${resourceAddress(name, ways)}${data && `?data=${encodeURIComponent(data)}`}`;
}

/** Make the address of a web resource. The token names policy and latency; relative references keep it. @param {string} name @param {Ways} ways */
function resourceAddress(name, ways) {
  const token = [ways.token, ways.policy, ways.latency ? `${ways.latency}ms` : ""].filter(Boolean).join("-");
  return `/%7B${token}%7D/WebResources/${path(name)}`;
}

/** Make the query of a tab. How Dynamics merges the template's `data` is not documented: the members of an object stay. @param {string} conversation @param {string} fixed @param {Ways} ways */
export function tabQuery(conversation, fixed, { encode, lcid }) {
  const more = encode === "extra" ? { sessionId: `session-id-${conversation.slice(0, 8)}`, agentLocale: lcid } : {};
  const data = encodeURIComponent(JSON.stringify({ ...members(fixed), ...more, conversationId: conversation }));
  if (encode === "twice") return `data=${encodeURIComponent(data)}`;
  return encode === "extra" ? `data=${data}&orgname=local&userlcid=${lcid}&orglcid=1033` : `data=${data}`;
}

/** Return where an icon lies; empty if this org does not understand the form. @param {string} text @param {string} only one form, or "" for all */
export function iconAddress(text, only) {
  for (const [form, pattern] of Object.entries(FORMS)) {
    const name = pattern.exec(text)?.[1];
    if (name && (!only || only === form)) return `/WebResources/${path(name)}`;
  }
  return "";
}

/** @param {string} name */
function path(name) {
  return name.split("/").map(encodeURIComponent).join("/");
}

/** @param {string} text @returns {object} */
function members(text) {
  try {
    const value = JSON.parse(text || "{}");
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
  } catch {
    return {};
  }
}
