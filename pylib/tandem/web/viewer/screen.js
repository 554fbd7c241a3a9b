// @ts-check
// The customer's screen: a video by WebRTC, or single pictures over the relay where no way was found. The customer offers.

import { KIND } from "../shared/frames.js";

/** @import { FromAgent, FromCustomer, Message, Signal } from "../shared/messages.d.ts" */

export class Screen {
  /**
   * @param {HTMLElement} place
   * @param {{ onChange: () => void }} listener
   * @param {(message: FromAgent) => void} send
   */
  constructor(place, listener, send) {
    this.place = place;
    this.listener = listener;
    this.send = send;
    this.size = { width: 0, height: 0 };
    this.units = { width: 1, height: 1 };
    this.shown = false;
    this.title = this.address = "";
    /** @type {RTCIceServer[]} */
    this.ice = [];
    /** @type {RTCPeerConnection | null} */
    this.peer = null;
    /** One signal after the other. */
    this.signals = Promise.resolve();
    this.video = document.createElement("video");
    Object.assign(this.video, { muted: true, autoplay: true, playsInline: true });
    this.video.addEventListener("resize", () => this.show(this.video, this.video.videoWidth, this.video.videoHeight));
    this.canvas = document.createElement("canvas");
  }

  /** @param {HTMLElement} shown @param {number} width @param {number} height */
  show(shown, width, height) {
    if (!width || !height) return;
    if (shown.parentNode !== this.place) this.place.replaceChildren(shown);
    this.size = { width, height };
    this.shown = true;
    this.listener.onChange();
  }

  /** @param {FromCustomer} message */
  onMessage(message) {
    if (message.t === "signal") this.signals = this.signals.then(() => this.onSignal(message.data)).catch(() => {});
    else if (message.t === "share") {
      if (!message.on || message.fallback) this.hangUp();
      if (!message.on) this.reset();
    }
  }

  /** @param {Signal["data"]} data */
  async onSignal({ description, candidate }) {
    if (description?.type === "offer") await this.answer(description);
    else if (candidate && this.peer) await this.peer.addIceCandidate(candidate);
  }

  /** @param {RTCSessionDescriptionInit} offer */
  async answer(offer) {
    this.hangUp();
    const peer = (this.peer = new RTCPeerConnection({ iceServers: this.ice }));
    peer.onicecandidate = ({ candidate }) => this.send({ t: "signal", data: { candidate: candidate?.toJSON() ?? null } });
    peer.ontrack = ({ streams, track }) => (this.video.srcObject = streams[0] ?? new MediaStream([track]));
    await peer.setRemoteDescription(offer);
    await peer.setLocalDescription();
    this.send({ t: "signal", data: { description: peer.localDescription?.toJSON() } });
  }

  hangUp() {
    this.peer?.close();
    this.peer = null;
    this.video.srcObject = null;
  }

  /** A single picture. @param {Message} message of frames */
  async add({ kind, content }) {
    if (kind !== KIND.screen) return;
    const picture = await createImageBitmap(new Blob([content]));
    Object.assign(this.canvas, { width: picture.width, height: picture.height });
    this.canvas.getContext("2d")?.drawImage(picture, 0, 0);
    picture.close();
    this.show(this.canvas, this.canvas.width, this.canvas.height);
  }

  reset() {
    this.shown = false;
    this.place.replaceChildren();
    this.listener.onChange();
  }

  at() {
    return null;
  }

  rectOf() {
    return null;
  }

  scaled() {}

  dispose() {
    this.hangUp();
    this.reset();
  }
}
