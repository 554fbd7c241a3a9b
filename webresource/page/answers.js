// @ts-check
// What JavaScript answers to Python: Reflect's `get` and `apply`, with promises that Python can await. Called by Python
// through `globalThis.cotab`.

/** @param {object} target @param {string} name */
export const get = (target, name) => awaitable(Reflect.get(target, name));

/** @param {Function} method @param {unknown} self @param {unknown[]} values */
export const apply = (method, self, values) => awaitable(Reflect.apply(method, self, values));

/**
 * Python raises errors and nothing else: a promise rejected with a text, Xrm's { errorCode, message } or nothing at all
 * would never settle there.
 * @param {any} value
 */
function awaitable(value) {
  if (typeof value?.then !== "function" || typeof value === "function") return value;
  return Promise.resolve(value).catch((reason) => {
    throw isError(reason) ? reason : Object.assign(new Error(describe(reason)), { thrown: reason });
  });
}

/** Whether it is an error of whatever realm. @param {unknown} reason */
const isError = (reason) => /^\[object (Error|DOMException)\]$/.test(Object.prototype.toString.call(reason));

/** @param {any} reason */
function describe(reason) {
  if (typeof reason?.message === "string") return reason.message;
  return typeof reason === "object" ? JSON.stringify(reason) : String(reason);
}
