// @ts-check
// Watches whether the customer can reach Stop while somebody sees the page. Where it is gone it is put back at once; where
// that does not help, nothing may be recorded; and after a while the session is over. A page that keeps taking it away is not
// fought for long.

/** Milliseconds from one look to the next; a change of what Stop lies in is looked at at once. */
const INTERVAL = 250;
/** Milliseconds that Stop must have been in reach again before anything goes on. */
const CALM = 500;
/** Milliseconds after which there is no more hope. */
const PATIENCE = 10_000;
const MAX_REPAIRS = 8; // in a second
const MAX_FIGHT = 40; // within PATIENCE; or in a row, if it has to be raised
/** Milliseconds within which one raise follows another in a fight; what opens by itself, or by the mouse, takes longer. */
const AT_ONCE = 100;

/**
 * @typedef {object} Watched
 * @property {() => boolean} isReachable whether a click would hit Stop
 * @property {() => void} repair
 * @property {() => void} onHidden from now on nothing may be recorded
 * @property {() => void} onShown it may again
 * @property {() => void} onLost
 */

export class Watch {
  /** @param {Watched} watched @param {() => number} [now] */
  constructor(watched, now = () => performance.now()) {
    this.watched = watched;
    this.now = now;
    this.timer = 0;
    /** When it was found out of reach, first and last; 0: it is in reach. */
    this.since = 0;
    this.last = 0;
    /** @type {number[]} when it was repaired */
    this.repairs = [];
    /** How often it was raised, one time soon after the other, and when last. */
    this.raises = 0;
    this.raised = -Infinity;
  }

  get isRunning() {
    return this.timer !== 0;
  }

  start() {
    if (this.isRunning) return;
    this.since = 0;
    this.timer = setInterval(() => requestAnimationFrame(() => this.look()), INTERVAL);
  }

  stop() {
    clearInterval(this.timer);
    this.timer = this.since = 0;
  }

  /** @returns {boolean} whether what is seen may be recorded */
  look() {
    if (!this.isRunning || document.visibilityState === "hidden" || innerWidth * innerHeight === 0) return true;
    const shown = this.watched.isReachable() || this.repair();
    if (shown) this.shown();
    else this.hidden();
    return shown && !this.since;
  }

  /** Something may hide it that no click would hit. @returns {boolean} whether it is above that again */
  raise() {
    const now = this.now();
    this.raises = now - this.raised < AT_ONCE ? this.raises + 1 : 1;
    this.raised = now;
    const wins = this.raises <= MAX_FIGHT;
    if (wins) this.watched.repair();
    else if (this.isRunning) this.watched.onLost();
    return wins;
  }

  /** @returns {boolean} whether it helped */
  repair() {
    const now = this.now();
    this.repairs = this.repairs.filter((at) => now - at < PATIENCE);
    if (this.repairs.filter((at) => now - at < 1000).length >= MAX_REPAIRS) return false;
    this.repairs.push(now);
    this.watched.repair();
    return this.watched.isReachable();
  }

  shown() {
    if (!this.since || this.now() - this.last < CALM) return;
    this.since = 0;
    this.watched.onShown();
  }

  hidden() {
    const now = (this.last = this.now());
    const isNew = !this.since;
    if (isNew) this.since = now;
    if (this.repairs.length >= MAX_FIGHT || now - this.since > PATIENCE) this.watched.onLost();
    else if (isNew) this.watched.onHidden();
  }
}
