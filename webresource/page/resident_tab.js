// @ts-check
// The way of a tab to the resident of its provider, which has Python and the session. A tab that does not find one, or
// not in time, starts by itself.

import { placeOnceSeen } from "./place.js";
import { doorOf, giveUp, paneOf, refusal, refuse, registry, residentId } from "./resident_registry.js";
import { orgBehavior } from "./settings.js";
import { inTop } from "./top.js";

/** @import { Page } from "./page_config.d.ts" */
/** @import { Place, Visitor } from "./resident_registry.js" */
/** @import { ResidentSession } from "./resident_session.js" */

const RESIDENT_PAGE = "resident.html";
const LOADING = 2000; // milliseconds that the resident's page may take to be there
const LOOKING = 20; // milliseconds between two looks for it
const LATE = "its pane has not loaded in time";
const NOT_SEEN = "nobody has written into this org that its side panes keep their pages";
const MAX_DECODING = 3; // how often `data` may be encoded

/** Where the tab is; null where there is to be no resident. @param {Page} page */
export async function placeForResident(page) {
  const wanted = page.resident === "auto" && page.mode in MODES && "locks" in navigator && registry() !== null;
  return wanted ? placeOnceSeen() : null;
}

/** @type {Record<string, true>} the pages that a resident serves */
const MODES = { cobrowse: true, screenshare: true };

/**
 * Let the resident serve this tab, and be made if there is none.
 * @param {Page} page @param {Place} place
 * @param {(place: Place, conversation: string) => Visitor} introduce
 * @returns {Promise<ResidentSession | string>} the session, or why the tab has to start by itself
 */
export async function findResident(page, place, introduce) {
  const conversation = conversationOf(location.search);
  if (!conversation) return "the address names no conversation";
  if (!doorOf(page) && !refusal(page) && (await orgBehavior(page)).resident !== "auto") refuse(page, NOT_SEEN);
  const end = performance.now() + LOADING;
  try {
    while (performance.now() < end) {
      const door = doorOf(page);
      const refused = refusal(page);
      if (!door && refused) return refused;
      const answer = door ? door.attach(introduce(place, conversation)) : opened(page);
      if (answer === "no") return "it does not take this tab";
      if (answer !== "later") return answer;
      await new Promise((resolve) => setTimeout(resolve, LOOKING));
    }
  } catch (error) {
    refuse(page, String(error));
    return String(error);
  }
  giveUp(page, LATE);
  return LATE;
}

/** Have Dynamics make the side pane, once for each window; it may never answer. @param {Page} page @returns {"later" | "no"} */
function opened(page) {
  const found = registry();
  const panes = inTop("Xrm", "App", "sidePanes");
  const id = residentId(page);
  if (!found || typeof panes?.createPane !== "function") return "no";
  if (found.asked[id] || paneOf(page)) return "later";
  found.asked[id] = true;
  make(page, panes).catch((/** @type {unknown} */ error) => refuse(page, String(error)));
  return "later";
}

/** @param {Page} page @param {any} panes */
async function make(page, panes) {
  const pane = await panes.createPane({
    paneId: residentId(page),
    title: page.provider,
    hidden: true,
    isSelected: false,
    alwaysRender: true,
    hideHeader: true,
    canClose: false,
  });
  await pane.navigate({ pageType: "webresource", webresourceName: `${page.folder}/${RESIDENT_PAGE}` });
}

/**
 * The conversation that `data` names, read as leniently as Python does (cotab/context.py).
 * @param {string} query
 * @returns {string | null}
 */
export function conversationOf(query) {
  const found = [...new URLSearchParams(query)].find(([name]) => name.toLowerCase() === "data");
  let text = found?.[1] ?? "";
  for (let times = 0; times < MAX_DECODING; times += 1) {
    try {
      const { conversationId } = JSON.parse(text);
      return typeof conversationId === "string" && conversationId.trim() ? conversationId.trim() : null;
    } catch {
      text = decoded(text);
    }
  }
  return null;
}

/** @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}
