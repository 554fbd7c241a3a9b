// @ts-check
// Heartbeats of the page's thread, for a worker to hear (watchdog.js). It says on the console while the thread is
// blocked that it is; the log has it afterwards, if the page gets its thread back.

/** @import { Beat } from "./watchdog.js" */

const PERIOD = 1000; // milliseconds between two beats
const LIMIT = 3000; // milliseconds without one after which the thread counts as blocked
const SCRIPT = "watchdog.js";

const WHY =
  "Python runs on the one thread that this window has, and so does every script here: while one waits without await," +
  " or computes for long, nothing else in the window works. Write await where something is waited for, and" +
  " await asyncio.sleep(0) in long loops.";

/**
 * Watch over this thread for as long as the page is there. A browser that has no workers here does without.
 * @param {(level: "warn", text: string) => void} print
 */
export function watchThread(print) {
  let worker;
  try {
    worker = new Worker(new URL(SCRIPT, document.baseURI));
  } catch {
    return; // a policy of the org's own forbids it
  }
  const send = (/** @type {Beat} */ beat) => worker.postMessage(beat);
  // A hidden page has slow timers, and nobody sees that it is blocked.
  const beat = () => send({ type: document.visibilityState === "visible" ? "beat" : "pause" });
  send({ type: "beat", limit: LIMIT, text: `cotab: this window has been blocked for ${LIMIT / 1000} seconds. ${WHY}` });
  const beating = setInterval(beat, PERIOD);
  document.addEventListener("visibilitychange", beat);
  worker.addEventListener("message", ({ data }) => {
    print("warn", `cotab: this window was blocked for ${(data / 1000).toFixed(1)} seconds. ${WHY}`);
  });
  worker.addEventListener("error", (event) => {
    event.preventDefault(); // it cannot be had: no failure of the tab's
    clearInterval(beating);
  });
  addEventListener("pagehide", () => worker.terminate());
}
