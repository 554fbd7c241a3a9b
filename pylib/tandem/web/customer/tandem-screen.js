// @ts-check
// Screen sharing, a module of its own: the customer script loads it for sessions of that mode.

export { Screenshare } from "./screenshare.js";
export { TEXTS } from "./screen_texts.js";
