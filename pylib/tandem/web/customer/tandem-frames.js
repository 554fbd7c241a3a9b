// @ts-check
// What frames of other origins need, on both sides, a module of its own: the customer script loads it where a site names such.

export { Guest } from "./foreign/guest.js";
export { Host } from "./foreign/host.js";
