// @ts-check
// A shared screen as single pictures over the relay, for networks where WebRTC finds no way. Frames are
// taken from the track itself where the browser can do so: timers of a tab that nobody looks at are slow.

/** @import { Stream } from "./stream.js" */

/** @typedef {CanvasImageSource & { close?: () => void }} Frame */
/** @typedef {{ readable: ReadableStream<VideoFrame> }} Processor Chromium's MediaStreamTrackProcessor */

const MIN_INTERVAL = 200;
const MAX_SIDE = 1280;
const QUALITY = 0.7;

export class Pictures {
  /** @param {MediaStream} media @param {Stream} stream */
  constructor(media, stream) {
    this.stream = stream;
    this.track = media.getVideoTracks()[0].clone(); // ends with these pictures, not with the sharing
    this.canvas = document.createElement("canvas");
    this.last = 0;
    this.running = false;
  }

  async start() {
    this.running = true;
    for await (const frame of "MediaStreamTrackProcessor" in window ? processed(this.track) : played(this.track)) {
      if (this.running) await this.send(frame);
      frame.close?.();
      if (!this.running) return;
    }
  }

  stop() {
    this.running = false;
    this.track.stop();
  }

  /** @param {Frame} frame */
  async send(frame) {
    const now = performance.now();
    if (now - this.last < MIN_INTERVAL) return;
    this.last = now;
    const [width, height] = sizeOf(frame);
    const scale = Math.min(1, MAX_SIDE / Math.max(width, height));
    Object.assign(this.canvas, { width: Math.round(width * scale), height: Math.round(height * scale) });
    this.canvas.getContext("2d")?.drawImage(frame, 0, 0, this.canvas.width, this.canvas.height);
    /** @type {Blob | null} */
    const blob = await new Promise((resolve) => this.canvas.toBlob(resolve, "image/jpeg", QUALITY));
    if (blob) await this.stream.picture(new Uint8Array(await blob.arrayBuffer()));
  }
}

/** @param {Frame} frame @returns {[number, number]} */
function sizeOf(frame) {
  if (frame instanceof HTMLVideoElement) return [frame.videoWidth, frame.videoHeight];
  const { displayWidth, displayHeight } = /** @type {VideoFrame} */ (frame);
  return [displayWidth, displayHeight];
}

/** Every frame as it comes. @param {MediaStreamTrack} track @returns {AsyncGenerator<Frame>} */
async function* processed(track) {
  const Kind = /** @type {new (of: object) => Processor} */ (Reflect.get(window, "MediaStreamTrackProcessor"));
  const reader = new Kind({ track, maxBufferSize: 1 }).readable.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
}

/** What a player shows, now and then. @param {MediaStreamTrack} track @returns {AsyncGenerator<Frame>} */
async function* played(track) {
  const video = document.createElement("video");
  Object.assign(video, { muted: true, playsInline: true, srcObject: new MediaStream([track]) });
  await video.play().catch(() => {}); // it was stopped meanwhile
  while (track.readyState === "live") {
    if (video.videoWidth) yield video;
    await new Promise((resolve) => setTimeout(resolve, MIN_INTERVAL));
  }
}
