// @ts-check
// The first script of the page, and the only hand-written one that runs before Python: it paints the texts, checks that
// Python may run here at all, loads the runtime, enforces a time limit and explains each way it can fail.
// It offers `globalThis.cotab` to the interpreter module and to Python (cotab/_js/page.py).

import { construct, deferred, form, get, invoke, outline, set } from "./reflect.js";
import { startPyodide, startPyScript } from "./start.js";
import { guardFeatures, guardFile, guardWasm, hasChannels, mayEval } from "./guard.js";
import { watchThread } from "./heartbeat.js";
import { chooseLanguage, textsOf, translate } from "./language.js";
import { Parts } from "./runtime_files.js";
import { prepareDecoder } from "./zstd.js";
import { orgSettings } from "./settings.js";
import { keepFocus, offerFullScreen } from "./stage.js";
import { copy, hookErrors, note, print, refill, showInstead, showLog } from "./log.js";
import { Claim } from "./claim.js";
import { findResident, placeForResident } from "./resident_tab.js";
import { Outlet } from "./outlet.js";
import { Resident } from "./resident.js";
import { hearViolations, violations } from "./violations.js";
import {
  callback, dispose, guessConversation, inTop, leave, onPageHidden, signedIn, topReachable, watchPageHidden,
} from "./top.js";
import { goesToTrial } from "./trial_record.js";
import { View } from "./view.js";

/** @import { Page } from "./page_config.d.ts" */
/** @import { Place, Visitor } from "./resident_registry.js" */
/** @import { Shell } from "./types.d.ts" */

const root = document.documentElement;
const page = /** @type {Page} */ (JSON.parse(
  document.querySelector("meta[name=cotab]")?.getAttribute("content") ?? "{}",
));
const language = chooseLanguage();
const outlet = new Outlet(page.events);
const view = new View();
const resident = page.mode === "resident" ? new Resident(page) : null;

/** @type {Claim | null} */
let claimed = null;

// All of it is asked at once: later the agent may have moved on, and an answer takes as long as loading does.
const place = placeForResident(page);
const guess = guessConversation();
const settings = orgSettings(page, (text) => {
  if (!shell.failed) print("warn", text);
});

/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/** @type {Shell} */
const shell = {
  page,
  parts: /** @type {any} */ (null), // requested once the page may run
  language,
  texts: textsOf(language, page.texts),
  get query() {
    return location.search;
  },
  json: (name) => JSON.stringify(shell[name]),
  topReachable: topReachable(),
  conversation: () => guess,
  orgSettings: () => settings,
  failed: false,
  start,
  dispatch: (event) => outlet.dispatch(event),
  claim: async (key) => !("locks" in navigator) || (claimed ??= new Claim(key, giveWay)).take(),
  serve: (open) => resident?.serve(open),
  refuse: (reason) => resident?.fail(reason),
  onPageHidden,
  inTop,
  signedIn,
  callback,
  update: (wanted) => shell.failed || view.update(wanted),
  onClick: (id, press) => view.onClick(id, press),
  presses: view.presses,
  addControl: (id, tag) => view.add(id, tag),
  removeControl: (id) => view.remove(id),
  get,
  set,
  invoke,
  construct,
  form,
  outline,
  deferred,
  copy,
  importModule: (url) => import(url),
  post: (target, message, origin) => target.postMessage(message, origin),
  open: (...given) => window.open(...given),
  violations,
  note,
  print,
  ready() {
    if (shell.failed) return false;
    clearTimeout(timer);
    root.dataset.up = "true";
    whenIdle(() => void shell.parts.settle());
    return true;
  },
  fail,
};
globalThis.cotab = shell;

/**
 * Show that the page cannot go on, and dispatch what is owed to Omnichannel. The first failure is the one shown.
 * @param {string} code key of the texts error.<code>.what and error.<code>.next
 * @param {string} [detail] for support, not translated
 */
function fail(code, detail = "") {
  if (shell.failed) return;
  shell.parts?.distrust();
  shell.failed = true;
  clearTimeout(timer);
  dispose(outlet);
  resident?.fail(code);
  print("warn", `cotab: ${code} ${detail}`.trim());
  root.dataset.state = "failed";
  for (const element of document.querySelectorAll(".bar, #session > *, main > *, #actions > *")) hide(element, true);
  show("state", shell.texts["state.failed"]);
  show("error-what", shell.texts[`error.${code}.what`]);
  show("error-next", shell.texts[`error.${code}.next`]);
  show("error-code", code);
  show("error-detail", detail);
  show("reload");
  show("error");
}

/** @param {Element | null} element @param {boolean} hidden */
function hide(element, hidden) {
  if (element instanceof HTMLElement) element.hidden = hidden;
}

/** @param {string} id @param {string} [text] */
function show(id, text) {
  const element = document.getElementById(id);
  if (element && text !== undefined) element.textContent = text;
  hide(element, text === "");
}

/** @param {() => void} work */
function whenIdle(work) {
  if ("requestIdleCallback" in globalThis) requestIdleCallback(work, { timeout: 2000 });
  else setTimeout(work, 500);
}

/** Wait until the texts can be seen, for what comes then keeps the thread busy; a page that nobody sees is never painted. */
function painted() {
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve));
    setTimeout(resolve, 50);
  });
}

/** The session goes on in another tab or window. */
function giveWay() {
  leave();
  fail("SESSION_ELSEWHERE");
}

/** @param {Place} place @param {string} conversation @returns {Visitor} */
const introduce = (place, conversation) => ({
  page: JSON.stringify(page),
  texts: JSON.stringify(shell.texts),
  language,
  query: location.search,
  conversation,
  place,
  document,
  copy,
  violations,
  up: () => (root.dataset.up = "true"),
  logged: refill,
  lost: (owed) => outlet.bequeath(owed),
  taken: () => fail("SESSION_ELSEWHERE"),
});

/** Let the resident serve this tab, if one can be had. @param {Place} place @returns {Promise<boolean>} */
async function isServed(place) {
  /** @type {Visitor | undefined} */
  let visitor;
  const session = await findResident(page, place, (...about) => (visitor = introduce(...about)));
  if (typeof session === "string" || !visitor) {
    print("log", `cotab: the tab starts by itself, because there is no resident: ${session}`);
    return false;
  }
  const served = visitor;
  clearTimeout(timer); // the resident has its own, and events of its own
  outlet.handOver(session.outlet);
  onPageHidden(() => session.detach(served));
  showInstead(() => session.log.text());
  return true;
}

/** Check, load and run: once, when the document has been parsed. */
async function start() {
  if (root.dataset.state === "failed") return; // below the floor of versions: floor.js has said so
  if (goesToTrial(page)) return;
  timer = setTimeout(() => fail("BOOT_TIMEOUT", `${page.boot_timeout_seconds} s`), page.boot_timeout_seconds * 1000);
  const refusal = guardFile(page) ?? guardWasm() ?? guardFeatures();
  if (refusal) return fail(refusal);
  const pyscript = page.boot === "pyscript" && mayEval() && (page.needs_pyscript || hasChannels());
  if (page.needs_pyscript && !pyscript) return fail("EVAL_BLOCKED");
  const here = await place;
  if (here && (await isServed(here))) return;
  if (page.runtime !== "inline") watchThread(print);
  try {
    shell.parts = new Parts(page);
    await Promise.all([prepareDecoder(), resident || painted()]); // what Python imports later may have to be unpacked at once
    await (pyscript ? startPyScript(page) : startPyodide(page));
  } catch (error) {
    fail("RUNTIME_MISSING", String(error));
  }
}

translate(root, language, shell.texts);
view.attach(document);
hookErrors();
hearViolations(print);
showLog(`cotab ${page.cotab_version}, ${page.provider}, build ${page.build}`);
resident?.begin(); // whose sessions are told before Python is not called any more
watchPageHidden(outlet);
offerFullScreen();
keepFocus();
// What breaks off in a page that is gone is no failure to show.
addEventListener("pagehide", () => (shell.failed = true));
document.getElementById("reload")?.addEventListener("click", () => location.reload());
if (page.runtime !== "inline") void start();
