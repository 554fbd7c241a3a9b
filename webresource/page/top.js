// @ts-check
// The top window, and the moment the page goes away.

/** @import { Outlet } from "./outlet.js" */
/** @import { Callback } from "./types.d.ts" */

/** How long Omnichannel may take to name the conversation the agent is in. */
const GUESS_TIMEOUT_MILLISECONDS = 5000;

/** @type {(() => void) | null} */
let pageHiddenHandler = null;

/** Whether the page has failed or is gone: Python, perhaps half alive, is neither called nor listened to any more. */
let disposed = false;

/** Whether the top window is of the page's own origin. */
export function topReachable() {
  try {
    return Boolean(window.top?.document);
  } catch {
    return false;
  }
}

/**
 * Find an object of the top window by its path; null if it is not there, or if what is there cannot be read.
 * @param {string[]} names
 */
export function inTop(...names) {
  try {
    return names.reduce((found, name) => found?.[name], /** @type {any} */ (topReachable() ? window.top : null)) ?? null;
  } catch {
    return null;
  }
}

/**
 * Who the agent is, as Dynamics says; null if it does not.
 * @returns {{ id: string, name: string, roles: string[] } | null}
 */
export function signedIn() {
  try {
    const { userId, userName, roles } = inTop("Xrm", "Utility").getGlobalContext().userSettings;
    const all = /** @type {{ name?: string }[]} */ ([...(roles?.get?.() ?? [])]);
    const id = String(userId).replace(/[{}]/g, "").toLowerCase();
    return { id, name: String(userName ?? ""), roles: all.flatMap(({ name }) => name ?? []) };
  } catch {
    return null;
  }
}

/**
 * Dispatch what is owed, and be deaf to Python from now on: the page has failed for good, or is gone.
 * @param {Outlet} outlet
 */
export function dispose(outlet) {
  outlet.close();
  disposed = true;
}

/** Let Python know that the page goes away, or that what it shows goes on elsewhere. */
export function leave() {
  try {
    if (!disposed) pageHiddenHandler?.();
  } catch (error) {
    console.warn("cotab: leaving failed", error);
  }
}

/** @param {() => void} handler called synchronously when the page goes away */
export function onPageHidden(handler) {
  pageHiddenHandler = handler;
}

/**
 * Watch for the end of the page: `pagehide` fires when the frame is removed, navigated or reloaded and when the window
 * closes, and never when the agent chooses to stay (docs/internals/fast-start.md#closing-the-tab).
 * @param {Outlet} outlet
 */
export function watchPageHidden(outlet) {
  addEventListener("pagehide", () => {
    leave();
    dispose(outlet); // what Python may still do in a page that is gone must not reach Omnichannel
  });
  // A page brought back from the back/forward cache has been disposed already: it starts afresh.
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
}

/**
 * Ask for the conversation if the page was opened without `data`: at once, for the agent may move to another customer.
 * @returns {Promise<string | null>}
 */
export async function guessConversation() {
  const names = [...new URLSearchParams(location.search).keys()].map((name) => name.toLowerCase());
  if (names.includes("data")) return null;
  try {
    const asked = window.top?.Microsoft?.Omnichannel?.getConversationId?.();
    const late = new Promise((resolve) => setTimeout(resolve, GUESS_TIMEOUT_MILLISECONDS, null));
    const answer = await Promise.race([asked, late]);
    return typeof answer === "string" && answer ? answer : null;
  } catch {
    return null;
  }
}

/**
 * Make a function for JavaScript to keep that forwards to a Python proxy until it is closed. A destroyed proxy would
 * throw into the caller; this does nothing instead.
 * @param {((...values: unknown[]) => unknown) & { destroy?(): void }} target
 * @returns {Callback}
 */
export function callback(target) {
  /** @type {typeof target | null} */
  let open = target;
  return {
    call: (...values) => (disposed ? undefined : open?.(...values)),
    close() {
      open?.destroy?.();
      open = null;
    },
  };
}
