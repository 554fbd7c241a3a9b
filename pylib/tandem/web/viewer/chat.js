// @ts-check
// The customer of a chat, whom the agent may ask on the page they are on: whether they can be asked, the question, and what
// becomes of it.

/** @import { FromRelay } from "../shared/messages.d.ts" */
/** @import { Account } from "./account.js" */
/** @import { Tab } from "./tab.js" */

/** Milliseconds until a page that has not shown the question is taken for gone. */
const ANSWER_TIMEOUT = 5000;
/** Looks for a page that has not registered yet, or is on its way from one address to another. */
const LOOKS = 4;
const GONE = 410; // of a token that was used, or has expired
const PAUSE = 1000; // milliseconds between two of them

export class Chat {
  /** @param {Account} account @param {Tab} tab @param {() => string | null} session the one that waits for a customer */
  constructor(account, tab, session) {
    this.account = account;
    this.tab = tab;
    this.session = session;
    this.token = "";
    this.timer = 0;
  }

  /** Say whether the customer can be asked. @param {string} token that the chat has brought along */
  async look(token) {
    this.token = token;
    for (let look = 1; look <= LOOKS; look += 1) {
      const found = await this.account.visitor(token).catch((error) => error);
      if (found.here) return this.tab.emit("askable", { able: true });
      if (found.status === GONE) break;
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
    this.tab.emit("askable", { able: false });
  }

  async ask() {
    const session = this.session();
    if (!session || !this.token) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.over(false), ANSWER_TIMEOUT);
    await this.account.ask(session, this.token).catch(() => this.over(false));
  }

  /** @param {Extract<FromRelay, { t: "asked" }>} message @returns {boolean} whether the customer is being asked */
  onAsked({ state, again }) {
    clearTimeout(this.timer);
    if (state === "asking") this.tab.emit("asking");
    else if (state === "away") this.timer = setTimeout(() => this.over(true), ANSWER_TIMEOUT); // perhaps to another page
    else this.over(again);
    return state === "asking";
  }

  /** Nobody is being asked any more. @param {boolean} again whether they can be asked again */
  over(again) {
    clearTimeout(this.timer);
    this.tab.emit("declined");
    if (!again) this.tab.emit("askable", { able: false });
  }

  dispose() {
    clearTimeout(this.timer);
  }
}
