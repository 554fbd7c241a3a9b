// @ts-check
// The agent at the relay: signs in, creates a session or resumes one. Token and ticket are kept for this browser tab, so that
// a refreshed one goes on without asking anybody.

/** @import { Mode } from "../shared/messages.d.ts" */

/** @typedef {{ id: string, mode: Mode, pin: string | null, link: string | null, token: string }} SessionInfo */

const TOKEN = "tandem.agent";
const SESSION = "tandem.session";
const POPUP = "popup,width=520,height=680";
const POLL_INTERVAL = 1000; // milliseconds between two questions whether the agent has signed in

/** The relay refused, or could not be reached: then `code` is "offline". */
export class Refused extends Error {
  /** @param {string} code @param {string} message @param {number} status */
  constructor(code, message, status) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

export class Account {
  /** @param {(open: () => boolean) => void} offer shows the button that opens the sign-in window; `open` says whether it did */
  constructor(offer) {
    this.offer = offer;
    /** @type {string | null} */
    this.token = read(TOKEN);
  }

  /** @param {{ mode: Mode, conversation: string, site: string | null }} wanted @returns {Promise<SessionInfo>} */
  async create(wanted) {
    const info = /** @type {SessionInfo} */ (await this.request("POST", "/api/sessions", wanted));
    write(SESSION, JSON.stringify(info));
    return info;
  }

  /**
   * A session after a refresh. A relay that was started again knows it once the ticket has been shown.
   * @param {string} id
   * @returns {Promise<SessionInfo | null>} null if it has ended
   */
  async resume(id) {
    const kept = JSON.parse(read(SESSION) ?? "null");
    try {
      const info = /** @type {SessionInfo} */ (await this.request("GET", `/api/sessions/${encodeURIComponent(id)}`));
      const { pin, link } = kept?.id === id ? kept : info; // what was used is gone at the relay
      return { ...info, pin: info.pin ?? pin, link: info.link ?? link };
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 404) throw error;
      return kept?.id === id ? kept : null;
    }
  }

  /** The customer of a chat. @param {string} token @returns {Promise<{ here: boolean }>} */
  async visitor(token) {
    return /** @type {{ here: boolean }} */ (await this.request("POST", "/api/visitors", { token }));
  }

  /** @param {string} id @param {string} token */
  async ask(id, token) {
    await this.request("POST", `/api/sessions/${encodeURIComponent(id)}/ask`, { token });
  }

  /** @param {string} id */
  async end(id) {
    write(SESSION, null);
    await this.request("DELETE", `/api/sessions/${encodeURIComponent(id)}`);
  }

  /** @param {string} method @param {string} path @param {object} [body] @returns {Promise<unknown>} */
  async request(method, path, body) {
    if (!this.token) await this.signIn();
    try {
      return await call(method, path, body, this.token);
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 401) throw error;
      await this.signIn();
      return call(method, path, body, this.token);
    }
  }

  async signIn() {
    const config = /** @type {{ sign_in: string }} */ (await call("GET", "/api/config"));
    const answer = config.sign_in === "local" ? await call("POST", "/api/sign-in") : await this.byPopup();
    this.token = /** @type {{ token: string }} */ (answer).token;
    write(TOKEN, this.token);
  }

  /** @returns {Promise<{ token: string }>} once the agent has signed in, in a window that can report nothing: see handover.py */
  async byPopup() {
    const claim = hex(crypto.getRandomValues(new Uint8Array(32)));
    const hash = hex(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(claim))));
    await new Promise((opened) => {
      this.offer(() => {
        const popup = open(`/sign-in?for=${hash}`, "tandem-sign-in", POPUP);
        if (popup) opened(null);
        return Boolean(popup);
      });
    });
    for (;;) {
      const answer = await call("POST", "/sign-in/claim", undefined, claim).catch(ifAway);
      if (answer) return /** @type {{ token: string }} */ (answer);
      await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL));
    }
  }
}

/** A relay that is away for a moment is asked again. @param {unknown} error @returns {null} */
function ifAway(error) {
  if (error instanceof Refused && (error.code === "offline" || error.status >= 500)) return null;
  throw error;
}

/** @param {Uint8Array} bytes */
function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {string} method @param {string} path @param {object} [body] @param {string | null} [token] @returns {Promise<unknown>} */
async function call(method, path, body, token) {
  const headers = { ...(body ? { "content-type": "application/json" } : {}), ...(token ? { authorization: `Bearer ${token}` } : {}) };
  const answer = await fetch(path, { method, headers, body: body && JSON.stringify(body), cache: "no-store" }).catch(() => null);
  if (!answer) throw new Refused("offline", "The relay cannot be reached.", 0);
  if (answer.status === 204) return null;
  const content = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(content.error ?? "relay", content.message ?? `The relay answered ${answer.status}.`, answer.status);
  return content;
}

/** Browsers may refuse storage to embedded pages; then a refresh asks the agent to sign in again. @param {string} key */
function read(key) {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null;
  }
}

/** @param {string} key @param {string | null} value */
function write(key, value) {
  try {
    if (value === null) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, value);
  } catch {
    // see read
  }
}
