// @ts-check
// The chat of the customer's site: begins a conversation or goes on with the one of this window, on every page of the
// shop. ?conversation= in the address takes a conversation that is there already. Unless the desktop's switch says that it is
// another maker's, it has the JavaScript API of Omnichannel's chat widget, as far as that is about a chat's context.

import { split } from "./links.js";

/**
 * @typedef {{ id: string, from: "agent" | "customer" | "system", text: string }} Message
 * @typedef {{ id: string, messages: Message[], state: "open" | "closed" }} Conversation
 */

const KEPT = "conversation";
const NAMES = { agent: "Agent", customer: "You", system: "" };

const begin = element("begin", HTMLFormElement);
const talk = element("talk", HTMLElement);
const say = element("say", HTMLFormElement);
const again = element("again", HTMLButtonElement);
const messages = element("messages", HTMLElement);
const message = element("message", HTMLInputElement);

/** @typedef {() => Record<string, unknown> | Promise<Record<string, unknown>>} Provider */
/** @type {Provider | null} */
let provider = null;

begin.addEventListener("submit", (event) => run(event, () => start()));
say.addEventListener("submit", (event) => run(event, send));
again.addEventListener("click", (event) => run(event, forget));

const given = new URL(location.href).searchParams.get(KEPT) ?? sessionStorage.getItem(KEPT);
if (given) await resume(given);
if (document.documentElement.dataset.chat === "widget") offer();
document.documentElement.dataset.ready = "true";

/** @template {Element} T @param {string} id @param {new () => T} type @returns {T} */
function element(id, type) {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`The page has no #${id}`);
  return found;
}

/** @param {Event} event @param {() => Promise<void>} work */
async function run(event, work) {
  event.preventDefault();
  try {
    await work();
    showError("");
  } catch (error) {
    showError(error instanceof Error ? error.message : String(error));
  }
}

/** @param {string} text */
function showError(text) {
  element("trouble", HTMLElement).textContent = text;
}

/** Offer the widget's API. */
function offer() {
  const SDK = {
    /** @param {Provider} given */
    setContextProvider: (given) => {
      if (typeof given !== "function") throw new Error("The context provider is no function.");
      provider = given;
    },
    getContextProvider: () => provider,
    startChat: ({ customContext = {} } = {}) => start(customContext),
    closeChat: forget,
  };
  Object.assign(window, { Microsoft: { Omnichannel: { LiveChatWidget: { SDK } } } });
  tell("ready");
}

/** @param {"ready" | "startChat" | "closeChat"} what */
function tell(what) {
  if (document.documentElement.dataset.chat === "widget") dispatchEvent(new Event(`lcw:${what}`));
}

/** @param {object} given beside what the provider says */
async function start(given = {}) {
  const customer = element("customer", HTMLInputElement).value;
  const widget = new URL(location.href).searchParams.get("widget") ?? undefined;
  const context = { ...(await provider?.()), ...given };
  const made = await ask("/chat", { customer, widget, context });
  show(made);
  message.focus();
  tell("startChat");
}

async function send() {
  const text = message.value;
  await ask(`/chat/${talk.dataset.conversation}/messages`, { text });
  message.value = "";
}

async function forget() {
  tell("closeChat");
  sessionStorage.removeItem(KEPT);
  const address = new URL(location.href);
  address.searchParams.delete(KEPT);
  location.replace(address);
}

/** Go on with a conversation; one that is gone, as after the desktop was started anew, is forgotten. @param {string} id */
async function resume(id) {
  const known = /** @type {Conversation[]} */ (await (await fetch("/chat")).json());
  const found = known.find((each) => each.id === id);
  if (found) show(found);
  else sessionStorage.removeItem(KEPT);
}

/** @param {string} address @param {object} body */
async function ask(address, body) {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(address, { method: "POST", headers, body: JSON.stringify(body) });
  const content = await answer.json();
  if (!answer.ok) throw new Error(content.error.message);
  return content;
}

/** @param {Conversation} conversation */
function show(conversation) {
  sessionStorage.setItem(KEPT, conversation.id);
  talk.dataset.conversation = conversation.id;
  begin.hidden = true;
  talk.hidden = false;
  conversation.messages.forEach(add);
  settle(conversation.state);
  const events = new EventSource(`/chat/${conversation.id}/events`);
  events.onmessage = ({ data }) => {
    const event = JSON.parse(data);
    if (event.type === "message") add(event.message);
    else settle(event.conversation.state);
  };
}

/** @param {Conversation["state"]} state */
function settle(state) {
  say.hidden = state === "closed";
  again.hidden = state === "open";
}

/** @param {Message} said */
function add(said) {
  if (document.getElementById(said.id)) return;
  const line = document.createElement("p");
  line.id = said.id;
  line.className = said.from;
  const who = document.createElement("b");
  who.textContent = NAMES[said.from];
  line.append(who, ...linked(said.text));
  messages.append(line);
  line.scrollIntoView({ block: "nearest" });
}

/** Make links of the addresses in a text: to this site in this window, to another in one of its own. @param {string} text */
function linked(text) {
  return split(text).map((part, at) => (at % 2 ? linkTo(part) : part));
}

/** @param {string} address */
function linkTo(address) {
  const link = document.createElement("a");
  link.href = link.textContent = address;
  if (link.origin !== location.origin) Object.assign(link, { target: "_blank", rel: "noopener noreferrer" });
  return link;
}
