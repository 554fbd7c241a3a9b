// @ts-check
// The guided trial of the agent's window: what Dynamics does with a tab that is left and closed, and with a page in a
// hidden side pane. It only watches and writes down (trial_record.js); what that says is judged by the set-up page
// (cotab_setup/inspection/trial.py).

import { channelOf } from "./claim.js";
import { chooseLanguage, textsOf, translate } from "./language.js";
import { inTop } from "./top.js";
import { keyOf, note, sightings } from "./trial_record.js";

const AWAY = 3000; // milliseconds that the agent has to stay away, to tell leaving from coming back
const SLOW = 10_000; // milliseconds after a return within which a page that goes was only slow
const STAYS = 3000; // milliseconds after which a page that is seen again is taken for one that was not reloaded
const LOOKING = 200; // milliseconds between two looks
const IN_THE_PANE = "cotab-trial-pane"; // `data` of the page in the pane: one word, however it is encoded
const MODE = /^#(cobrowse|screenshare)$/;

/** @type {{ folder: string, provider: string, texts: Record<string, Record<string, string>> }} */
const about = JSON.parse(document.querySelector("meta[name=cotab]")?.getAttribute("content") ?? "{}");
const { folder } = about;
const data = new URLSearchParams(location.search).get("data") ?? "";
const channel = channelOf(keyOf(folder));

// --- the page in the pane ---

/** Say that the page is there, now and whenever it is asked, until the trial is over. */
function stayInPane() {
  const mark = Math.random().toString(36);
  const answer = () => note(folder, "pane", { mark });
  channel?.addEventListener("message", answer);
  answer();
  const timer = setInterval(() => {
    if (sightings(folder)) return;
    clearInterval(timer);
    inTop("Xrm", "App", "sidePanes")?.getPane(keyOf(folder))?.close();
  }, LOOKING);
}

/** Ask for a hidden pane with a page in it, as a provider would that wants to outlive its tabs. */
async function openPane() {
  const panes = inTop("Xrm", "App", "sidePanes");
  if (typeof panes?.createPane !== "function") return note(folder, "panes", { answer: "absent" });
  try {
    const pane = await panes.createPane({ paneId: keyOf(folder), title: about.provider, hidden: true, isSelected: false, alwaysRender: true, canClose: false });
    await pane.navigate({ pageType: "webresource", webresourceName: `${folder}/trial.html`, data: IN_THE_PANE });
    note(folder, "panes", { answer: "asked" });
  } catch {
    note(folder, "panes", { answer: "forbidden" });
  }
}

// --- the tab ---

/** How `data` was encoded: `URLSearchParams` has undone it once. */
function encoding() {
  for (const [name, undo] of /** @type {[string, (text: string) => string][]} */ ([["once", String], ["twice", decodeURIComponent]])) {
    try {
      if (typeof JSON.parse(undo(data)).conversationId === "string") return name;
    } catch {
      // in another way
    }
  }
  return "other";
}

/** Whether the agent can see the tab, as far as the frame around it says. */
function isSeen() {
  const frame = window.frameElement;
  if (!frame) return true;
  const { width, height } = frame.getBoundingClientRect();
  const isShown = frame.checkVisibility?.({ visibilityProperty: true, checkVisibilityCSS: true }); // the second: before Chromium 121
  return width > 0 && height > 0 && isShown !== false; // Safari has the question since 17.4
}

/** Whether this page was loaded during the trial, and nobody has come back to it yet. */
let isReloaded = false;
let seen = true;
/** When the agent came back to a page that may still be about to go; 0: they did not. */
let back = 0;

/** Write down that the agent is back, with how long that took and when the page went. */
function noteReturn() {
  const found = sightings(folder) ?? [];
  const last = found.findLastIndex(({ what }) => ["returned", "too soon", "reloaded", "began"].includes(what));
  const since = found.slice(last + 1);
  const gone = since.findLast(({ what }) => what === "gone");
  const left = since.findLast(({ what }) => what === "away") ?? since.find(({ what }) => what === "gone");
  const away = left ? back - left.at : 0;
  const isLate = isReloaded && found[last]?.reloaded === false && left?.what === "gone" && left.at - found[last].at < SLOW;
  if (isLate) note(folder, "reloaded"); // it went after all: it was only slow
  else note(folder, away < AWAY ? "too soon" : "returned", { reloaded: isReloaded, away, gone: gone ? back - gone.at : null });
  isReloaded = false;
  back = 0;
  channel?.postMessage("who");
}

function look() {
  if (isSeen() !== seen) {
    seen = !seen;
    back = seen ? Date.now() : 0;
    if (!seen) note(folder, "away");
  }
  if (back && (isReloaded || Date.now() - back >= STAYS)) noteReturn();
  show();
}

/** Show which step is to be done now. */
function show() {
  const found = sightings(folder);
  const returned = found?.filter(({ what }) => what === "returned").length ?? 0;
  for (const [at, step] of [...document.querySelectorAll("#steps li")].entries()) {
    step.toggleAttribute("data-done", at < returned);
    if (at === returned && found) step.setAttribute("aria-current", "step");
    else step.removeAttribute("aria-current");
  }
  const hint = !found ? "trial.over" : found.findLast(({ what }) => what !== "pane")?.what === "too soon" ? "trial.too_soon" : "";
  const element = /** @type {HTMLElement} */ (document.getElementById("hint"));
  if (element.dataset.text === hint) return; // so that it is read aloud once
  element.dataset.text = hint;
  element.textContent = texts[hint] ?? "";
  element.hidden = !hint;
}

/** @type {Record<string, string>} */
let texts = {};

async function tryTab() {
  const language = chooseLanguage();
  texts = textsOf(language, about.texts);
  translate(document.documentElement, language, texts);
  isReloaded = Boolean(sightings(folder)?.some(({ what }) => what === "began"));
  if (isReloaded) seen = false;
  else {
    note(folder, "began", { encoding: encoding() });
    await openPane();
  }
  addEventListener("pagehide", () => note(folder, "gone"));
  setInterval(look, LOOKING);
  look();
  document.documentElement.dataset.state = "trying";
}

/** Whoever reloads the tab after the trial gets the tab. */
function leave() {
  const [, mode] = MODE.exec(location.hash) ?? [];
  if (mode) location.replace(`${mode}.html${location.search}`);
}

if (data === IN_THE_PANE) stayInPane();
else if (!sightings(folder)) leave();
else void navigator.locks.request(keyOf(folder), () => tryTab().then(() => new Promise(() => {}))); // one tab at a time; held until it is gone
