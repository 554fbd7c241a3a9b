// @ts-check
// What sends pictures and fonts, a module of its own: the customer script loads it when the agent's browser lacks one.

export { Assets } from "./assets.js";
