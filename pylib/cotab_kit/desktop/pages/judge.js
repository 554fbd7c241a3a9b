/**
 * Judge of what tabs do against the protocol of Omnichannel's four events: each violation once, in plain words.
 *
 * Pure: events in, sentences out. Source: Microsoft's "Enable third-party
 * co-browse and screen sharing"; how Omnichannel itself reacts to a violation is not documented.
 */

/** @typedef {"cobrowse" | "screenshare"} Mode */
/** @typedef {{name: string, cloneable: boolean, onTop: boolean}} Sighting one event, and whether it was on the top window */
/** @typedef {{modes: Mode[], connected: Set<Mode>, said: Set<string>}} Tab */

/** @type {Record<string, {mode: Mode, connected: boolean}>} */
export const EVENTS = {
  CobrowseConnectedEvent: { mode: "cobrowse", connected: true },
  CobrowseEndedEvent: { mode: "cobrowse", connected: false },
  ScreenShareConnectedEvent: { mode: "screenshare", connected: true },
  ScreenShareEndedEvent: { mode: "screenshare", connected: false },
};

/** @type {Record<Mode, string>} */
export const SESSION = { cobrowse: "Co-browse session", screenshare: "Screen sharing session" };

/** @type {Record<Mode, string>} */
const ENDED = { cobrowse: "CobrowseEndedEvent", screenshare: "ScreenShareEndedEvent" };

export class Judge {
  /** @type {Map<string, Tab>} */
  #tabs = new Map();

  /** Take note of a tab that was opened. @param {string} tab @param {Mode[]} modes those of the action that opened it; none: not known */
  opened(tab, modes) {
    this.#tabs.set(tab, { modes, connected: new Set(), said: new Set() });
  }

  /** List the modes in which a tab has a session now. @param {string} tab @returns {Mode[]} */
  connected(tab) {
    return [...(this.#tabs.get(tab)?.connected ?? [])];
  }

  /** Judge an event that a tab dispatched. @param {string} tab @param {Sighting} sighting @returns {string[]} what is wrong */
  saw(tab, { name, cloneable, onTop }) {
    const known = this.#tabs.get(tab);
    const meaning = EVENTS[name];
    if (!known || !meaning) return [];
    if (!onTop) return once(known, `${name} was dispatched on the wrong window. Omnichannel listens on window.top only.`);
    const wrong = cloneable ? [] : [`The detail of ${name} cannot be cloned. Use a plain object of texts, numbers and lists.`];
    const misplaced = known.modes.length > 0 && !known.modes.includes(meaning.mode);
    if (misplaced) return once(known, ...wrong, `${name} is the wrong event for the mode: this tab was opened for ${spoken(known.modes)}.`);
    return once(known, ...wrong, ...change(known, name, meaning));
  }

  /** Judge a tab whose page is gone, because it was closed or refreshed. @param {string} tab @param {boolean} closed */
  left(tab, closed) {
    const known = this.#tabs.get(tab);
    if (!known) return [];
    const how = closed ? "closed" : "refreshed";
    const wrong = [...known.connected].map((mode) => `The tab was ${how}, but ${ENDED[mode]} never came. Dispatch it before the page unloads.`);
    known.connected.clear();
    const said = once(known, ...wrong);
    if (closed) this.#tabs.delete(tab);
    return said;
  }
}

/** @param {Tab} tab @param {string} name @param {{mode: Mode, connected: boolean}} meaning @returns {string[]} */
function change(tab, name, { mode, connected }) {
  const already = tab.connected.has(mode);
  if (connected) tab.connected.add(mode);
  else tab.connected.delete(mode);
  if (connected && already) return [`${name} came twice, with no end of the session between.`];
  if (!connected && !already) return [`${name} came without a session: nothing was connected.`];
  return [];
}

/** Return what has not been said of this tab yet. @param {Tab} tab @param {string[]} sentences */
function once(tab, ...sentences) {
  const fresh = sentences.filter((sentence) => !tab.said.has(sentence));
  for (const sentence of fresh) tab.said.add(sentence);
  return fresh;
}

/** @param {Mode[]} modes */
function spoken(modes) {
  return modes.map((mode) => (mode === "cobrowse" ? "co-browse" : "screen sharing")).join(" and ");
}
