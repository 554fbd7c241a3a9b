// @ts-check
// The tab that this viewer is embedded in: messages by postMessage. Only the parent window counts, and only if its origin is
// one that the relay lists; the first `open` pins it.

/** @import { Mode, Tool } from "../shared/messages.d.ts" */

/** Who the agent is, as Dynamics says. @typedef {{ name: string, email: string, entra_id: string }} Agent */

/**
 * @typedef {{ type: "open", mode: Mode, conversation: string, session: string | null, site: string | null, language: string, agent?: Agent | null }
 *   | { type: "chat", token: string } | { type: "ask" } | { type: "tool", tool: Tool } | { type: "end" }} FromTab
 */

const TOOLS = ["pointer", "drawing", "control", null];

export class Tab {
  /** @param {string[]} origins that may embed the viewer @param {(message: FromTab) => void} onMessage */
  constructor(origins, onMessage) {
    this.origins = origins;
    this.onMessage = onMessage;
    /** @type {string | null} */
    this.origin = null;
    addEventListener("message", (event) => this.receive(event));
  }

  /** Announce the viewer, to whoever embeds it: it is no secret. */
  ready() {
    parent.postMessage({ tandem: 1, type: "ready" }, "*");
  }

  /** @param {string} type @param {object} [members] */
  emit(type, members = {}) {
    if (this.origin) parent.postMessage({ tandem: 1, type, ...members }, this.origin);
  }

  /** @param {MessageEvent} event */
  receive({ source, origin, data }) {
    if (source !== parent || parent === window || !this.origins.includes(origin)) return;
    if (this.origin !== null && this.origin !== origin) return;
    const message = data?.tandem === 1 ? read(data) : null;
    if (!message || (this.origin === null && message.type !== "open")) return;
    this.origin = origin;
    this.onMessage(message);
  }
}

/** @param {any} data @returns {FromTab | null} */
function read(data) {
  if (data.type === "end" || data.type === "ask") return { type: data.type };
  if (data.type === "chat") return typeof data.token === "string" ? { type: "chat", token: data.token } : null;
  if (data.type === "tool") return TOOLS.includes(data.tool) ? { type: "tool", tool: data.tool } : null;
  if (data.type !== "open" || !["cobrowse", "screenshare"].includes(data.mode)) return null;
  const { mode, conversation, session, site, language } = data;
  const text = (/** @type {unknown} */ value) => (typeof value === "string" && value ? value : null);
  const agent = readAgent(data.agent ?? {});
  return { type: "open", mode, conversation: text(conversation) ?? "", session: text(session), site: text(site), language: text(language) ?? "en", agent };
}

/** @param {any} given @returns {Agent | null} */
function readAgent({ name, email, entra_id: id }) {
  const text = (/** @type {unknown} */ value) => (typeof value === "string" ? value : "");
  return text(name) ? { name: text(name), email: text(email), entra_id: text(id) } : null;
}

/** The origins that the relay lists. @param {Document} page @returns {string[]} */
export function agentOrigins(page) {
  try {
    const { agent_origins: origins } = JSON.parse(page.querySelector("meta[name=tandem]")?.getAttribute("content") ?? "{}");
    return Array.isArray(origins) ? origins.filter((each) => typeof each === "string") : [];
  } catch {
    return [];
  }
}
