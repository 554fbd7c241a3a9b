/**
 * API that Dynamics puts on the agent's window for tabs: Microsoft.Omnichannel, Microsoft.Apm, Xrm.Utility, Xrm.App.
 *
 * Signatures and defaults as Microsoft documents them; the rest of those objects is left out, so that a tab which uses
 * more fails here.
 */

import { one, rows } from "./api.js";
import { HOME } from "./session.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {Pick<Desk, "focused" | "session" | "focus" | "log" | "put">} Host what Omnichannel asks of the window it is on */
/** @typedef {import("./session.js").Session} Session */
/** @typedef {import("./sidepanes.js").SidePanes} SidePanes */
/** @typedef {import("./tabs.js").Tab} Tab */

const TOPICS = ["ON_SESSION_SWITCH", "ON_SESSION_CLOSED"];
/** @type {Record<string, string>} what a conversation can be linked to, and where it lies */
const LINKED = { account: "accounts", contact: "contacts", incident: "incidents" };

/** The user of the local org for whom requests without a token are made (emulator/security.py). */
const LOCAL = { userId: "{201D72CC-E6E8-59EB-ABCA-0E382F4AD3B9}", userName: "Local agent" };
/** @type {Record<string, typeof LOCAL>} those whom a window may belong to, by the choices of the switch; the second is one of the samples (preview/seed.py) */
const AGENTS = { local: LOCAL, second: { userId: "{4A02258B-5BD7-5155-85E4-EDDD2F6A625F}", userName: "Second agent" } };

/** Put it on this window. @param {Desk} desk */
export function install(desk) {
  const Microsoft = { Omnichannel: omnichannel(desk), Apm: apm(desk) };
  const agent = { language: () => desk.switches.number("lcid"), identity: () => desk.switches.value("agent") };
  Object.assign(window, { Microsoft, Xrm: xrm(agent, desk.panes) });
}

/** Make Microsoft.Omnichannel. @param {Host} desk */
export function omnichannel(desk) {
  /** @param {string | null} id */
  const wanted = (id) => {
    const session = id ? desk.session(id) : desk.focused;
    if (!session?.conversation) throw new Error(id ? `There is no conversation ${id} of this agent.` : "No conversation is in focus.");
    return session;
  };
  return {
    getConversationId: async () => wanted(null).id,
    getConversations: async (/** @type {unknown} */ _input) => rows("msdyn_ocliveworkitems"),
    openConversation: async (/** @type {string} */ id) => desk.focus(wanted(id)),
    sendMessageToConversation: async (/** @type {unknown} */ message, toSendBox = true, conversationId = null) => {
      const session = wanted(conversationId);
      if (!session.open) throw new Error("The conversation is closed.");
      await desk.put(session, typeof message === "string" ? message : JSON.stringify(message), toSendBox);
    },
    linkToConversation: async (/** @type {string} */ table, /** @type {string} */ id, conversationId = null) => {
      const session = wanted(conversationId);
      if (!session.open) throw new Error("The conversation is not active.");
      if (!LINKED[table]) throw new Error(`A conversation cannot be linked to ${table}.`);
      await one(`${LINKED[table]}(${id.replace(/[{}]/g, "")})`);
      session.links.add(`${table} ${id}`);
      desk.log(session, { kind: "tab", text: `Linked to ${table} ${id}` });
    },
    unlinkFromConversation: async (/** @type {string} */ table, /** @type {string} */ id, conversationId = null) => {
      const session = wanted(conversationId);
      if (!session.links.delete(`${table} ${id}`)) throw new Error(`The conversation is not linked to ${table} ${id}.`);
      desk.log(session, { kind: "tab", text: `No longer linked to ${table} ${id}` });
    },
  };
}

/** @param {Desk} desk */
function apm(desk) {
  for (const [topic, name] of Object.entries({ ON_SESSION_SWITCH: "switched", ON_SESSION_CLOSED: "closed" })) {
    const channel = new BroadcastChannel(topic);
    desk.addEventListener(name, (event) => channel.postMessage(/** @type {CustomEvent} */ (event).detail));
  }
  const tabs = () => desk.sessions.flatMap((session) => session.tabs.map((tab) => ({ session, tab })));
  /** @param {string} id */
  const found = (id) => {
    const known = tabs().find(({ tab }) => tab.id === id);
    if (!known) throw new Error(`There is no tab ${id}.`);
    return known;
  };
  return {
    getFocusedSession: () => sessionOf(desk, desk.focused),
    getAllSessions: () => desk.sessions.map(({ id }) => id),
    getSession: (/** @type {string} */ id) => sessionOf(desk, /** @type {Session} */ (desk.session(id))),
    // A template goes by its unique name here, and what it is given comes in a Map, as Microsoft's reference of createTab says.
    createTab: (/** @type {{templateName: string, appContext?: Map<string, unknown>, isFocused?: boolean}} */ { templateName, appContext = new Map(), isFocused = true }) => {
      if (Object.prototype.toString.call(appContext) !== "[object Map]") throw new Error("appContext is no Map.");
      const tab = desk.openUnique(desk.focused, templateName, appContext, isFocused);
      if (!tab) throw new Error(`There is no app tab template ${templateName}.`);
      return tab.id;
    },
    closeTab: (/** @type {string} */ id) => {
      const { session, tab } = found(id);
      if (!tab.canClose) throw new Error(`The tab ${id} cannot be closed.`);
      void desk.closeTab(session, tab);
    },
    focusTab: (/** @type {string} */ id) => desk.showTab(found(id).session, found(id).tab),
    refreshTab: (/** @type {string} */ id) => desk.refreshTab(found(id).session, found(id).tab),
    getEventPublisherTopic: (/** @type {string} */ topic) => (TOPICS.includes(topic) ? topic : undefined),
  };
}

/** Make what Microsoft calls a Session. @param {Desk} desk @param {Session | undefined} session */
function sessionOf(desk, session) {
  if (!session) return undefined;
  /** @param {Tab | null | undefined} tab */
  const tabOf = (tab) => tab && { tabId: tab.id, title: tab.title, canClose: tab.canClose };
  const focus = () => desk.focus(session);
  return {
    sessionId: session.id,
    isDefault: session.id === HOME,
    canClose: session.id !== HOME,
    title: session.title,
    focus,
    requestFocus: focus,
    close: () => desk.closeSession(session),
    getFocusedTab: () => tabOf(session.tab),
    getAllTabs: () => session.tabs.map(({ id }) => id),
    getTab: (/** @type {string} */ id) => tabOf(session.tabs.find((tab) => tab.id === id)),
    canCreateTab: () => true,
    updateContext: () => undefined,
  };
}

/** Make Xrm. @param {{language: () => number, identity: () => string}} agent whose window it is: the LCID, and a choice of the switch @param {SidePanes} panes */
export function xrm(agent, panes) {
  const known = () => AGENTS[agent.identity()] ?? LOCAL;
  const globalContext = {
    getClientUrl: () => location.origin,
    getVersion: () => "9.2.0.0",
    userSettings: {
      get languageId() {
        return agent.language();
      },
      get userId() {
        return known().userId;
      },
      get userName() {
        return known().userName;
      },
      roles: { get: () => [{ id: "{0E1D6F2A-1F3E-4C5B-9D8A-2B7C6E5F4A31}", name: "Omnichannel agent", entityType: "role" }] },
    },
    organizationSettings: { languageId: 1033 },
  };
  return {
    Utility: { getGlobalContext: () => globalContext },
    get App() {
      return panes.app;
    },
  };
}
