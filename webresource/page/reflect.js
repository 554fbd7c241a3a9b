// @ts-check
// What JavaScript answers to Python: what Reflect does, and what a value is. Python raises errors and nothing else, so
// whatever is thrown or rejected with reaches it as one. A call across takes longer than what is done in it.

/** @param {object} target @param {string} name */
export const get = (target, name) => awaitable(safely(() => Reflect.get(target, name)));

/** @param {object} target @param {string} name @param {unknown} value */
export const set = (target, name, value) => safely(() => Reflect.set(target, name, value));

/** Call a method. @param {any} target @param {string} name @param {unknown[]} values */
export const invoke = (target, name, ...values) => awaitable(safely(() => {
  const method = target[name];
  if (typeof method !== "function") throw new TypeError(`there is no method ${name}()`);
  return Reflect.apply(method, target, values);
}));

/** @param {Function} type @param {unknown[]} values */
export const construct = (type, ...values) => safely(() => Reflect.construct(type, values));

/**
 * What it is as data: an array, or an object literal without functions, of whatever realm; "" if it is neither.
 * @param {any} value @returns {"array" | "object" | ""}
 */
export function form(value) {
  try {
    if (Array.isArray(value)) return "array";
    if (typeof value !== "object") return "";
    const prototype = Object.getPrototypeOf(value);
    // A window of another origin has none, too, and throws whatever else it is asked.
    if (prototype === null) Reflect.has(value, "");
    else if (Object.getPrototypeOf(prototype) !== null) return "";
    return Object.values(value).some((member) => typeof member === "function") ? "" : "object";
  } catch {
    return ""; // a getter throws
  }
}

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
