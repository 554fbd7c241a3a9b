// @ts-check
// The right to serve a conversation in a mode, which one page of the origin has at a time, in whatever window. Whoever
// comes second asks for it, and gets what the session is resumed with.

const GIVING_WAY = 10_000; // milliseconds that whoever has it may take
const TELLING = 200; // milliseconds that a message may come later than the lock
const NAME = "cotab:claim:";

/** @typedef {{ type: "wanted" } | { type: "given", kept: string | null }} Message */

export class Claim {
  /**
   * @param {string} key where the session is kept in sessionStorage
   * @param {() => void} giveWay called when another page wants it: nothing of the session may go on here
   */
  constructor(key, giveWay) {
    this.key = key;
    this.giveWay = giveWay;
    /** @type {() => void} */
    this.release = () => {};
    /** Without it nobody can be asked to give way. */
    this.channel = channelOf(NAME + key);
    this.channel?.addEventListener("message", ({ data }) => this.hear(data));
    this.isHeld = false;
    this.isDropped = false;
    /** @type {() => void} called when whoever had it has said what is kept */
    this.told = () => {};
  }

  /** Take it; false if whoever has it does not give way in time. @returns {Promise<boolean>} */
  async take() {
    if (this.isHeld || (await this.request({ ifAvailable: true }))) return true;
    if (this.isDropped) return false;
    const told = new Promise((resolve) => (this.told = () => resolve(undefined)));
    this.channel?.postMessage(/** @type {Message} */ ({ type: "wanted" }));
    if (!(await this.request({ signal: AbortSignal.timeout(GIVING_WAY) }))) return false;
    await Promise.race([told, new Promise((late) => setTimeout(late, TELLING))]);
    return true;
  }

  /** Give it back; one that comes later is not taken. */
  drop() {
    this.isDropped = true;
    this.release();
    this.isHeld = false;
    this.channel?.close();
  }

  /** Ask for the lock. Where locks are refused, as storage is, there is none to wait for. @param {LockOptions} options @returns {Promise<boolean>} */
  request(options) {
    return new Promise((resolve) => {
      const hold = (/** @type {Lock | null} */ lock) => {
        this.isHeld = lock !== null && !this.isDropped;
        resolve(this.isHeld);
        return this.isHeld ? new Promise((done) => (this.release = () => done(undefined))) : undefined;
      };
      navigator.locks.request(NAME + this.key, options, hold).catch(() => resolve(!options.signal?.aborted));
    });
  }

  /** @param {Message} message */
  hear(message) {
    if (message.type === "wanted" && this.isHeld) {
      this.channel?.postMessage(/** @type {Message} */ ({ type: "given", kept: stored(this.key) }));
      this.giveWay();
      this.drop();
    } else if (message.type === "given") {
      if (message.kept && stored(this.key) === null) store(this.key, message.kept);
      this.told();
    }
  }
}

/** A channel, null where there are none. @param {string} name @returns {BroadcastChannel | null} */
export function channelOf(name) {
  try {
    return new BroadcastChannel(name);
  } catch {
    return null; // there is none, or it is refused as storage is
  }
}

/** @param {string} key */
function stored(key) {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null; // storage is refused: the session cannot be resumed, that is all
  }
}

/** @param {string} key @param {string} value */
function store(key, value) {
  try {
    sessionStorage.setItem(key, value);
  } catch {
    // as above
  }
}
