// @ts-check
// A worker that hears the page's heartbeats (heartbeat.js). While Python or a script blocks the page's thread, nothing
// else can say so: a blocked window has neither a log nor developer tools that answer.

/** @typedef {{ type: "beat" | "pause", limit?: number, text?: string }} Beat `pause`: the page is not watched for now */

const PERIOD = 500; // milliseconds between two looks

let limit = Infinity;
let text = "";
let isWatching = false;
let isBlocked = false;
let heard = performance.now();
let looked = heard;

addEventListener("message", ({ data }) => {
  const beat = /** @type {Beat} */ (data);
  limit = beat.limit ?? limit;
  text = beat.text ?? text;
  if (isBlocked) postMessage(performance.now() - heard);
  isWatching = beat.type === "beat";
  isBlocked = false;
  heard = performance.now();
});

setInterval(() => {
  const now = performance.now();
  const isLate = now - looked > 4 * PERIOD; // the machine has slept, or this thread was held up itself
  looked = now;
  if (isLate && !isBlocked) heard = now;
  if (!isWatching || isBlocked || now - heard < limit) return;
  isBlocked = true;
  console.warn(text);
}, PERIOD);

export {};
