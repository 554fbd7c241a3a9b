// @ts-check
// Canvases and videos as pictures, a module of its own: the customer script loads it once a page has one to show.

export { Shown } from "./shown.js";
