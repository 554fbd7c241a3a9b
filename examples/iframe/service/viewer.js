// @ts-check
// A stand-in for the agent's page of a product: it makes sessions, and its buttons play the customer. It keeps the
// session itself, so that a tab that was reloaded finds it again.

const KEY = "session";
/** Whom this page obeys. A real one lists the organizations that may embed it, and checks `event.origin`. */
let tab = "";

/** @param {object} message */
const tell = (message) => parent.postMessage(message, tab || "*");

/** @param {string} id */
const button = (id) => /** @type {HTMLButtonElement} */ (document.getElementById(id));

/** @type {{ id: string, pin: string, joined: boolean } | null} */
let session = JSON.parse(sessionStorage.getItem(KEY) ?? "null");

addEventListener("message", ({ source, origin, data }) => {
  if (source !== parent) return;
  tab = origin;
  if (data.type === "open") open(data.session);
  if (data.type === "end") keep(null);
});

/** @param {string | null} id of the session to be found again; null: a new one */
function open(id) {
  if (id && session?.id !== id) return tell({ type: "unknown" });
  if (!id || !session) keep({ id: crypto.randomUUID(), pin: String(100000 + Math.floor(Math.random() * 900000)), joined: false });
  tell({ type: "opened", session: session?.id, pin: session?.pin });
  if (session?.joined) tell({ type: "joined", name: "Casey" });
}

/** @param {typeof session} now */
function keep(now) {
  session = now;
  sessionStorage.setItem(KEY, JSON.stringify(now));
  button("join").hidden = !now || now.joined;
  button("leave").hidden = !now?.joined;
  const state = now ? `Session ${now.pin}` : "No session";
  /** @type {HTMLElement} */ (document.getElementById("state")).textContent = state;
}

button("join").addEventListener("click", () => {
  if (session) keep({ ...session, joined: true });
  tell({ type: "joined", name: "Casey" });
});

button("leave").addEventListener("click", () => {
  keep(null);
  tell({ type: "left" });
});

if (session) keep(session);
tell({ type: "ready" });
