// @ts-check
// The agent's WebSocket: says hello, comes back by itself with growing pauses, and stays away once another connection of the
// agent has taken over. session.js listens to it.

/** @import { FromAgent, FromCustomer, FromRelay } from "../shared/messages.d.ts" */

/** @typedef {FromRelay | FromCustomer} Incoming */
/**
 * @typedef {object} Listener
 * @property {(message: Incoming) => void} message
 * @property {(chunk: Uint8Array<ArrayBuffer>) => void} chunk
 * @property {() => void} lost it is down, and will be tried again
 * @property {(reason: string) => void} over
 */

const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 10_000;
const NORMAL = 1000;
const REPLACED = 4001;
/** Codes of the relay are 4000 + the status of HTTP; these will not change by asking again. */
const FINAL = new Set([4400, 4401, 4403, 4404]);

export class Link {
  /** @param {string} ticket @param {Listener} listener */
  constructor(ticket, listener) {
    this.ticket = ticket;
    this.listener = listener;
    /** @type {WebSocket | null} */
    this.socket = null;
    this.pause = FIRST_PAUSE;
    this.timer = 0;
  }

  connect() {
    const socket = (this.socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/ws/agent`, "tandem.1"));
    socket.binaryType = "arraybuffer";
    socket.onopen = () => socket.send(JSON.stringify({ t: "hello", v: 1, ticket: this.ticket }));
    socket.onmessage = ({ data }) => this.socket === socket && this.read(data);
    socket.onclose = ({ code }) => this.socket === socket && this.closed(code);
  }

  disconnect() {
    clearTimeout(this.timer);
    const { socket } = this;
    this.socket = null;
    socket?.close(NORMAL);
  }

  /** @param {FromAgent} message @returns {boolean} whether it left */
  send(message) {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(message));
    return true;
  }

  /** @param {string | ArrayBuffer} data */
  read(data) {
    if (typeof data !== "string") return this.listener.chunk(new Uint8Array(data));
    const message = /** @type {Incoming} */ (parsed(data));
    if (!message) return;
    if (message.t === "ended") this.over(message.reason);
    else if (message.t === "replaced") this.over("replaced");
    else {
      if (message.t === "welcome") this.pause = FIRST_PAUSE;
      this.listener.message(message);
    }
  }

  /** @param {string} reason */
  over(reason) {
    this.disconnect();
    this.listener.over(reason);
  }

  /** @param {number} code */
  closed(code) {
    this.socket = null;
    if (code === REPLACED) return this.listener.over("replaced");
    if (FINAL.has(code)) return this.listener.over("lost");
    this.listener.lost();
    this.timer = setTimeout(() => this.connect(), this.pause * (0.75 + Math.random() / 2));
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
  }
}

/** @param {string} text */
function parsed(text) {
  try {
    const message = JSON.parse(text);
    return typeof message?.t === "string" ? message : null;
  } catch {
    return null;
  }
}
