// @ts-check
// Listens to one function of the browser's, from when the first script of Tandem is loaded until a session ends. To the page it
// is the browser's own, in what it does, answers and says of itself. In old syntax: see tandem.js.

/**
 * @typedef {object} Calls
 * @property {() => void} start
 * @property {() => void} stop Put back what was there before. A hook that the page has put around it since stays, and what that calls notes nothing more.
 */

/**
 * @param {Record<string, any>} owner of the function, which not every browser has
 * @param {string} name
 * @param {(self: any, result: any, given: any[]) => void} note what a call, or `new`, has come to
 * @returns {Calls}
 */
export function watchCalls(owner, name, note) {
  var listens = false;
  /** @type {Function | undefined} what is in the page */
  var mine;
  var before = owner[name];

  /** @param {any} self @param {any} result @param {any[]} given */
  function noted(self, result, given) {
    if (listens) note(self, result, given);
    return result;
  }

  /** @param {Function} made @param {any} self @param {any[]} given */
  function apply(made, self, given) {
    return noted(self, Reflect.apply(made, self, given), given);
  }

  /** @param {Function} made @param {any[]} given @param {Function} target */
  function construct(made, given, target) {
    return noted(null, Reflect.construct(made, given, target === mine ? made : target), given);
  }

  /** @param {Function} made */
  function put(made) {
    Reflect.set(owner, name, made);
    if (before.prototype) Reflect.set(before.prototype, "constructor", made);
  }

  function start() {
    listens = true;
    if (mine || !owner[name]) return; // a hook of the page lies around it, and calls it
    before = owner[name];
    mine = new Proxy(before, { apply: apply, construct: construct });
    put(/** @type {Function} */ (mine));
  }

  function stop() {
    listens = false;
    if (!mine || owner[name] !== mine) return;
    put(before);
    mine = undefined;
  }

  return { start: start, stop: stop };
}
