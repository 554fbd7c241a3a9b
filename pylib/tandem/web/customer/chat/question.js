// @ts-check
// The question of an agent to a customer who has not asked for it: in the place of the banner, beside the page, so that nothing
// of what the customer does there is taken for an answer. It has neither the focus nor a button that Enter presses, and for its
// first second in view it takes no answer at all. A page that covers it, or takes it away, is not let have a yes for it.

import { element } from "../ui.js";
import { whyOf } from "./texts.js";

/** @import { ToVisitor } from "../../shared/messages.d.ts" */
/** @import { Key } from "../texts.js" */
/** @import { Ui } from "../ui.js" */

/** Milliseconds in view. */
const DEAF = 1000;
const LOOKING = 200; // milliseconds between two looks
const MAX_REPAIRS = 50; // a page that keeps taking it away is not fought for long

/** @type {Record<string, { title: Key, texts: Key[], yes: Key }>} */
const TEXTS = {
  cobrowse: { title: "view_title", texts: ["view_text", "view_masked"], yes: "view_yes" },
  screenshare: { title: "screen_title", texts: ["screen_text", "screen_masked"], yes: "screen_yes" },
};

export class Question {
  /** @param {Ui} ui @param {Extract<ToVisitor, { t: "ask" }>} asked @param {(yes: boolean) => void} onAnswer */
  constructor(ui, { session, agent, mode }, onAnswer) {
    this.ui = ui;
    this.session = session;
    this.onAnswer = onAnswer;
    /** When it came into view. */
    this.since = 0;
    /** Since when what is asked can be seen, and the answers reached. */
    this.clear = 0;
    this.repairs = 0;
    this.listeners = new AbortController();
    document.addEventListener("visibilitychange", () => this.begin(), { signal: this.listeners.signal });
    this.begin();
    ui.names.agent = agent;
    this.texts = element("div", {});
    Object.assign(this.texts.style, { flexBasis: "100%", maxInlineSize: "60ch" });
    this.show(TEXTS[mode] ?? TEXTS.cobrowse);
  }

  /** @param {{ title: Key, texts: Key[], yes: Key }} texts */
  show({ title, texts, yes }) {
    const { ui } = this;
    const language = (ui.place, ui.layer?.root.lang ?? "en");
    for (const text of [whyOf(language, ui.names.site), ...texts.map((key) => ui.text(key))]) {
      const line = element("p", {});
      line.textContent = text;
      this.texts.append(line);
    }
    ui.banner({ text: title, state: "paused", buttons: [["view_no", () => this.answer(false)], [yes, () => this.answer(true)]] }, this.texts);
    this.timer = setInterval(() => this.look(), LOOKING);
  }

  /** From now on it is in view. */
  begin() {
    this.since = this.clear = performance.now();
  }

  /** Whether the customer can see what is asked, and reach the answers. */
  isClear() {
    return this.ui.layer?.reaches(this.texts) && this.ui.isReachable();
  }

  look() {
    if (document.hidden || this.isClear()) return;
    this.clear = performance.now();
    if (this.repairs < MAX_REPAIRS) this.ui.watch.repair();
    this.repairs += 1;
  }

  /** @param {boolean} yes */
  answer(yes) {
    this.look(); // what a look has not seen since the last one
    if (document.hidden || performance.now() - (yes ? this.clear : this.since) < DEAF) return;
    this.withdraw();
    this.onAnswer(yes);
  }

  /** Away with it, if it is still there. */
  withdraw() {
    this.listeners.abort();
    clearInterval(this.timer);
    if (this.ui.last?.[1] === this.texts) this.ui.hide();
  }
}
