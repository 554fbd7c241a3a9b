// @ts-check
// The record of a guided trial of the agent's window (trial.js), kept where all windows of a browser share it. The set-up
// page begins and ends it (cotab_setup/configuration_page/page.py); while it is there, the provider's tabs are the trial.

/** @import { Page } from "./page_config.d.ts" */

/** @typedef {{ at: number, what: string, [fact: string]: unknown }} Sighting what was seen, and when */

const TRIAL_PAGE = "trial.html";

/** @param {string} folder */
export const keyOf = (folder) => `cotab-trial:${folder}`;

/**
 * What was seen so far; null if no trial is under way.
 * @param {string} folder
 * @returns {Sighting[] | null}
 */
export function sightings(folder) {
  try {
    const { until, seen } = JSON.parse(localStorage.getItem(keyOf(folder)) ?? "{}");
    return Date.now() < until ? seen : null;
  } catch {
    return null;
  }
}

/**
 * Write down what was seen, unless the trial is over.
 * @param {string} folder @param {string} what @param {Record<string, unknown>} facts
 */
export function note(folder, what, facts = {}) {
  if (!sightings(folder)) return;
  const record = JSON.parse(localStorage.getItem(keyOf(folder)) ?? "{}");
  record.seen.push({ at: Date.now(), what, ...facts });
  localStorage.setItem(keyOf(folder), JSON.stringify(record));
}

/**
 * Go to the trial, if one is under way: in the place of a tab, with what the tab was opened with.
 * @param {Page} page
 */
export function goesToTrial({ folder, mode, events, runtime }) {
  if (!events.connected || runtime === "inline" || !sightings(folder)) return false;
  location.replace(`${TRIAL_PAGE}${location.search}#${mode}`);
  return true;
}
