// @ts-check
// What stands in the place of a page's functions while somebody looks. A call of the page does what it always does, its
// errors included, and is noted afterwards. Stop gives back what is still ours; where the page has since put something of its
// own over it, ours stays below and does nothing but call on. rrweb uses these names (tandem_patches/hooks.mjs).

/** @typedef {Record<string, any>} Owner */
/** @typedef {{ apply: (target: { apply(): void }, self: any, args: any[]) => void }} Note */

/** As rrweb sees a function that has been called already. */
const CALLED = { apply() {} };

/** @type {WeakMap<Owner, Map<string, () => void>>} what gives back */
const hooks = new WeakMap();

/** Note the calls of a function that an object has. @param {Owner} owner @param {string} name @param {Note} note */
export function hook(owner, name, note) {
  const original = owner[name];
  if (typeof original !== "function") return;
  let isWanted = true;
  const release = put(owner, name, {
    apply(self, args) {
      const result = Reflect.apply(original, self, args);
      if (isWanted) note.apply(CALLED, self, args);
      return result;
    },
  });
  const own = hooks.get(owner) ?? new Map();
  hooks.set(owner, own);
  own.set(name, () => {
    isWanted = false;
    release();
  });
}

/** Give a function back. @param {Owner} owner @param {string} name */
export function unhook(owner, name) {
  hooks.get(owner)?.get(name)?.();
  hooks.get(owner)?.delete(name);
}

/** Put another function in the place of an object's. @param {Owner} owner @param {string} name @param {Function} other @returns {() => void} what gives it back */
export function substitute(owner, name, other) {
  const original = owner[name];
  let now = other;
  const release = put(owner, name, { apply: (self, args) => Reflect.apply(now, self, args) });
  return () => {
    now = original;
    release();
  };
}

/** @param {Owner} owner @param {string} name @param {{ apply: (self: any, args: any[]) => any }} how */
function put(owner, name, { apply }) {
  const isOwn = Object.hasOwn(owner, name);
  const original = owner[name];
  const ours = new Proxy(original, { apply: (_, self, args) => apply(self, args) });
  Reflect.set(owner, name, ours); // which a page may have frozen, as below
  return () => {
    if (owner[name] !== ours) return;
    if (isOwn) Reflect.set(owner, name, original);
    else Reflect.deleteProperty(owner, name);
  };
}

/** Note what the page sets. @param {object} owner @param {string} name @param {{ set: (value: any) => void }} note @returns {() => void} what gives it back */
export function hookSet(owner, name, note) {
  const original = Object.getOwnPropertyDescriptor(owner, name);
  const assign = original?.set;
  if (!original?.configurable || !assign) return () => {};
  let isWanted = true;
  const { set } = {
    /** @this {any} @param {any} value */
    set(value) {
      assign.call(this, value);
      if (isWanted) setTimeout(() => note.set.call(this, value), 0);
    },
  };
  Object.defineProperty(owner, name, { set });
  return () => {
    isWanted = false;
    if (Object.getOwnPropertyDescriptor(owner, name)?.set === set) Reflect.defineProperty(owner, name, original);
  };
}
