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
    if (now?.value === after.value && now?.get === after.get && now?.set === after.set) Reflect.defineProperty(prototype, name, before);
  };
}

/** What is heard in windows, for as long as these are there: none is kept alive by it, nor the frame that shows it. */
export class Hooks {
  constructor() {
    this.isOn = false;
    /** @type {WeakMap<object, (() => void)[]>} what stops them, by a prototype that only one window has: a frame's next has another */
    this.stops = new WeakMap();
    /** @type {WeakRef<object>[]} */
    this.known = [];
  }

  /** Hear what is done in a window, once. @param {any} page @param {[any, string, (self: any) => void][]} heard of which type, which property, and what then */
  into(page, heard) {
    const known = Object.getPrototypeOf(page.document);
    this.isOn = true;
    if (this.stops.has(known)) return;
    this.stops.set(known, heard.map(([type, name, then]) => hear(type?.prototype, name, then)));
    this.known = [...this.known.filter((each) => each.deref()), new WeakRef(known)];
  }

  stop() {
    this.isOn = false;
    for (const each of this.known) for (const stop of this.stops.get(each.deref() ?? this) ?? []) stop();
    this.stops = new WeakMap();
    this.known = [];
  }
}

/** What goes wrong in here is nothing to the page. @param {() => void} act */
function quietly(act) {
  try {
    act();
  } catch {
    // the page goes on
  }
}
