/** The administration: solutions, chat widgets, conversation actions. What changes anywhere is shown without a reload. */

import { follow } from "./api.js";
import { showActions } from "./admin_actions.js";
import { acceptFiles, showProgress, showSolutions } from "./admin_solutions.js";
import { showWidgets } from "./admin_widgets.js";
import { element } from "./dom.js";
import { followScheme } from "./fluent.js";
import { icon } from "./icons.js";
import { read } from "./records.js";

const PARTS = ["solutions", "widgets", "actions"];

/** The agent's windows, and other administrators', listen to it. */
const channel = new BroadcastChannel("cotab-records");

async function show() {
  const [records] = await Promise.all([read(), showSolutions()]);
  showWidgets(records, changed);
  showActions(records, changed);
}

async function changed() {
  channel.postMessage("changed");
  await show();
}

/** Show the part that the address names. */
function choose() {
  const chosen = PARTS.find((part) => `#${part}` === location.hash) ?? "solutions";
  for (const part of PARTS) element(part, HTMLElement).hidden = part !== chosen;
  for (const link of document.querySelectorAll("nav a")) {
    if (link.getAttribute("href") === `#${chosen}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

followScheme();
element("waffle", HTMLElement).append(icon("apps"));
addEventListener("hashchange", choose);
choose();
acceptFiles();
channel.addEventListener("message", show);
follow((event) => {
  if (event.type !== "installed") return;
  showProgress(event);
  if (event.state !== "running") void show();
});
await show();
document.documentElement.dataset.ready = "true";
