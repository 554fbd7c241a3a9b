// @ts-check
// The connection to the relay: says hello, comes back by itself with growing pauses, and stays away once another tab of the
// site has taken over. session.js tells it when to be there.

import { Stream } from "./stream.js";

/** @import { FromAgent, FromRelay } from "../shared/messages.d.ts" */

/** @typedef {Extract<FromRelay, { t: "welcome" }>} Welcome */
/**
 * @typedef {object} Listener
 * @property {(welcome: Welcome, stream: Stream) => void} welcome the connection is up
 * @property {(message: FromRelay | FromAgent) => void} message
 * @property {() => void} lost it is down, and will be tried again
 * @property {() => boolean} wanted whether it is to be tried again now
 * @property {() => void} replaced another tab has it
 * @property {(reason: string) => void} over there is no such session any more
 */

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 10_000;
const NORMAL = 1000;
const REPLACED = 4001;
/** Codes of the relay are 4000 + the status of HTTP; these will not change by asking again. */
const FINAL = new Set([4400, 4401, 4403, 4404]);

export class Link {
  /** @param {string} relay its origin @param {string} ticket @param {Listener} listener */
  constructor(relay, ticket, listener) {
    this.address = `${relay.replace(/^http/, "ws")}/ws/customer`;
    this.ticket = ticket;
    this.listener = listener;
    /** @type {WebSocket | null} */
    this.socket = null;
    this.pause = FIRST_PAUSE;
    this.timer = 0;
  }

  connect() {
    if (this.socket) return;
    clearTimeout(this.timer);
    const socket = (this.socket = new WebSocket(this.address, "tandem.1"));
    socket.onopen = () => socket.send(JSON.stringify({ t: "hello", v: 1, ticket: this.ticket }));
    socket.onmessage = ({ data }) => this.socket === socket && typeof data === "string" && this.read(socket, data);
    socket.onclose = ({ code }) => this.socket === socket && this.closed(code);
  }

  /** Be away, without a word to the listener. */
  disconnect() {
    clearTimeout(this.timer);
    const { socket } = this;
    this.socket = null;
    socket?.close(NORMAL);
  }

  /** @param {WebSocket} socket @param {string} text */
  read(socket, text) {
    const message = /** @type {FromRelay | FromAgent} */ (JSON.parse(text));
    if (message.t === "welcome") {
      this.pause = FIRST_PAUSE;
      this.listener.welcome(message, new Stream(socket));
    } else if (message.t === "ended") {
      this.disconnect();
      this.listener.over(message.reason);
    } else this.listener.message(message);
  }

  /** @param {number} code */
  closed(code) {
    this.socket = null;
    if (code === REPLACED) this.listener.replaced();
    else if (FINAL.has(code)) this.listener.over("lost");
    else {
      this.listener.lost();
      this.timer = setTimeout(() => this.listener.wanted() && this.connect(), this.pause * (0.75 + Math.random() / 2));
      this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
    }
  }
}
