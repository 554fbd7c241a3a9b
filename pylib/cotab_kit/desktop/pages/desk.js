/**
 * The agent's desk: sessions, their tabs, and what Omnichannel does about the events of tabs.
 *
 * What it changes it emits ("change", "entry", "message", "draft", "switched", "closed"), for views to show.
 */

import { ask, send } from "./api.js";
import { paneAddress } from "./addresses.js";
import { EVENTS, Judge, SESSION } from "./judge.js";
import { keep, recalled } from "./history.js";
import { CUSTOM_FUNCTION, OPEN_TAB, SEND_MESSAGE, actionsOf, read, template } from "./records.js";
import { Session, now, shortened } from "./session.js";
import { SidePanes } from "./sidepanes.js";
import { summaryTab } from "./summary.js";
import { fromTemplate } from "./tabs.js";
import { Watch, copied } from "./watch.js";

/** @typedef {import("./api.js").Row} Row */
/** @typedef {import("./judge.js").Mode} Mode */
/** @typedef {import("./records.js").Action} Action */
/** @typedef {import("./session.js").Entry} Entry */
/** @typedef {import("./tabs.js").Tab} Tab */

/** Milliseconds that a page in a side pane has to say that a session is over whose tab was closed. */
const OUTLIVING = 10_000;

export class Desk extends EventTarget {
  /** @type {Set<HTMLIFrameElement>} the pages in side panes */
  #beside = new Set();
  /** @type {Map<Tab, Session>} closed tabs whose session may still end */
  #closed = new Map();
  home = new Session(null);
  /** @type {Session[]} */
  sessions = [this.home];
  focused = this.home;
  judge = new Judge();
  /** @type {import("./records.js").Records | null} */
  records = null;

  /** @param {Row} about @param {import("./switches.js").Switches} switches @param {HTMLElement} stage where the tabs are @param {HTMLElement} workspace where the side panes are */
  constructor(about, switches, stage, workspace) {
    super();
    this.about = about;
    this.switches = switches;
    this.stage = stage;
    this.panes = new SidePanes(this.#aroundPanes(), workspace);
    for (const name of Object.keys(EVENTS)) window.addEventListener(name, (event) => this.onEvent(event, true));
  }

  /** @param {string} name @param {unknown} detail */
  emit(name, detail = null) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  /** Read the records again: something was installed, removed or chosen. */
  async readRecords() {
    this.records = await read();
    this.emit("change");
  }

  /** List the buttons of a session. @param {Session} session @returns {Action[]} */
  actions(session) {
    const { conversation } = session;
    if (!conversation || !this.records) return [];
    return actionsOf(this.records, conversation.widget, this.switches.number("lcid"));
  }

  /** @param {string} id */
  session(id) {
    const wanted = id.replace(/[{}]/g, "").toLowerCase();
    return this.sessions.find((session) => session.id === wanted);
  }

  // --- conversations ---

  /** Apply what the server has of a conversation. @param {Row} conversation */
  apply(conversation) {
    const known = this.session(conversation.id);
    if (known) known.update(conversation);
    else if (conversation.state === "open") this.#begin(new Session(conversation));
    this.emit("change");
    return this.session(conversation.id);
  }

  /** @param {Session} session */
  #begin(session) {
    session.entries = recalled(session.id);
    if (session.entries.length) this.log(session, { kind: "tab", text: "The desktop was loaded again" });
    session.tab = summaryTab(session);
    session.tabs.push(session.tab);
    session.tab.show(false);
    this.stage.append(session.tab.element);
    this.sessions.push(session);
  }

  /** Take note of a message. @param {string} id @param {import("./session.js").Message} message */
  onMessage(id, message) {
    const session = this.session(id);
    if (!session || session.messages.some((each) => each.id === message.id)) return;
    session.messages.push(message);
    if (session !== this.focused && message.from === "customer") session.unread += 1;
    this.emit("message", session);
  }

  /** @param {Session} session @param {"agent" | "system"} from @param {string} text */
  async send(session, from, text) {
    this.onMessage(session.id, await send(`conversations/${session.id}/messages`, { from, text }));
  }

  /** Send a tab's message to the customer, or put it into the send box. @param {Session} session @param {string} text @param {boolean} toSendBox */
  async put(session, text, toSendBox) {
    this.log(session, { kind: "message", text: toSendBox ? "Put into the send box" : "Sent to the customer", detail: text });
    if (!toSendBox) return this.send(session, "agent", text);
    session.draft = text;
    this.emit("draft", session);
  }

  /** @param {Session} session */
  async end(session) {
    this.apply(await send(`conversations/${session.id}/close`));
  }

  /** @param {Session} session */
  focus(session) {
    const before = this.focused;
    if (before === session) return;
    if (before.tab) before.tab.left = true;
    this.focused = session;
    session.unread = 0;
    this.#arrange();
    this.panes.left();
    this.emit("switched", { previousSessionId: before.id, newSessionId: session.id });
  }

  /** Close a session with its tabs; its conversation ends. @param {Session} session */
  async closeSession(session) {
    for (const tab of [...session.tabs]) await this.closeTab(session, tab, true);
    if (session.open) await this.end(session);
    if (this.focused === session) this.focus(this.home);
    this.sessions = this.sessions.filter((each) => each !== session);
    this.emit("closed", { sessionId: session.id });
    this.emit("change");
  }

  // --- tabs ---

  /** Do what a button or a slash command stands for. @param {Session} session @param {Action} action */
  async press(session, action) {
    if (action.event === OPEN_TAB) this.openTemplate(session, action.parameter, action.modes);
    else if (action.event === SEND_MESSAGE) await this.send(session, "agent", action.parameter);
    else if (action.event === CUSTOM_FUNCTION) await this.#callFunction(session, action);
    else this.log(session, { kind: "tab", text: `“${action.label}” has no event name that Omnichannel knows.`, bad: true });
  }

  /** @param {Session} session @param {string} name of an app tab template @param {Mode[]} modes @param {boolean} focused @returns {Tab | null} */
  openTemplate(session, name, modes, focused = true) {
    const row = this.records && template(this.records, name);
    return this.#openRow(session, name, row ?? undefined, new Map(), modes, focused);
  }

  /** Open a template that goes by its unique name alone. @param {Session} session @param {string} name @param {Map<string, unknown>} given in place of its own parameters @param {boolean} focused @returns {Tab | null} */
  openUnique(session, name, given, focused) {
    const row = this.records && template(this.records, name);
    return this.#openRow(session, name, row?.msdyn_uniquename === name ? row : undefined, given, [], focused);
  }

  /** @param {Session} session @param {string} name @param {import("./api.js").Row | undefined} row @param {Map<string, unknown>} given @param {Mode[]} modes @param {boolean} focused @returns {Tab | null} */
  #openRow(session, name, row, given, modes, focused) {
    if (!row || !this.records) {
      this.log(session, { kind: "tab", text: `There is no app tab template “${name}”.`, bad: true });
      return null;
    }
    const tab = fromTemplate(this.records, row, session.id, this.#ways(), given);
    for (const slug of tab.slugs) this.log(session, { kind: "tab", text: `${slug} is not filled in by the local desktop.`, bad: true });
    return this.#open(session, tab, modes, focused);
  }

  /** @param {Session} session @param {Tab} tab @param {Mode[]} modes @param {boolean} focused */
  #open(session, tab, modes, focused) {
    tab.modes = modes;
    this.judge.opened(tab.id, modes);
    session.tabs.push(tab);
    this.stage.append(tab.element);
    tab.watch({
      replaced: () => this.#left(session, tab, false),
      console: (level, text) => this.log(session, { kind: "console", text: `${level}: ${text}`, bad: level === "error" }),
      astray: (event) => this.onEvent(event, false, tab),
    });
    this.log(session, { kind: "tab", text: `“${tab.title}” opened`, detail: tab.frame?.getAttribute("src") ?? "" });
    if (focused || !session.tab) this.showTab(session, tab);
    else this.#arrange();
    return tab;
  }

  #ways() {
    const { switches } = this;
    const [encode, policy] = [switches.value("encode"), switches.value("csp")];
    return { encode, policy, lcid: switches.number("lcid"), latency: switches.number("latency"), token: this.about.token };
  }

  /** @param {Session} session @param {Tab} tab */
  showTab(session, tab) {
    if (session.tab && session.tab !== tab) session.tab.left = true;
    session.tab = tab;
    this.#arrange();
  }

  /** Show what is in front, and refresh it if the agent comes back to it. */
  #arrange() {
    for (const session of this.sessions) {
      for (const tab of session.tabs) tab.show(session === this.focused && tab === session.tab);
    }
    const { tab } = this.focused;
    if (tab?.left && tab.frame && this.switches.value("refresh") === "1") this.refreshTab(this.focused, tab);
    if (tab) tab.left = false;
    this.emit("change");
  }

  /** @param {Session} session @param {Tab} tab */
  refreshTab(session, tab) {
    this.log(session, { kind: "tab", text: `“${tab.title}” refreshed` });
    tab.refresh();
  }

  /** @param {Session} session @param {Tab} tab @param {boolean} anyway */
  async closeTab(session, tab, anyway = false) {
    if (!tab.canClose && !anyway) return;
    await tab.close(this.switches.value("close"));
    session.tabs = session.tabs.filter((each) => each !== tab);
    if (tab.frame || tab.webResource) this.log(session, { kind: "tab", text: `“${tab.title}” closed` });
    this.#left(session, tab, true);
    if (session.tab !== tab) return this.emit("change");
    session.tab = null;
    const next = session.tabs.at(-1);
    if (next) this.showTab(session, next);
    else this.#arrange();
  }

  /** Load the tabs from the org's new version of what they show. */
  async renewTabs() {
    this.about = await ask("about");
    for (const session of this.sessions) {
      for (const tab of session.tabs) tab.renew(this.about.token);
    }
    this.emit("change");
  }

  // --- side panes ---

  /** @returns {import("./sidepanes.js").Host} */
  #aroundPanes() {
    return {
      panes: () => this.switches.value("panes"),
      resource: (name, data) => paneAddress(name, data, this.#ways()),
      watch: (pane, frame) => this.#watchPane(pane.title || pane.paneId, frame),
    };
  }

  /** What a pane writes on its console is shown where the agent is. @param {string} title @param {HTMLIFrameElement} frame */
  #watchPane(title, frame) {
    const watch = new Watch(frame, {
      replaced: () => undefined,
      console: (level, text) => this.log(this.focused, { kind: "console", text: `${title}: ${level}: ${text}`, bad: level === "error" }),
      astray: (event) => this.onEvent(event, false),
    });
    watch.expect();
    this.#beside.add(frame);
    return () => {
      watch.stop();
      this.#beside.delete(frame);
    };
  }

  /** Return whether a page in a side pane may have the session that a tab shows: one of the same solution. @param {Tab} tab */
  #isOutlived({ webResource }) {
    const folder = `/WebResources/${webResource.split("/").slice(0, -1).join("/")}/`;
    return webResource.includes("/") && [...this.#beside].some(({ src }) => src.includes(folder));
  }

  // --- events ---

  /** Take note of one of the four events. @param {Event} event @param {boolean} onTop @param {Tab | null} from */
  onEvent(event, onTop, from = null) {
    const [tab, session] = this.#whose(event, from);
    if (!tab) return;
    tab.look();
    const { cloneable, copy } = copied(event);
    const detail = cloneable ? written(copy) : "";
    this.log(session, { kind: "event", text: onTop ? event.type : `${event.type} (not on the top window)`, detail, bad: !onTop || !cloneable });
    this.#judged(session, tab, this.judge.saw(tab.id, { name: event.type, cloneable, onTop }));
  }

  /** Find whose event it is: of what says nothing, the end is a tab's that has a session, all else that in front. @param {Event} event @param {Tab | null} from @returns {[Tab | null, Session]} */
  #whose(event, from) {
    const session = this.focused;
    const tabs = this.sessions.flatMap((each) => each.tabs.map((tab) => /** @type {[Tab, Session]} */ ([tab, each])));
    const made = tabs.find(([tab]) => (from ? tab === from : tab.made(event)));
    const { mode, connected } = EVENTS[event.type] ?? {};
    const has = (/** @type {Tab | null} */ tab) => tab !== null && mode !== undefined && this.judge.connected(tab.id).includes(mode);
    const ended = connected === false && [...this.#closed, .../** @type {[Tab | null, Session][]} */ ([[session.tab, session]]), ...tabs].find(([tab]) => has(tab));
    return made ?? (ended || [session.tab, session]);
  }

  /** @param {Session} session @param {Tab} tab @param {boolean} closed */
  #left(session, tab, closed) {
    const judge = () => this.#judged(session, tab, this.judge.left(tab.id, closed));
    if (!this.#isOutlived(tab)) return judge();
    if (!closed) return;
    this.#closed.set(tab, session);
    setTimeout(() => {
      this.#closed.delete(tab);
      judge();
    }, OUTLIVING);
  }

  /** @param {Session} session @param {Tab} tab @param {string[]} sentences */
  #judged(session, tab, sentences) {
    for (const text of sentences) this.log(session, { kind: "violation", text, bad: true });
    const connected = new Set(this.judge.connected(tab.id));
    for (const mode of connected) if (!session.escalation.has(mode)) this.#escalate(session, mode, true);
    for (const mode of tab.escalated) if (!connected.has(mode)) this.#escalate(session, mode, false);
    tab.escalated = connected;
  }

  /** @param {Session} session @param {Mode} mode @param {boolean} started */
  #escalate(session, mode, started) {
    if (started) session.escalation.set(mode, now());
    else session.escalation.delete(mode);
    if (session.open) void this.send(session, "system", `${SESSION[mode]} ${started ? "started" : "ended"}`);
    this.emit("change");
  }

  /** @param {Session} session @param {Omit<Entry, "time"> & {time?: string}} entry */
  log(session, entry) {
    session.note({ time: now(), ...entry });
    keep(session);
    this.emit("entry", session);
    if (entry.kind === "violation") this.emit("change");
  }

  /** Call the function of a web resource; what is passed is the event parameter. @param {Session} session @param {Action} action */
  async #callFunction(session, action) {
    const { functionName, webResource, parameter } = action;
    try {
      await loadScript(`/WebResources/${webResource}`);
      const called = functionName.split(".").reduce((/** @type {any} */ holder, part) => holder?.[part], window);
      if (typeof called !== "function") throw new Error(`${webResource} has no function ${functionName}.`);
      this.log(session, { kind: "tab", text: `${functionName} called`, detail: parameter });
      await called(parameter);
    } catch (error) {
      this.log(session, { kind: "tab", text: `${functionName}: ${error instanceof Error ? error.message : error}`, bad: true });
    }
  }
}

/** Write a value as JSON, also what JSON has not: circles, and large whole numbers. @param {unknown} value a copy, so that nothing of the tab's is run */
function written(value) {
  const known = new Set();
  const readable = (/** @type {string} */ _, /** @type {unknown} */ each) => {
    if (typeof each === "bigint") return String(each);
    if (typeof each === "string") return shortened(each);
    if (typeof each !== "object" || each === null) return each;
    if (known.has(each)) return "(as above)";
    known.add(each);
    return each;
  };
  return JSON.stringify(value, readable) ?? "";
}

/** @param {string} address */
function loadScript(address) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.addEventListener("load", resolve);
    script.addEventListener("error", () => reject(new Error(`${address} cannot be loaded.`)));
    script.src = address;
    document.head.append(script);
  });
}
