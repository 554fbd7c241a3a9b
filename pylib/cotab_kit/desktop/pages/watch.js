/**
 * Watch over a tab's frame, as nothing in Dynamics does: its console, its errors, and the four events where they
 * do not belong. The frame is of the same origin; one that is not is left alone.
 */

import { EVENTS } from "./judge.js";

/** @typedef {{replaced: () => void, console: (level: string, text: string) => void, astray: (event: Event) => void}} Report */

const LEVELS = /** @type {const} */ (["log", "info", "warn", "error"]);
const LOADING = 10; // milliseconds between two looks at a frame that loads
const LISTENING = Symbol("listening");

export class Watch {
  /** @type {Document | null} */
  #seen = null;
  #timer = 0;

  /**
   * @param {HTMLIFrameElement} frame in the document, and not loaded yet: its first page takes over the window of the
   *   empty one, so that not even its first script comes too early to be heard. A refreshed page has another window.
   * @param {Report} report
   */
  constructor(frame, report) {
    this.frame = frame;
    this.report = report;
    this.#listen(documentOf(frame)?.defaultView);
    frame.addEventListener("load", () => {
      this.look();
      clearInterval(this.#timer);
    });
  }

  /** Be there before the scripts of the page that the frame is about to load. */
  expect() {
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.look(), LOADING);
  }

  stop() {
    clearInterval(this.#timer);
    this.#seen = null;
  }

  /** Notice whether the page is another one. Nothing but the document itself tells it without delay. */
  look() {
    const page = documentOf(this.frame);
    if (!page || page === this.#seen || page.URL === "about:blank") return;
    const replaced = this.#seen !== null;
    this.#seen = page;
    if (replaced) this.report.replaced();
    this.#listen(page.defaultView);
  }

  /** @param {(Window & typeof globalThis & {[LISTENING]?: boolean}) | null} [tab] */
  #listen(tab) {
    if (!tab || tab[LISTENING]) return;
    tab[LISTENING] = true;
    for (const name of Object.keys(EVENTS)) tab.addEventListener(name, this.report.astray, true);
    for (const level of LEVELS) {
      const original = tab.console[level];
      tab.console[level] = (...values) => {
        original.apply(tab.console, values);
        this.report.console(level, values.map(readable).join(" "));
      };
    }
    tab.addEventListener("error", ({ message }) => message && this.report.console("error", message));
    tab.addEventListener("unhandledrejection", ({ reason }) => this.report.console("error", `Unhandled: ${readable(reason)}`));
  }
}

/** Return whether the event was made in the frame or in one within it. @param {Window | null} frame @param {Event} event @returns {boolean} */
export function madeIn(frame, event) {
  try {
    const made = /** @type {any} */ (frame)?.Event;
    if (made && event instanceof made) return true;
    return Array.from({ length: frame?.length ?? 0 }, (_, at) => /** @type {any} */ (frame)[at]).some((inner) => madeIn(inner, event));
  } catch {
    return false; // another origin
  }
}

/** Copy the detail of an event, so that nothing of the tab's is kept or run. @param {Event} event */
export function copied(event) {
  try {
    return { cloneable: true, copy: /** @type {unknown} */ (structuredClone(/** @type {CustomEvent} */ (event).detail)) };
  } catch {
    return { cloneable: false, copy: null };
  }
}

/** @param {HTMLIFrameElement} frame */
function documentOf(frame) {
  try {
    return frame.contentDocument;
  } catch {
    return null;
  }
}

/** @param {unknown} value whatever it is, and whatever it throws @returns {string} */
function readable(value) {
  return tried(() => (isPlain(value) ? JSON.stringify(value) : String(value))) ?? tried(() => String(value)) ?? "(something)";
}

/** Return whether a value's fields say all of it; an error and an element say more of themselves. @param {unknown} value */
function isPlain(value) {
  return typeof value === "object" && value !== null && !("stack" in value) && !("nodeType" in value);
}

/** @param {() => string} write */
function tried(write) {
  try {
    return write();
  } catch {
    return null;
  }
}
