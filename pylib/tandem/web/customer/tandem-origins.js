// @ts-check
// What a session over several origins needs, a module of its own: the customer script loads it where a site names others.

export { Departures } from "./departures.js";
