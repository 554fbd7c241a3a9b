// @ts-check
// The way to the relay of one connection: control messages, and numbered chunks in their order, as long as there is room.

import { KIND, pack } from "../shared/frames.js";

/** @import { FromCustomer } from "../shared/messages.d.ts" */

/** As many bytes may wait in the socket; a picture is worth less waiting than a page. */
const ROOM = { [KIND.events]: 4 * 1024 * 1024, [KIND.screen]: 256 * 1024 };

/** Milliseconds until it is looked again whether all has been sent. */
const IDLE_INTERVAL = 20;

export class Stream {
  /** @param {WebSocket} socket that is open */
  constructor(socket) {
    this.socket = socket;
    this.number = 0;
    /** @type {Promise<void>} */
    this.last = Promise.resolve();
  }

  get open() {
    return this.socket.readyState === WebSocket.OPEN;
  }

  /** Whether all has been sent. */
  get idle() {
    return this.socket.bufferedAmount === 0;
  }

  /** @param {FromCustomer} message */
  send(message) {
    if (this.open) this.socket.send(JSON.stringify(message));
  }

  /** @param {any[]} events of rrweb @param {boolean} key @returns {Promise<boolean>} whether there was room */
  events(events, key) {
    return this.message(KIND.events, new TextEncoder().encode(JSON.stringify(events)), { key });
  }

  /** @param {Uint8Array<ArrayBuffer>} picture JPEG @returns {Promise<boolean>} whether there was room */
  picture(picture) {
    return this.message(KIND.screen, picture, { key: true, deflate: false });
  }

  /** What waits until there is nothing else to send. @param {Uint8Array<ArrayBuffer>[]} chunks of an asset */
  async asset(chunks) {
    for (const chunk of chunks) {
      while (this.open && !this.idle) await new Promise((resolve) => setTimeout(resolve, IDLE_INTERVAL));
      if (this.open) this.socket.send(chunk);
    }
  }

  /** @param {number} kind @param {Uint8Array<ArrayBuffer>} content @param {{ key: boolean, deflate?: boolean }} how */
  async message(kind, content, how) {
    if (!this.open || this.socket.bufferedAmount > ROOM[kind]) return !this.open;
    const packed = pack(this.number++, kind, content, how);
    const before = this.last;
    this.last = before.then(async () => {
      for (const chunk of await packed) if (this.open) this.socket.send(chunk);
    });
    await this.last;
    return true;
  }
}
