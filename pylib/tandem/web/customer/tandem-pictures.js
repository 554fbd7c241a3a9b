// @ts-check
// What is sent as pictures, a module of its own: canvases and videos, once a page has one to show, and a shared screen where
// WebRTC finds no way. The customer script loads it then.

export { Pictures } from "./pictures.js";
export { Shown } from "./shown.js";
