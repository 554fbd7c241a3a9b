// @ts-check
// What an administrator has set for this org: the value of the environment variable that the solution brings. It is
// asked for before anything is loaded, and awaited only where an adapter is about to be made (cotab/_tab/settings.py).

import { inTop } from "./top.js";

/** @import { Page } from "./page_config.d.ts" */

const TIMEOUT_MILLISECONDS = 5000;
const API_PATH = "/api/data/v9.2/";
const HEADERS = { accept: "application/json", "odata-maxversion": "4.0", "odata-version": "4.0" };
const VALUES = "environmentvariabledefinition_environmentvariablevalue";

/**
 * Read the value as it stands in the org, "" if none is set. Outside Dynamics nobody is asked; what cannot be read is a
 * warning, and as good as not set.
 * @param {Page} page @param {(text: string) => void} warn
 * @returns {Promise<string>}
 */
export async function orgSettings({ settings_variable: name }, warn) {
  const org = name && clientUrl();
  if (!org) return "";
  try {
    return await within(TIMEOUT_MILLISECONDS, (signal) => ask(`${org}${API_PATH}${query(name)}`, signal));
  } catch (error) {
    warn(`cotab: the solution's own settings count, because ${name} could not be read from the org: ${error}`);
    return "";
  }
}

/**
 * Read what tabs obey in this org, because it was seen to behave so: what an administrator has agreed to write
 * (cotab_setup/provisioning/behavior.py). Nothing where that is not there, or cannot be read.
 * @param {Page} page
 * @returns {Promise<{ resident?: unknown }>}
 */
export async function orgBehavior({ folder }) {
  const org = clientUrl();
  if (!org) return {};
  const name = `${folder.replace("/", "")}_behavior`;
  try {
    const text = await within(TIMEOUT_MILLISECONDS, (signal) => ask(`${org}${API_PATH}${query(name)}`, signal));
    return JSON.parse(text || "{}") ?? {};
  } catch {
    return {};
  }
}

/** The org's address, if the page runs in Dynamics. @returns {string | null} */
function clientUrl() {
  try {
    return inTop("Xrm", "Utility")?.getGlobalContext().getClientUrl() ?? null;
  } catch {
    return null;
  }
}

/** @param {string} name */
const query = (name) =>
  `environmentvariabledefinitions?$select=schemaname&$filter=schemaname eq '${name}'&$expand=${VALUES}($select=value)`;

/** @param {string} url @param {AbortSignal} signal */
async function ask(url, signal) {
  const response = await fetch(url, { headers: HEADERS, signal });
  if (!response.ok) throw new Error(`status ${response.status}`);
  const [definition] = (await response.json()).value;
  const [given] = definition?.[VALUES] ?? []; // no definition: somebody has put the files into the org by hand
  const value = given?.value ?? "";
  if (typeof value !== "string") throw new Error("the value is no text");
  return value;
}

/**
 * @template T
 * @param {number} milliseconds @param {(signal: AbortSignal) => Promise<T>} work
 */
async function within(milliseconds, work) {
  const controller = new AbortController();
  const late = new Error(`no answer within ${milliseconds / 1000} s`);
  const timer = setTimeout(() => controller.abort(late), milliseconds);
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
  }
}
