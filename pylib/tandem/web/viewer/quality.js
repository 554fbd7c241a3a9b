// @ts-check
// How good the connection is: how long the customer's page takes to answer, as the median of the last answers. One that a
// question of the browser (a message, printing) or a long task holds up answers nothing.

/** @import { FromAgent } from "../shared/messages.d.ts" */

/** Milliseconds. */
const PING_INTERVAL = 2000;
/** Pings without an answer until a page counts as silent: an agent's own window may have slept between two. */
const MAX_UNANSWERED = 2;
const MAX_GOOD = 300;
const MAX_FAIR = 1000;

const MAX_TIMES = 5;

export class Quality {
  /** @param {(message: FromAgent) => void} send @param {(quality: "good" | "fair" | "poor") => void} onChange @param {(silent: boolean) => void} onSilent */
  constructor(send, onChange, onSilent) {
    this.send = send;
    this.onChange = onChange;
    this.onSilent = onSilent;
    /** @type {number[]} */
    this.times = [];
    this.timer = 0;
    this.unanswered = 0;
    this.quality = "";
  }

  start() {
    this.stop();
    this.timer = setInterval(() => this.ping(), PING_INTERVAL);
    this.ping();
  }

  stop() {
    clearInterval(this.timer);
    this.times = [];
    this.answered();
  }

  answered() {
    if (this.unanswered > MAX_UNANSWERED) this.onSilent(false);
    this.unanswered = 0;
  }

  ping() {
    if (this.unanswered === MAX_UNANSWERED) {
      this.set("poor");
      this.onSilent(true);
    }
    this.unanswered += 1;
    this.send({ t: "ping", at: performance.now() });
  }

  /** @param {number} at */
  pong(at) {
    const now = performance.now();
    if (!(at > 0 && at <= now)) return;
    this.answered();
    this.times = [...this.times, now - at].slice(-MAX_TIMES);
    const median = [...this.times].sort((one, other) => one - other)[Math.floor(this.times.length / 2)];
    this.set(median < MAX_GOOD ? "good" : median < MAX_FAIR ? "fair" : "poor");
  }

  /** @param {"good" | "fair" | "poor"} quality */
  set(quality) {
    if (quality === this.quality) return;
    this.quality = quality;
    this.onChange(quality);
  }
}
