// @ts-check
// Screen sharing: the customer chooses in the browser's own picker; WebRTC carries the picture from browser to browser. Where
// there is none, or no way is found in time, pictures go over the relay. Browsers of phones have no picker.

import { ScreenOverlay } from "../shared/overlay.js";
import { listen } from "./natives.js";
import { Pictures } from "./pictures.js";
import { element } from "./ui.js";

/** @import { FromAgent, FromRelay, Signal } from "../shared/messages.d.ts" */
/** @import { Parts } from "./session.js" */
/** @import { Stream } from "./stream.js" */

/**
 * The browser's capture handle, with which a page finds out that it shares itself.
 * @typedef {MediaDevices & { setCaptureHandleConfig?: (config: object) => void }} Devices
 * @typedef {MediaStreamTrack & { getCaptureHandle?: () => { handle?: string } | null }} Captured
 */

export class Screenshare {
  /** @param {Parts} parts */
  constructor(parts) {
    this.parts = parts;
    /** @type {MediaStream | null} */
    this.media = null;
    /** @type {Stream | null} */
    this.stream = null;
    /** @type {RTCIceServer[]} */
    this.ice = [];
    /** @type {RTCPeerConnection | null} */
    this.peer = null;
    /** @type {Pictures | null} */
    this.pictures = null;
    /** @type {ScreenOverlay | null} */
    this.overlay = null;
    /** @type {HTMLElement | null} the small picture of what is shared */
    this.preview = null;
    this.timer = 0;
  }

  /** Whether this browser has a picker; pages without TLS have none. */
  get able() {
    return Boolean(navigator.mediaDevices?.getDisplayMedia);
  }

  /** Say why there will be no picture. @param {Stream | null} stream */
  refuse(stream) {
    stream?.send({ t: "share", on: false, unable: true });
  }

  /** Open the picker; it takes a click just before. */
  async choose() {
    const devices = /** @type {Devices} */ (navigator.mediaDevices);
    const handle = crypto.randomUUID();
    devices?.setCaptureHandleConfig?.({ handle, permittedOrigins: [location.origin] });
    try {
      this.media = await devices.getDisplayMedia({ video: { frameRate: 30 }, audio: false });
    } catch {
      return; // the customer chose nothing
    }
    const track = /** @type {Captured} */ (this.media.getVideoTracks()[0]);
    listen(track, "ended", () => this.onTrackEnded());
    this.makeOverlay(track.getCaptureHandle?.()?.handle === handle);
  }

  /** The agent is there. @param {Stream} stream @param {RTCIceServer[]} ice */
  begin(stream, ice) {
    this.pause();
    Object.assign(this, { stream, ice });
    if (this.media) this.publish();
    this.show();
  }

  /** Nobody sees: nothing is sent. */
  pause() {
    clearTimeout(this.timer);
    this.peer?.close();
    this.peer = null;
    this.pictures?.stop();
    this.pictures = null;
    this.overlay?.clear();
    this.stream = null;
  }

  halt() {
    this.pause();
  }

  dispose() {
    this.pause();
    for (const track of this.media?.getTracks() ?? []) track.stop();
    this.media = null;
    this.overlay?.canvas.remove();
    this.overlay = this.preview = null;
  }

  show() {
    const { ui, end } = this.parts;
    /** @type {[import("./texts.js").Key, () => void][]} */
    const again = this.media ? [] : [["share_again", () => this.again()]];
    const text = !this.media ? "banner_idle" : this.pictures ? "banner_pictures" : "banner_screen";
    ui.banner({ text, state: this.media ? "live" : "paused", buttons: [...again, ["stop", end]] }, this.preview);
  }

  async again() {
    await this.choose();
    if (this.stream) this.begin(this.stream, this.ice);
  }

  /** The customer ended the sharing in the browser's own bar. */
  onTrackEnded() {
    const { stream, ice } = this;
    this.dispose();
    stream?.send({ t: "share", on: false });
    if (stream) this.begin(stream, ice);
  }

  /** Where the agent's pointer shows: on the page, if it shares itself, else on a small picture. @param {boolean} own */
  makeOverlay(own) {
    const { ui } = this.parts;
    const canvas = /** @type {HTMLCanvasElement} */ (element("canvas", { "aria-hidden": "true", ...(own ? { class: "overlay" } : {}) }));
    this.overlay?.canvas.remove();
    this.overlay = new ScreenOverlay(canvas);
    this.preview = null;
    if (own) return ui.place.append(canvas);
    const video = /** @type {HTMLVideoElement} */ (element("video", { "aria-label": ui.text("preview") }));
    Object.assign(video, { muted: true, autoplay: true, playsInline: true, srcObject: this.media });
    this.preview = element("div", { class: "screen" });
    this.preview.append(video, canvas);
  }

  sendShare(fallback = false) {
    const { width = 0, height = 0, displaySurface } = this.media?.getVideoTracks()[0]?.getSettings() ?? {};
    this.stream?.send({ t: "share", on: true, surface: displaySurface ?? "", width, height, fallback });
  }

  async publish() {
    const { stream, media } = this;
    if (!stream || !media) return;
    this.sendShare();
    const peer = (this.peer = this.makePeer(media));
    if (!peer) return this.fallBack(null);
    this.timer = setTimeout(() => this.fallBack(peer), this.parts.settings.ice);
    try {
      await peer.setLocalDescription();
    } catch {
      return this.fallBack(peer);
    }
    this.signal(peer, { description: peer.localDescription?.toJSON() });
  }

  /** @param {MediaStream} media @returns {RTCPeerConnection | null} null where there is no WebRTC, or it is switched off */
  makePeer(media) {
    try {
      const peer = new RTCPeerConnection({ iceServers: this.ice });
      peer.onicecandidate = ({ candidate }) => this.signal(peer, { candidate: candidate?.toJSON() ?? null });
      peer.onconnectionstatechange = () => this.onStateChange(peer);
      for (const track of media.getTracks()) peer.addTrack(track, media);
      return peer;
    } catch {
      return null;
    }
  }

  /** @param {RTCPeerConnection} peer @param {Signal["data"]} data */
  signal(peer, data) {
    if (this.peer === peer) this.stream?.send({ t: "signal", data });
  }

  /** @param {RTCPeerConnection} peer */
  onStateChange(peer) {
    if (this.peer !== peer) return;
    if (peer.connectionState === "connected") clearTimeout(this.timer);
    else if (peer.connectionState === "failed") this.fallBack(peer);
  }

  /** @param {RTCPeerConnection | null} peer what has failed; there may be none */
  fallBack(peer) {
    const { stream, media } = this;
    if (this.peer !== peer || !stream || !media) return;
    clearTimeout(this.timer);
    peer?.close();
    this.peer = null;
    this.sendShare(true);
    this.pictures = new Pictures(media, stream);
    this.pictures.start();
    this.show();
  }

  /** @param {FromAgent | FromRelay} message */
  onMessage(message) {
    if (this.overlay?.onMessage(message)) return;
    if (message.t === "signal") this.onSignal(message.data);
  }

  /** @param {Signal["data"]} data */
  async onSignal(data) {
    const { peer } = this;
    if (!peer || typeof data !== "object" || data === null) return;
    try {
      if (data.description && peer.signalingState === "have-local-offer") await peer.setRemoteDescription(data.description);
      else if (data.candidate && peer.remoteDescription) await peer.addIceCandidate(data.candidate);
    } catch {
      // A candidate of an earlier attempt. Without any that fits, the pictures go over the relay.
    }
  }
}
