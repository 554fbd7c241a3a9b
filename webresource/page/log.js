// @ts-check
// What was printed, warned and reported: on the console, and in a log the agent can copy for support, which works even
// when Python does not.

import { describe } from "./reflect.js";

const LIMIT = 1000;

/** @type {string[]} */
const lines = [];
let heading = "";

/**
 * @param {"log" | "warn" | "error"} level
 * @param {string} text
 */
export function print(level, text) {
  console[level](text);
  record(`${new Date().toISOString()} ${level} ${text}`);
}

/** Put a line into the log alone. @param {string} text */
export const note = (text) => record(`${new Date().toISOString()} ${text}`);

/** @param {string} line */
function record(line) {
  lines.push(line);
  lines.splice(0, lines.length - LIMIT);
  const panel = document.getElementById("log-panel");
  if (panel instanceof HTMLDetailsElement && panel.open) fill();
}

function fill() {
  const element = document.getElementById("log");
  if (element) element.textContent = text();
}

const text = () => [heading, ...lines].join("\n");

/** Record errors that nobody caught; the browser shows them on the console itself. */
export function hookErrors() {
  addEventListener("error", ({ message, filename, lineno }) => record(`uncaught ${message} (${filename}:${lineno})`));
  addEventListener("unhandledrejection", ({ reason }) => record(`unhandled rejection ${describe(reason)}`));
}

/**
 * Fill the log when it is opened, and let the agent copy it.
 * @param {string} title its first line: what wrote it
 */
export function showLog(title) {
  heading = title;
  document.getElementById("log-panel")?.addEventListener("toggle", fill);
  document.getElementById("copy-log")?.addEventListener("click", () => void copy(text()));
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
