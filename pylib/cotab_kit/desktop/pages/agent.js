/** The agent desktop: the window in which the tabs run. It puts the desk, the server's news and the views together. */

import { ask, follow, send } from "./api.js";
import { Composer } from "./composer.js";
import { showConversation, showMessages } from "./conversation.js";
import { Desk } from "./desk.js";
import { element, make } from "./dom.js";
import { followScheme } from "./fluent.js";
import { showHome } from "./home.js";
import { icon } from "./icons.js";
import { install } from "./platform.js";
import { showRail } from "./rail.js";
import { showSummary } from "./summary.js";
import { Switches } from "./switches.js";
import { showTabs } from "./tabstrip.js";
import { offerFilters, offerFolding, showTimeline } from "./timeline.js";

/** @typedef {import("./api.js").Row} Row */

const PRESENCES = /** @type {Record<string, string>} */ ({ Available: "available", Offline: "offline", "Appear away": "away" });

followScheme();
const about = await ask("about");
const switches = new Switches(about.policies, about.policy, about.likeness);
const desk = new Desk(about, switches, element("stage", HTMLElement), element("workspace", HTMLElement));
const composer = new Composer(desk);
install(desk);

// --- the views ---

function show() {
  showRail(desk);
  showConversation(desk);
  showTabs(desk);
  if (desk.focused.tab && !desk.focused.tab.canClose && !desk.focused.tab.frame) showSummary(desk.focused, desk.focused.tab);
  showHome(desk);
  showTimeline(desk);
  composer.show();
  showShop();
}

desk.addEventListener("change", show);
desk.addEventListener("draft", () => composer.show());
desk.addEventListener("message", (event) => {
  const session = /** @type {CustomEvent} */ (event).detail;
  if (session === desk.focused) showMessages(session);
  else showRail(desk);
});
let isDue = false;
desk.addEventListener("entry", (event) => {
  if (isDue || /** @type {CustomEvent} */ (event).detail !== desk.focused) return;
  isDue = true;
  queueMicrotask(() => {
    isDue = false;
    showTimeline(desk); // once for all that a tab does in one go
  });
});

// --- the server's news ---

/** @type {Record<string, (event: Row) => unknown>} */
const NEWS = {
  conversation: ({ conversation }) => desk.apply(conversation),
  message: ({ conversation, message }) => desk.onMessage(conversation, message),
  note: ({ note }) => desk.log(desk.session(note.record) ?? desk.focused, { kind: "note", text: note.subject || "Note attached", detail: note.text ?? "" }),
  call: (call) => desk.log(ofTab(call.tab), { kind: "call", text: `${call.method} ${call.path}`, detail: `${call.status} in ${call.took} ms`, bad: call.status >= 400 }),
  build: async (build) => {
    showBuild(build);
    if (build.state === "ok") await renew();
  },
  installed: async ({ state }) => {
    if (state === "done") await renew();
  },
};

// An administrator in another window has chosen something.
new BroadcastChannel("cotab-records").addEventListener("message", () => desk.readRecords());

async function renew() {
  await desk.readRecords();
  await desk.renewTabs();
}

/** Find the session of the tab that shows a web resource. @param {string} name */
function ofTab(name) {
  const showing = desk.sessions.filter(({ tabs }) => tabs.some(({ webResource }) => webResource === name));
  return showing.includes(desk.focused) ? desk.focused : (showing[0] ?? desk.focused);
}

/** @param {Row} build */
function showBuild({ state, message, restart }) {
  const bars = restart ? [bar("warning", restart)] : [];
  if (state === "building") bars.push(bar("info", "Building…"));
  if (state === "failed") bars.push(bar("error", `The build failed. ${message}`));
  element("banner", HTMLElement).replaceChildren(...bars);
}

/** @param {"info" | "warning" | "error"} intent @param {string} text */
function bar(intent, text) {
  const made = document.createElement("fluent-message-bar");
  made.setAttribute("intent", intent);
  made.append(make("pre", {}, text));
  return made;
}

// --- the bar at the top ---

function dress() {
  element("waffle", HTMLElement).append(icon("apps"));
  element("send", HTMLButtonElement).append(icon("send"));
  const settings = element("settings", HTMLButtonElement);
  settings.append(icon("settings"), "Switches");
  const dialog = element("switches", HTMLDialogElement);
  settings.addEventListener("click", () => dialog.showModal());
  element("fields", HTMLElement).append(...switches.form(switched));
  const presence = element("presence", HTMLSelectElement);
  presence.addEventListener("change", () => (element("dot", HTMLElement).dataset.presence = PRESENCES[presence.value] ?? "busy"));
}

/** Show the way to the customer's side of the conversation in front. */
function showShop() {
  if (!about.shop) return;
  const address = new URL(about.shop);
  if (desk.focused.conversation) address.searchParams.set("conversation", desk.focused.id);
  Object.assign(element("shop", HTMLAnchorElement), { href: address.href, hidden: false });
}

/** @type {Record<string, string>} switches that the server obeys, and what it calls them */
const SETTINGS = { shop: "shop_policy", chat: "shop_chat", context: "context_rows" };

/** @param {string} name @param {string} value */
async function switched(name, value) {
  if (name === "maxupload" && value) await send("settings", { max_upload: Number(value) }, "PUT");
  if (name === "panes") desk.panes.arrange();
  if (SETTINGS[name]) await send("settings", { [SETTINGS[name]]: value }, "PUT");
  show();
}

async function start() {
  dress();
  offerFilters();
  offerFolding();
  if (switches.value("maxupload")) await switched("maxupload", switches.value("maxupload"));
  for (const name of /** @type {const} */ (["shop", "chat", "context"])) {
    if (switches.value(name) !== about.settings[SETTINGS[name]]) await switched(name, switches.value(name));
  }
  follow((event) => void NEWS[event.type]?.(event));
  showBuild(about.build);
  const [known] = await Promise.all([ask("conversations"), desk.readRecords()]);
  for (const conversation of known) desk.apply(conversation);
  const open = desk.sessions.filter((session) => session.open);
  const wanted = desk.session(switches.value("conversation")) ?? (open.length === 1 ? open[0] : undefined);
  if (wanted) desk.focus(wanted);
  show();
  document.documentElement.dataset.ready = "true";
}

await start();
