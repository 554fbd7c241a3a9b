// What a window of Dynamics has for tests of residents, put on the bare window (desktop/pages/window.js): Microsoft.Apm with
// sessions and tabs, and side panes. Its tabs are taken away when the agent leaves them, and made anew when they come back.

(() => {
  if (window !== window.top) return;

  /** @type {Map<string, Map<string, { src: string, frame: HTMLIFrameElement | null }>>} tabs by session */
  const sessions = new Map([["session-id-0", new Map()]]);
  const channel = new BroadcastChannel("closed-sessions");
  const panes = new Map();
  let [session, tab] = ["session-id-0", ""];
  let count = 0;
  const settings = { panes: "keep", apm: "tells", leaving: "remove", appearing: 0, user: "{201D72CC-E6E8-59EB-ABCA-0E382F4AD3B9}" };
  /** What each session has heard, as far as events go to the one that the agent is in. */
  const heard = {};
  for (const event of ["Connected", "Ended"].flatMap((each) => [`Cobrowse${each}Event`, `ScreenShare${each}Event`])) {
    addEventListener(event, () => (heard[session] ??= []).push(event));
  }

  const sessionOf = (id) => sessions.has(id) && {
    sessionId: id,
    getAllTabs: () => {
      desk.looks += 1;
      return desk.looks > desk.asleep ? [...sessions.get(id).keys()] : [];
    },
    getFocusedTab: () => ({ tabId: tab }),
  };
  const Apm = {
    getAllSessions: () => [...sessions.keys()],
    getSession: sessionOf,
    getFocusedSession: () => sessionOf(session),
    getEventPublisherTopic: (topic) => (settings.apm === "tells" && topic === "ON_SESSION_CLOSED" ? "closed-sessions" : undefined),
  };

  const frameAt = (src, name, holder = document.body) => {
    const frame = Object.assign(document.createElement("iframe"), { src, name });
    holder.append(frame);
    return frame;
  };

  const sidePanes = {
    getPane: (id) => panes.get(id),
    async createPane({ paneId, hidden, alwaysRender }) {
      if (settings.panes === "silent") return new Promise(() => undefined);
      if (panes.has(paneId) || !hidden || !alwaysRender) throw new Error("not as it should be made");
      const holder = document.createElement("div");
      holder.style.display = "none"; // a page of no size, as that of a hidden pane
      document.body.append(holder);
      const pane = {
        frame: null,
        async navigate({ pageType, webresourceName }) {
          if (settings.panes === "refuse" || pageType !== "webresource") throw new Error("no web resources here");
          const [folder] = desk.base.split("/WebResources/");
          if (settings.panes !== "never") pane.frame = frameAt(`${folder}/WebResources/${webresourceName}`, "pane", holder);
        },
        remake() {
          const { src } = pane.frame;
          pane.frame.remove();
          pane.frame = frameAt(src, "pane", holder);
        },
        close() {
          holder.remove();
          panes.delete(paneId);
        },
      };
      panes.set(paneId, pane);
      return pane;
    },
  };

  const desk = {
    base: "",
    settings,
    heard,
    looks: 0,
    /** How many looks find no tabs. */
    asleep: 0,
    /** Open a tab in a session, in front. */
    open(id, src) {
      desk.base = src;
      const name = `tab-id-${(count += 1)}`;
      if (!sessions.has(id)) sessions.set(id, new Map());
      [session, tab] = [id, name];
      sessions.get(id).set(name, { src, frame: null });
      desk.show(id, name);
      return name;
    },
    /** Bring a tab to the front: it is loaded anew. */
    show(id, name) {
      [session, tab] = [id, name];
      const shown = sessions.get(id).get(name);
      shown.frame?.remove();
      shown.frame = frameAt(shown.src, name);
      if (settings.appearing) desk.appear(shown.frame);
    },
    /** Show a frame only some time after its page is there. */
    appear(frame) {
      frame.style.display = "none";
      frame.addEventListener("load", () => setTimeout(() => (frame.style.display = ""), settings.appearing), { once: true });
    },
    /** Go elsewhere: the page of the tab is taken away. */
    leave(id, name) {
      const { frame } = sessions.get(id).get(name);
      if (settings.leaving === "navigate") frame?.contentWindow?.location.replace("about:blank");
      else frame?.remove();
      [session, tab] = ["session-id-0", ""];
    },
    /** Go to a tab where pages are left as they are: the others are not seen, that is all. */
    turn(id, name) {
      [session, tab] = [id, name];
      for (const tabs of sessions.values()) for (const [each, { frame }] of tabs) if (frame) frame.style.display = each === name ? "" : "none";
    },
    close(id, name) {
      desk.leave(id, name);
      sessions.get(id).delete(name);
    },
    closeSession(id) {
      for (const name of [...sessions.get(id).keys()]) desk.close(id, name);
      desk.tellClosed(id);
    },
    /** The session is over, and its tabs are about to go. */
    tellClosed(id) {
      sessions.delete(id);
      channel.postMessage({ sessionId: id });
    },
    closePane() {
      for (const pane of [...panes.values()]) pane.close();
    },
    /** Change the session in an org that makes panes anew then. */
    remakePanes() {
      for (const pane of panes.values()) pane.remake();
    },
    panes: () => [...panes.keys()],
  };

  /** Add to an object that the window is given. */
  const extend = (name, more) => {
    let value;
    const set = (given) => (value = Object.assign(given, more(given)));
    Object.defineProperty(window, name, { configurable: true, get: () => value, set });
  };
  extend("Microsoft", (microsoft) => {
    Object.defineProperty(microsoft, "Apm", { get: () => (settings.apm === "absent" ? undefined : Apm) });
    return {};
  });
  extend("Xrm", (xrm) => {
    Object.defineProperty(xrm.Utility.getGlobalContext().userSettings, "userId", { get: () => settings.user });
    Object.defineProperty(xrm, "App", { get: () => (settings.panes === "absent" ? {} : { sidePanes }) });
    return {};
  });
  Object.assign(window, { desk });
})();
