/**
 * A bare window of Dynamics around one tab, for tests: what Dynamics puts there, and the four events on record.
 *
 * Its address says what it shows (src), who is asked (conversation, lcid, omnichannel=0), which methods refuse (reject),
 * and what becomes of side panes (panes: as the desktop's switch, but absent if not said). Served as it lies here, so
 * that it needs no bundle.
 */

import { EVENTS } from "./judge.js";
import { omnichannel, xrm } from "./platform.js";
import { Session, now } from "./session.js";
import { SidePanes } from "./sidepanes.js";
import { copied } from "./watch.js";

/** @typedef {{name: string, time: string, detail: unknown, cloneable: boolean, plain: boolean}} Sighting `plain`: the detail is a plain object of this window */
/** @typedef {{time: string, message: string, toSendBox: boolean, conversationId: string}} Sent */

/** The record outlives the window, whose closing still dispatches events. */
const KEY = "cotab-events";
const MAX_RECORDS = 500;

const address = new URLSearchParams(location.search);
/** @type {Sent[]} */
const messages = [];
/** @type {Map<string, string>} methods of Omnichannel that refuse, and their reason */
const refusals = new Map();

// --- events ---

/** @param {unknown} detail */
const isPlain = (detail) => typeof detail === "object" && detail !== null && Object.getPrototypeOf(detail) === Object.prototype;

/** @returns {Sighting[]} */
const records = () => JSON.parse(localStorage.getItem(KEY) ?? "[]");

/** @param {Event} event */
function record(event) {
  const { cloneable, copy } = copied(event);
  const sighting = { name: event.type, time: now(), detail: copy, cloneable, plain: isPlain(/** @type {CustomEvent} */ (event).detail) };
  localStorage.setItem(KEY, JSON.stringify([...records(), sighting].slice(-MAX_RECORDS)));
}

// --- Omnichannel ---

/** Every conversation that a tab names is one of this agent's. @param {string} id */
const conversation = (id) => new Session({ id, state: "open", messages: [] });

/** @type {import("./platform.js").Host} */
const host = {
  focused: conversation(address.get("conversation") ?? ""),
  session: conversation,
  focus: () => undefined,
  log: () => undefined,
  put: async ({ id }, message, toSendBox) => void messages.push({ time: now(), message, toSendBox, conversationId: id }),
};

/** Let each of the methods refuse where it was told to. @param {Record<string, (...values: any[]) => Promise<unknown>>} methods */
function refusable(methods) {
  return Object.fromEntries(
    Object.entries(methods).map(([name, method]) => [
      name,
      async (/** @type {any[]} */ ...values) => {
        const reason = refusals.get(name);
        if (reason) throw new Error(reason);
        return method(...values);
      },
    ]),
  );
}

/** @param {string} method @param {string | null} reason null: it works again */
function refuse(method, reason = "Refused, as the test wants it.") {
  if (reason === null) refusals.delete(method);
  else refusals.set(method, reason);
}

// --- side panes ---

/** @type {import("./sidepanes.js").Host} */
const around = {
  panes: () => address.get("panes") ?? "absent",
  // below the same version token, which has the policy in it
  resource: (name, data) => `${(address.get("src") ?? "").split("/WebResources/")[0]}/WebResources/${name}${data && `?data=${encodeURIComponent(data)}`}`,
  watch: () => () => {},
};
const panes = new SidePanes(around, document.body);
const agent = { language: () => Number(address.get("lcid") ?? 1033), identity: () => address.get("agent") ?? "local" };

// --- the tab ---

const frame = () => /** @type {HTMLIFrameElement | null} */ (document.querySelector("body > iframe"));

/** Open a tab in the place of the one before. @param {string} src */
function open(src) {
  const { protocol, href } = new URL(src, location.href);
  if (!/^https?:$/.test(protocol)) throw new Error(`A tab is at a web address, not at ${protocol}`);
  remove();
  document.body.append(Object.assign(document.createElement("iframe"), { title: "Tab", src: href }));
}

/** Close the tab, which fires pagehide and unload in it. */
function remove() {
  frame()?.remove();
}

/** Close the tab, which fires beforeunload too. */
function navigateAway() {
  const tab = frame();
  if (tab) tab.src = "about:blank";
}

/** Load the tab again, as Dynamics does when the agent comes back to it. */
function reload() {
  frame()?.contentWindow?.location.reload();
}

for (const name of Object.keys(EVENTS)) addEventListener(name, record);
for (const method of address.get("reject")?.split(",") ?? []) refuse(method);
if (address.get("omnichannel") !== "0") Object.assign(window, { Microsoft: { Omnichannel: refusable(omnichannel(host)) } });
Object.assign(window, { Xrm: xrm(agent, panes), dynamics: { open, remove, navigateAway, reload, refuse, messages } });
if (address.has("src")) open(address.get("src") ?? "");
