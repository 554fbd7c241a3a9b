// @ts-check
// The WebSocket of one side: says hello, comes back by itself with growing pauses, and stays away once another connection of
// this side has taken over or the session has ended.

/** @import { FromRelay } from "./messages.d.ts" */

/**
 * @template {{ t: string }} FromPeer
 * @typedef {object} Listener
 * @property {(message: FromRelay | FromPeer, socket: WebSocket) => void} onMessage
 * @property {(chunk: Uint8Array<ArrayBuffer>) => void} [onChunk]
 * @property {() => void} onLost it is down, and will be tried again
 * @property {() => boolean} [isWanted] whether it is to be tried again now
 * @property {(reason: string) => void} onEnded "replaced" if another connection has taken over, "lost" if nobody knows the session
 */

const MIN_PAUSE = 500;
const MAX_PAUSE = 10_000;
const NORMAL = 1000;
const REPLACED = 4001;
/** Codes of the relay are 4000 + the status of HTTP; these will not change by asking again. */
const UNRECOVERABLE = new Set([4400, 4401, 4403, 4404]);

/** @template {{ t: string }} FromPeer what the other side may send */
export class Link {
  /** @param {string} relay its origin @param {"agent" | "customer" | "visitor"} role @param {string} ticket @param {Listener<FromPeer>} listener */
  constructor(relay, role, ticket, listener) {
    this.address = `${relay.replace(/^http/, "ws")}/ws/${role}`;
    this.ticket = ticket;
    this.listener = listener;
    /** @type {WebSocket | null} */
    this.socket = null;
    this.pause = MIN_PAUSE;
    this.timer = 0;
  }

  /** Without effect where it is connected. */
  connect() {
    if (this.socket) return;
    clearTimeout(this.timer);
    const socket = (this.socket = new WebSocket(this.address, "tandem.1"));
    socket.binaryType = "arraybuffer";
    socket.onopen = () => socket.send(JSON.stringify({ t: "hello", v: 1, ticket: this.ticket }));
    socket.onmessage = ({ data }) => this.socket === socket && this.read(socket, data);
    socket.onclose = ({ code }) => this.socket === socket && this.closed(code);
  }

  /** Be away, without a word to the listener. */
  disconnect() {
    clearTimeout(this.timer);
    const { socket } = this;
    this.socket = null;
    socket?.close(NORMAL);
  }

  /** Send, if it is connected. @param {object} message */
  send(message) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  /** @param {WebSocket} socket @param {string | ArrayBuffer} data */
  read(socket, data) {
    if (typeof data !== "string") return this.listener.onChunk?.(new Uint8Array(data));
    const message = parsed(data);
    if (message?.t === "ended") this.end(message.reason);
    else if (message?.t === "replaced") this.end("replaced");
    else if (message) {
      if (message.t === "welcome") this.pause = MIN_PAUSE;
      this.listener.onMessage(message, socket);
    }
  }

  /** @param {string} reason */
  end(reason) {
    this.disconnect();
    this.listener.onEnded(reason);
  }

  /** @param {number} code */
  closed(code) {
    this.socket = null;
    if (code === REPLACED) return this.listener.onEnded("replaced");
    if (UNRECOVERABLE.has(code)) return this.listener.onEnded("lost");
    this.listener.onLost();
    this.timer = setTimeout(() => this.listener.isWanted?.() !== false && this.connect(), this.pause * (0.75 + Math.random() / 2));
    this.pause = Math.min(this.pause * 2, MAX_PAUSE);
  }
}

/** @param {string} text @returns {FromRelay | null} or what the other side sent, of which the type alone is sure */
function parsed(text) {
  try {
    const message = JSON.parse(text);
    return typeof message?.t === "string" ? message : null;
  } catch {
    return null;
  }
}
