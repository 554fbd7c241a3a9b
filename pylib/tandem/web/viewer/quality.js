// @ts-check
// How good the connection is: how long the customer's page takes to answer, as the median of the last answers.

/** @import { FromAgent } from "../shared/messages.d.ts" */

/** Milliseconds. */
const PING_INTERVAL = 2000;
const ANSWER_TIMEOUT = 5000;
const MAX_GOOD = 300;
const MAX_FAIR = 1000;

const MAX_TIMES = 5;

export class Quality {
  /** @param {(message: FromAgent) => void} send @param {(quality: "good" | "fair" | "poor") => void} onChange */
  constructor(send, onChange) {
    this.send = send;
    this.onChange = onChange;
    /** @type {number[]} */
    this.times = [];
    this.timer = 0;
    this.answered = 0;
    this.quality = "";
  }

  start() {
    this.stop();
    this.answered = performance.now();
    this.timer = setInterval(() => this.ping(), PING_INTERVAL);
    this.ping();
  }

  stop() {
    clearInterval(this.timer);
    this.times = [];
  }

  ping() {
    if (performance.now() - this.answered > ANSWER_TIMEOUT) this.set("poor");
    this.send({ t: "ping", at: performance.now() });
  }

  /** @param {number} at */
  pong(at) {
    const now = performance.now();
    if (!(at > 0 && at <= now)) return;
    this.answered = now;
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
