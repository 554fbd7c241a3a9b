// @ts-check
// A page with a chat, as the relay knows it: by the token that the chat has brought along, and from then on by a ticket that
// only this tab has. Between two pages the ticket lies in the sessionStorage, and not while a page is open: a window that the
// page opens, or a copy of the tab, would get it too.

import { Link } from "../../shared/link.js";
import { Question } from "./question.js";

/** @import { FromRelay, ToVisitor } from "../../shared/messages.d.ts" */
/** @import { Settings } from "../settings.js" */
/** @import { Kept } from "../store.js" */
/** @import { Ui } from "../ui.js" */

/**
 * What the customer script has.
 * @typedef {object} Site
 * @property {Settings} settings
 * @property {Ui} ui
 * @property {() => string} state of the customer's session
 * @property {(session: Kept) => void} enter
 */

/** @typedef {{ shown: string, until: number }} Known a token, or the ticket that was got for it */

const KEY = "tandem.chat";
/** What says that the chat is over: the widget, or the site for a chat of its own. */
const ENDS = ["lcw:closeChat", "tandem:chat-ended"];
const LIFETIME = 600_000; // milliseconds

/** @type {Visitor | null} */
let current = null;

/** Be known as a page with a chat. @param {Site} site @param {string} [token] of a chat that begins now; else the one of the page before */
export function visit(site, token) {
  const known = token ? { shown: token, until: Date.now() + LIFETIME } : take();
  if (!known || known.until < Date.now()) return;
  current?.end();
  current = new Visitor(site, known);
}

export class Visitor {
  /** @param {Site} site @param {Known} known */
  constructor(site, known) {
    this.site = site;
    this.known = known;
    this.over = false;
    /** Whether the customer has said yes, and the relay is about to let them in. */
    this.isEntering = false;
    /** @type {Question | null} */
    this.question = null;
    /** @type {Link<ToVisitor>} */
    this.link = new Link(site.settings.relay, "visitor", known.shown, {
      onMessage: (message) => this.onMessage(message),
      onLost: () => this.withdraw(),
      isWanted: () => Date.now() < this.known.until,
      onEnded: () => this.stop(),
    });
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    addEventListener("pagehide", () => this.leave(), { signal });
    addEventListener("pageshow", ({ persisted }) => persisted && this.back(), { signal });
    for (const type of ENDS) addEventListener(type, () => this.end(), { signal });
    this.link.connect();
  }

  /** The tab goes to another page, which finds the ticket. */
  leave() {
    keep(this.known);
    this.link.disconnect();
    this.withdraw();
  }

  /** The page is shown again as it was. */
  back() {
    this.known = take() ?? this.known;
    this.link.ticket = this.known.shown;
    this.link.connect();
  }

  /** The chat is over; a session that the customer has agreed to is not. */
  end() {
    if (this.isEntering) return;
    this.link.send({ t: "end" });
    this.stop();
  }

  stop() {
    this.over = true;
    this.listeners.abort();
    this.link.disconnect();
    this.withdraw();
    if (current === this) current = null;
  }

  /** @param {FromRelay | ToVisitor} message */
  onMessage(message) {
    if (message.t === "welcome" && "ticket" in message) {
      this.link.ticket = message.ticket;
      this.known = { shown: message.ticket, until: Date.now() + message.expires_in * 1000 };
    } else if (message.t === "ask") this.ask(message);
    else if (message.t === "withdraw") this.withdraw();
    else if (message.t === "joined") this.enter(message);
  }

  /** @param {Extract<ToVisitor, { t: "ask" }>} asked */
  ask(asked) {
    const { session } = asked;
    const answer = (/** @type {{ yes: boolean, busy?: boolean }} */ given) => {
      this.isEntering = given.yes;
      this.link.send({ t: "answer", session, ...given });
    };
    if (this.question?.session === session) return this.link.send({ t: "asking", session });
    this.withdraw();
    if (!isFree(this.site)) return answer({ yes: false, busy: true });
    if (asked.mode === "screenshare" && !navigator.mediaDevices?.getDisplayMedia) return answer({ yes: true }); // both read why it cannot be
    this.question = new Question(this.site.ui, asked, (yes) => {
      this.question = null;
      answer({ yes });
    });
    this.link.send({ t: "asking", session });
  }

  withdraw() {
    this.isEntering = false;
    this.question?.withdraw();
    this.question = null;
  }

  /** The customer has said yes. @param {Extract<ToVisitor, { t: "joined" }>} joined */
  enter({ session, ticket, mode, agent }) {
    this.stop();
    this.site.enter({ session, ticket, mode, agent, view: false, control: false, yes: true });
  }
}

/** Whether there is room for a question: a last word of a session may go for it. @param {Site} site */
function isFree({ state, ui }) {
  return state() === "none" && !ui.dialog && (!ui.last || ui.last[0].buttons.every(([name]) => name === "close"));
}

/** @param {Known} known */
function keep(known) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(known));
  } catch {
    // the next page is not known, that is all
  }
}

/** @returns {Known | null} */
function take() {
  try {
    const found = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
    sessionStorage.removeItem(KEY);
    return typeof found?.shown === "string" && typeof found.until === "number" ? found : null;
  } catch {
    return null;
  }
}
