// @ts-check
// The customer's page: lets the customer choose what is shared, and stop. The link's fragment names the room and its key.

export {}; // a module

const [room, key] = location.hash.slice(1).split(".");
const [state, share, stop] = ["state", "share", "stop"].map((id) => /** @type {HTMLElement} */ (document.getElementById(id)));
const path = `rooms/${encodeURIComponent(room)}/customers`;

/** @param {object} wish */
const ask = (wish) =>
  fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ key, ...wish }) });

/** @param {string} text @param {boolean} shares */
function show(text, shares) {
  state.textContent = text;
  share.hidden = shares;
  stop.hidden = !shares;
}

share.addEventListener("click", async () => {
  const answer = await ask({ name: "Customer" });
  if (!answer.ok) return show("This invitation is over. Ask for a new one in the chat.", false);
  const { url, token } = await answer.json();
  const { Room } = await import(/** @type {any} */ ("./livekit-client.js"));
  const session = new Room();
  session.on("disconnected", () => show("Nothing is shared any more.", false));
  session.on("localTrackUnpublished", () => session.disconnect()); // the browser's own button has stopped it
  try {
    await session.connect(url, token);
    await session.localParticipant.setScreenShareEnabled(true);
    show("The agent sees what you share.", true);
  } catch {
    await session.disconnect();
    show("Nothing is shared: it was not allowed, or the connection failed.", false);
  }
});

stop.addEventListener("click", () => ask({ leave: true }));
