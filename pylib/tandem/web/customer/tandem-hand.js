// @ts-check
// What acting needs, a module of its own: the customer script loads it once the customer has allowed it.

export { Control } from "./control.js";
