// @ts-check
// How good the connection is: how long the customer's page takes to answer, as the median of the last answers. session.js
// starts it while the customer is there.

/** @import { FromAgent } from "../shared/messages.d.ts" */

const EVERY = 2000;
const KEPT = 5;
const GOOD = 300;
const FAIR = 1000;
const PATIENCE = 5000;

export class Quality {
  /** @param {(message: FromAgent) => void} send @param {(quality: "good" | "fair" | "poor") => void} tell */
  constructor(send, tell) {
    this.send = send;
    this.tell = tell;
    /** @type {number[]} */
    this.times = [];
    this.timer = 0;
    this.answered = 0;
    this.told = "";
  }

  start() {
    this.stop();
    this.answered = performance.now();
    this.timer = setInterval(() => this.ping(), EVERY);
    this.ping();
  }

  stop() {
    clearInterval(this.timer);
    this.times = [];
  }

  ping() {
    if (performance.now() - this.answered > PATIENCE) this.say("poor");
    this.send({ t: "ping", at: performance.now() });
  }

  /** @param {number} at */
  pong(at) {
    const now = performance.now();
    if (!(at > 0 && at <= now)) return;
    this.answered = now;
    this.times = [...this.times, now - at].slice(-KEPT);
    const median = [...this.times].sort((one, other) => one - other)[Math.floor(this.times.length / 2)];
    this.say(median < GOOD ? "good" : median < FAIR ? "fair" : "poor");
  }

  /** @param {"good" | "fair" | "poor"} quality */
  say(quality) {
    if (quality === this.told) return;
    this.told = quality;
    this.tell(quality);
  }
}
