/**
 * The top window of the preview. Its address says what to open (page or mode, data or raw, lcid, csp, conversation,
 * omnichannel=0, reject, open=1); `window.preview` offers the same verbs to tests as the buttons do to people.
 */

import { Omnichannel, xrm } from "./dynamics.js";
import { log, record } from "./recorder.js";

const DEFAULT_CONVERSATION = "11111111-2222-4333-8444-555555555555";

/** @template {HTMLElement} T @param {string} id @param {new () => T} kind @returns {T} */
function element(id, kind) {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new Error(`top.html has no ${kind.name} with the id ${id}`);
}

const mode = element("mode", HTMLSelectElement);
const policy = element("csp", HTMLSelectElement);
const language = element("lcid", HTMLSelectElement);
const conversation = element("conversation", HTMLInputElement);
const raw = element("raw", HTMLInputElement);
const stage = element("stage", HTMLElement);
const parameters = new URLSearchParams(location.search);

/** @type {import("./recorder.js").EventRecord[]} */
const events = [];
/** @type {import("./dynamics.js").Message[]} */
const messages = [];
let notesShown = 0;

// --- the timeline ---

/** @param {string} time @param {string} text @param {boolean} bad */
function show(time, text, bad = false) {
  const line = document.createElement("li");
  const clock = document.createElement("time");
  clock.dateTime = time;
  clock.textContent = new Date(time).toLocaleTimeString();
  line.classList.toggle("bad", bad);
  line.append(clock, ` ${text}`);
  element("timeline", HTMLOListElement).append(line);
}

/** @param {import("./recorder.js").EventRecord} entry */
function showEvent(entry) {
  events.push(entry);
  const fault = entry.cloneable ? (entry.plain ? "" : ": its detail is no plain object of this window") : ": its detail cannot be cloned";
  show(entry.time, entry.name + fault, fault !== "");
}

/** @param {import("./dynamics.js").Message} entry */
function showMessage(entry) {
  messages.push(entry);
  const text = typeof entry.message === "string" ? entry.message : JSON.stringify(entry.message);
  show(entry.time, `${entry.toSendBox ? "Put into the send box" : "Sent to the customer"}: ${text}`);
}

async function showNotes() {
  const notes = await (await fetch("/preview/notes")).json();
  for (const note of notes.slice(notesShown)) {
    show(new Date().toISOString(), `Note: ${note.subject ?? ""}\n${note.notetext ?? ""}`);
  }
  notesShown = notes.length;
}

// --- the tab ---

const omnichannel = new Omnichannel(showMessage);

const frame = () => stage.querySelector("iframe");

/** Open a web resource as a tab; `query` is the exact query string. @param {string} page @param {string} query */
async function open(page, query = "") {
  const about = await (await fetch("/preview/org.json")).json();
  remove();
  const tab = document.createElement("iframe");
  tab.title = page;
  tab.src = `/%7B${about.token}-${policy.value}%7D/WebResources/${page}${query && `?${query}`}`;
  stage.append(tab);
  present(page);
}

/** Close the tab the way that fires pagehide and unload in it. */
function remove() {
  frame()?.remove();
  present(null);
}

/** Close the tab the way that fires beforeunload, pagehide and unload in it. */
function navigateAway() {
  const tab = frame();
  if (tab) tab.src = "about:blank";
  present(null);
}

/** What Dynamics does when the agent switches away from the tab and back. */
function reload() {
  frame()?.contentWindow?.location.reload();
}

/** @param {string | null} page */
function present(page) {
  element("tab-title", HTMLElement).textContent = page ?? "No tab is open";
  element("hint", HTMLElement).hidden = page !== null;
  for (const id of ["reload", "remove", "navigate"]) element(id, HTMLButtonElement).disabled = page === null;
}

/** @param {import("./dynamics.js").Method} method @param {string | null} reason null: it works again */
function reject(method, reason) {
  if (reason === null) omnichannel.rejections.delete(method);
  else omnichannel.rejections.set(method, reason);
}

// --- the window's address, the form, the start ---

function openAsChosen() {
  const data = encodeURIComponent(JSON.stringify({ conversationId: conversation.value }));
  omnichannel.conversation = conversation.value;
  return open(mode.value, raw.value || `data=${data}`);
}

function openAsAddressed() {
  const data = parameters.get("data");
  const query = parameters.get("raw") ?? `data=${encodeURIComponent(data ?? JSON.stringify({ conversationId: conversation.value }))}`;
  return open(parameters.get("page") ?? mode.value, query);
}

/** @param {HTMLSelectElement} list @param {string} value @param {string} text */
function choose(list, value, text = value) {
  if (![...list.options].some((option) => option.value === value)) list.add(new Option(text, value));
  list.value = value;
}

/** The conversation in the address's data, if there is one. */
function conversationInData() {
  try {
    return JSON.parse(parameters.get("data") ?? "")?.conversationId;
  } catch {
    return undefined;
  }
}

async function offerChoices() {
  const [about, build] = await Promise.all(["org", "build"].map(async (name) => (await fetch(`/preview/${name}.json`)).json()));
  for (const name of about.policies) policy.add(new Option(name, name));
  policy.value = parameters.get("csp") ?? about.policy;
  for (const [name, page] of Object.entries(build.pages)) mode.add(new Option(name, page));
  const wanted = build.pages[parameters.get("mode") ?? ""];
  if (wanted) mode.value = wanted;
  if (mode.options.length === 0) element("hint", HTMLElement).textContent = "Nothing is built yet. Run: python build.py";
  else element("open", HTMLButtonElement).disabled = false;
}

function listen() {
  element("opener", HTMLFormElement).addEventListener("submit", (event) => {
    event.preventDefault();
    void openAsChosen();
  });
  element("reload", HTMLButtonElement).addEventListener("click", reload);
  element("remove", HTMLButtonElement).addEventListener("click", remove);
  element("navigate", HTMLButtonElement).addEventListener("click", navigateAway);
  element("refuse-messages", HTMLInputElement).addEventListener("change", (event) => {
    const refuse = /** @type {HTMLInputElement} */ (event.target).checked;
    reject("sendMessageToConversation", refuse ? "The conversation is not assigned to you." : null);
  });
  element("refuse-notes", HTMLInputElement).addEventListener("change", (event) => {
    const refuse = /** @type {HTMLInputElement} */ (event.target).checked;
    void fetch("/preview/failure", { method: "PUT", body: refuse ? "{}" : "null" });
  });
}

async function start() {
  choose(language, parameters.get("lcid") ?? "1033");
  conversation.value = omnichannel.conversation = parameters.get("conversation") ?? conversationInData() ?? DEFAULT_CONVERSATION;
  const names = /** @type {import("./dynamics.js").Method[]} */ ((parameters.get("reject") ?? "").split(",").filter(Boolean));
  for (const name of names) reject(name, "Refused, as the preview was told.");
  Object.assign(window, { Xrm: xrm(() => Number(language.value)) });
  if (parameters.get("omnichannel") !== "0") Object.assign(window, { Microsoft: { Omnichannel: omnichannel.api } });
  Object.assign(window, { preview: { open, remove, navigateAway, reload, reject, events, messages, log } });
  record(showEvent);
  listen();
  await offerChoices();
  setInterval(() => frame() && showNotes(), 1500);
  if (parameters.get("open") === "1") await openAsAddressed();
}

await start();
