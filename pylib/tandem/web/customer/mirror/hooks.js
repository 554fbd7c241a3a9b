// @ts-check
// Hears of uses of a browser's own properties that no observer tells of. What others hook afterwards stays as they left it.

/** Uses of this script's own are not heard. */
let isOwn = false;

/** @template T @param {() => T} act @returns {T} */
export function unheard(act) {
  const before = isOwn;
  isOwn = true;
  try {
    return act();
  } finally {
    isOwn = before;
  }
}

/**
 * @param {object | undefined} prototype that has the property
 * @param {string} name
 * @param {(self: any) => void} then before it is read, set or called
 * @returns {() => void} stops it
 */
export function hear(prototype, name, then) {
  const before = prototype && Object.getOwnPropertyDescriptor(prototype, name);
  if (!prototype || !before?.configurable) return () => {};
  let isOn = true;
  const around = (/** @type {any} */ used) =>
    typeof used !== "function"
      ? used
      : new Proxy(used, {
          apply(target, self, given) {
            if (isOn && !isOwn) quietly(() => unheard(() => then(self)));
            return Reflect.apply(target, self, given);
          },
        });
  /** @type {PropertyDescriptor} */
  const after = "value" in before ? { ...before, value: around(before.value) } : { ...before, get: around(before.get), set: around(before.set) };
  Object.defineProperty(prototype, name, after);
  return () => {
    isOn = false;
    const now = Object.getOwnPropertyDescriptor(prototype, name);
    if (now?.value === after.value && now?.get === after.get && now?.set === after.set) Object.defineProperty(prototype, name, before);
  };
}

/** What goes wrong in here is nothing to the page. @param {() => void} act */
function quietly(act) {
  try {
    act();
  } catch {
    // the page goes on
  }
}
