// @ts-check
// A shared screen as single pictures over the relay, for networks where WebRTC finds no way. screenshare.js starts it.

/** @import { Stream } from "./stream.js" */

const PAUSE = 200;
const LONGEST_SIDE = 1280;
const QUALITY = 0.7;

export class Pictures {
  /** @param {MediaStream} media @param {Stream} stream */
  constructor(media, stream) {
    this.stream = stream;
    this.video = document.createElement("video");
    Object.assign(this.video, { muted: true, playsInline: true, srcObject: media });
    this.canvas = document.createElement("canvas");
    this.timer = 0;
    this.running = false;
  }

  start() {
    this.running = true;
    this.video.play().catch(() => {}); // it was stopped meanwhile
    this.next();
  }

  stop() {
    this.running = false;
    clearTimeout(this.timer);
    this.video.srcObject = null;
  }

  async next() {
    const picture = await this.picture();
    if (picture && this.running) await this.stream.picture(picture);
    if (this.running) this.timer = setTimeout(() => this.next(), PAUSE);
  }

  /** @returns {Promise<Uint8Array<ArrayBuffer> | null>} JPEG */
  async picture() {
    const { videoWidth, videoHeight } = this.video;
    if (!videoWidth || !videoHeight) return null;
    const scale = Math.min(1, LONGEST_SIDE / Math.max(videoWidth, videoHeight));
    Object.assign(this.canvas, { width: Math.round(videoWidth * scale), height: Math.round(videoHeight * scale) });
    this.canvas.getContext("2d")?.drawImage(this.video, 0, 0, this.canvas.width, this.canvas.height);
    /** @type {Blob | null} */
    const blob = await new Promise((resolve) => this.canvas.toBlob(resolve, "image/jpeg", QUALITY));
    return blob && new Uint8Array(await blob.arrayBuffer());
  }
}
