// @ts-check
// What JavaScript answers to Python: Reflect's `get`, `set`, `apply` and `construct`. Python raises errors and nothing
// else, so whatever is thrown or rejected with reaches it as one.

/** @param {object} target @param {string} name */
export const get = (target, name) => awaitable(safely(() => Reflect.get(target, name)));

/** @param {object} target @param {string} name @param {unknown} value */
export const set = (target, name, value) => safely(() => Reflect.set(target, name, value));

/** @param {Function} method @param {unknown} self @param {unknown[]} values */
export const apply = (method, self, values) => awaitable(safely(() => Reflect.apply(method, self, values)));

/** @param {Function} type @param {unknown[]} values */
export const construct = (type, values) => safely(() => Reflect.construct(type, values));

/**
 * What an object is, and the names of its own members; none of its getters is run.
 * @param {any} target @returns {string[]}
 */
export function outline(target) {
  try {
    if (typeof target === "function") return [`function ${target.name || "without a name"}`];
    if (target instanceof Error) return [describe(target)];
    const type = Object.getPrototypeOf(target)?.constructor;
    const name = (typeof type === "function" && Object.getOwnPropertyDescriptor(type, "name")?.value) || "Object";
    return [String(name), ...Object.keys(target)];
  } catch {
    return ["of another origin"];
  }
}

/** A promise to be kept by Python, for what a coroutine function answers. */
export function deferred() {
  /** @type {(value: unknown) => void} */
  let resolve = () => {};
  const promise = new Promise((settle) => (resolve = settle));
  return { promise, resolve };
}

/** @template T @param {() => T} work @returns {T} */
function safely(work) {
  try {
    return work();
  } catch (reason) {
    throw asError(reason);
  }
}

/** A promise as one that is rejected with errors only. @param {any} value */
function awaitable(value) {
  if (typeof value === "function" || typeof safely(() => value?.then) !== "function") return value;
  return Promise.resolve(value).catch((reason) => {
    throw asError(reason);
  });
}

/** Itself if it is an error of whatever realm; otherwise an error that has it as `thrown`. @param {unknown} reason */
function asError(reason) {
  try {
    if (/^\[object (Error|DOMException)\]$/.test(Object.prototype.toString.call(reason))) return reason;
  } catch {
    // a getter of its own throws: then it is none of the usual errors
  }
  return Object.assign(new Error(describe(reason)), { thrown: reason, name: nameOf(reason) });
}

/** The name that something other than an error may bring with it. @param {any} reason */
function nameOf(reason) {
  try {
    return typeof reason?.name === "string" ? reason.name : "Error";
  } catch {
    return "Error";
  }
}

/** A text for whatever was thrown. @param {any} reason */
export function describe(reason) {
  try {
    if (typeof reason?.message === "string") return reason instanceof Error ? String(reason) : reason.message;
    return typeof reason === "object" ? JSON.stringify(reason) : String(reason);
  } catch {
    return "something that cannot be shown";
  }
}
