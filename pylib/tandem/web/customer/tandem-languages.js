// @ts-check
// The texts in other languages than English, a module of its own: the customer script loads it before one of them is read.

export { TEXTS } from "./languages.js";
