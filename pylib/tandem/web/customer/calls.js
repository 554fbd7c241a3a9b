// @ts-check
// Listens to one function of the browser's, from when this script is loaded until a session ends. To the page it is the
// browser's own, in what it does, answers and says of itself.

export class Calls {
  /**
   * @param {Record<string, any>} owner of the function, which not every browser has
   * @param {string} name
   * @param {(self: any, result: any, given: any[]) => void} note what a call, or `new`, has come to
   */
  constructor(owner, name, note) {
    this.owner = owner;
    this.name = name;
    this.note = note;
    this.listens = false;
    /** @type {Function | undefined} what is in the page */
    this.mine = undefined;
    this.before = owner[name];
  }

  start() {
    this.listens = true;
    if (this.mine || !this.owner[this.name]) return; // a hook of the page lies around it, and calls it
    this.before = this.owner[this.name];
    this.put((this.mine = new Proxy(this.before, {
      apply: (made, self, given) => this.noted(self, Reflect.apply(made, self, given), given),
      construct: (made, given, target) => this.noted(null, Reflect.construct(made, given, target === this.mine ? made : target), given),
    })));
  }

  /** @param {Function} made */
  put(made) {
    Reflect.set(this.owner, this.name, made);
    if (this.before.prototype) this.before.prototype.constructor = made;
  }

  /** Put back what was there before. A hook that the page has put around it since stays, and what that calls notes nothing more. */
  stop() {
    this.listens = false;
    if (!this.mine || this.owner[this.name] !== this.mine) return;
    this.put(this.before);
    this.mine = undefined;
  }

  /** @template Result @param {any} self @param {Result} result @param {any[]} given */
  noted(self, result, given) {
    if (this.listens) this.note(self, result, given);
    return result;
  }
}
