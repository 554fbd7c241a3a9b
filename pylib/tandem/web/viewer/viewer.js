// @ts-check
// The agent's viewer: a page of the relay, embedded in the tab and driven by its messages. This is where it begins.

import { Account } from "./account.js";
import { Session } from "./session.js";
import { agentOrigins, Tab } from "./tab.js";
import { View } from "./view.js";

/** @import { FromTab } from "./tab.js" */

/** @type {Session | null} */
let session = null;

const view = new View();
const account = new Account((open) => {
  view.offerSignIn(open);
  tab.emit("sign-in");
});
const tab = new Tab(agentOrigins(document), onMessage);
view.panel("starting");
tab.ready();

/** @param {FromTab} message */
function onMessage(message) {
  if (message.type === "open" && !session) {
    view.setLanguage(message.language);
    session = new Session(tab, account, view, message);
    session.open();
  } else if (message.type === "chat") session?.chat.look(message.token);
  else if (message.type === "ask") session?.chat.ask();
  else if (message.type === "tool") session?.use(message.tool);
  else if (message.type === "end") session?.end();
}
