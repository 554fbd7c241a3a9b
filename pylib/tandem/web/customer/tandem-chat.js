// @ts-check
// What a page with a chat needs, a module of its own: the customer script loads it once a chat is started.

export { visit } from "./chat/visitor.js";
export { TEXTS } from "./screen_texts.js";
