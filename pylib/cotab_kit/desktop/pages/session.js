/** A session of the agent: the home page, or a conversation with its tabs and all that happened in it. */

/** @typedef {import("./api.js").Row} Row */
/** @typedef {import("./judge.js").Mode} Mode */
/** @typedef {import("./tabs.js").Tab} Tab */
/** @typedef {"event" | "message" | "note" | "call" | "console" | "tab" | "violation"} Kind */
/** @typedef {{kind: Kind, time: string, text: string, detail?: string, bad?: boolean}} Entry */
/** @typedef {{id: string, from: string, text: string, time: string}} Message */

export const HOME = "session-id-home";
const MAX_ENTRIES = 1000;
const MAX_LENGTH = 4000; // characters of an entry that are kept
const NOISE = new Set(["console", "call"]);

export class Session {
  /** @type {Tab[]} */
  tabs = [];
  /** @type {Tab | null} */
  tab = null;
  /** @type {Entry[]} */
  entries = [];
  /** How often entries were dropped. */
  dropped = 0;
  /** The modes in which the customer is looked after, and since when. @type {Map<Mode, string>} */
  escalation = new Map();
  /** What stands in the message box. */
  draft = "";
  unread = 0;
  /** Records linked by linkToConversation. @type {Set<string>} */
  links = new Set();

  /** @param {Row | null} conversation as the server has it; null: the home page */
  constructor(conversation) {
    this.conversation = conversation;
  }

  /** Take what the server has now; of two lists of messages the longer one is the later. @param {Row} conversation */
  update(conversation) {
    const messages = this.messages.length > conversation.messages.length ? this.messages : conversation.messages;
    this.conversation = { ...conversation, messages };
  }

  get id() {
    return this.conversation?.id ?? HOME;
  }

  get title() {
    return this.conversation?.customer ?? "Home";
  }

  get open() {
    return this.conversation?.state === "open";
  }

  /** @returns {Message[]} */
  get messages() {
    return this.conversation?.messages ?? [];
  }

  /** Keep what happened. @param {Entry} entry */
  note({ text, detail, ...entry }) {
    this.entries.push({ ...entry, text: shortened(text), detail: detail && shortened(detail) });
    if (this.entries.length > MAX_ENTRIES) this.#drop();
  }

  /** Drop the noise of the older half, and all of it only where that would not make room. */
  #drop() {
    const half = MAX_ENTRIES / 2;
    const quiet = this.entries.filter(({ kind }, at) => at >= half || !NOISE.has(kind));
    this.entries = quiet.length < MAX_ENTRIES - half / 2 ? quiet : this.entries.slice(half);
    this.dropped += 1;
  }

  get violations() {
    return this.entries.filter(({ kind }) => kind === "violation").length;
  }
}

/** @param {string} text */
export function shortened(text) {
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}… (${text.length.toLocaleString("en")} characters)` : text;
}

export const now = () => new Date().toISOString();
