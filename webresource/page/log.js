// @ts-check
// What was printed, warned and reported: on the console, and in a log the agent can copy for support, which works even
// when Python does not.

import { describe } from "./reflect.js";

const LIMIT = 1000;

/** The lines of a page, or of one session. */
export class Log {
  /** @param {() => void} onLine called after every new line */
  constructor(onLine) {
    this.onLine = onLine;
    /** Its first line: what wrote it. */
    this.heading = "";
    /** @type {string[]} */
    this.lines = [];
  }

  /**
   * @param {"log" | "warn" | "error"} level
   * @param {string} text
   */
  print(level, text) {
    console[level](text);
    this.record(`${new Date().toISOString()} ${level} ${text}`);
  }

  /** Put a line into the log alone. @param {string} text */
  note(text) {
    this.record(`${new Date().toISOString()} ${text}`);
  }

  /** @param {string} line */
  record(line) {
    this.lines.push(line);
    this.lines.splice(0, this.lines.length - LIMIT);
    this.onLine();
  }

  text() {
    return [this.heading, ...this.lines].join("\n");
  }
}

const log = new Log(refill);

/** @type {() => string} what the agent reads as the log of this page */
let shown = () => log.text();

/** @param {"log" | "warn" | "error"} level @param {string} text */
export const print = (level, text) => log.print(level, text);

/** Put a line into the log alone. @param {string} text */
export const note = (text) => log.note(text);

/** Show this as the log from now on, in place of the page's own lines. @param {() => string} text */
export function showInstead(text) {
  shown = text;
  refill();
}

/** Show new lines, if the log is open. */
export function refill() {
  const panel = document.getElementById("log-panel");
  if (panel instanceof HTMLDetailsElement && panel.open) fill();
}

function fill() {
  const element = document.getElementById("log");
  if (element) element.textContent = shown();
}

/** Record errors that nobody caught; the browser shows them on the console itself. */
export function hookErrors() {
  addEventListener("error", ({ message, filename, lineno }) => log.record(`uncaught ${message} (${filename}:${lineno})`));
  addEventListener("unhandledrejection", ({ reason }) => log.record(`unhandled rejection ${describe(reason)}`));
}

/**
 * Fill the log when it is opened, and let the agent copy it.
 * @param {string} title its first line: what wrote it
 */
export function showLog(title) {
  log.heading = title;
  document.getElementById("log-panel")?.addEventListener("toggle", fill);
  document.getElementById("copy-log")?.addEventListener("click", () => void copy(shown()));
}

/**
 * Put a text on the clipboard. Where the Clipboard API is refused, the old way through a selection is tried.
 * @param {string} text
 * @returns {Promise<boolean>} whether it worked
 */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text);
  }
}

/** @param {string} text */
function copySelected(text) {
  const area = document.createElement("textarea");
  area.value = text;
  const focused = document.activeElement;
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return copied;
}
