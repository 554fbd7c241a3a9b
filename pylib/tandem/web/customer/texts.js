// @ts-check
// What the customer reads, in English, and in what other languages were learned. The page's own language decides, then the
// browser's; English is the last resort.

const en = {
  pin_title: "Get help on this page",
  pin_text: "Enter the PIN that the agent has sent you.",
  pin_label: "PIN",
  pin_join: "Continue",
  cancel: "Cancel",
  error_unknown: "This PIN or link is not valid, or no longer. Ask the agent for a new one.",
  error_too_many_attempts: "Too many attempts. Wait a few minutes, then try again.",
  error_origin: "Help is not available on this site.",
  error_offline: "There is no connection at the moment. Try again.",
  view_title: "May {agent} see this page?",
  view_text: "{agent} will see the pages of {site} in this browser, live, until you stop. Nothing else on your device is visible.",
  view_masked: "Hidden from {agent}: texts, pictures and your entries, except where this site shows them. Passwords and card numbers are always hidden. Hidden fields have a dashed frame.",
  view_yes: "Allow",
  view_no: "Do not allow",
  control_title: "May {agent} act on this page?",
  control_text: "{agent} may click, type and go to other pages of {site} for you, but not in hidden or protected fields. You can take this back at any time.",
  control_yes: "Allow acting",
  control_no: "Only watching",
  banner: "Screen sharing with an agent",
  banner_live: "{agent} sees this page",
  banner_control: "{agent} sees this page and may act",
  banner_away: "{agent} is away. Nothing is visible for now.",
  banner_lost: "Connecting again. Nothing is visible for now.",
  banner_covered: "This page hides Stop. Nothing is visible for now.",
  stop: "Stop",
  revoke: "Stop acting",
  ended_agent: "{agent} has ended the session. Nothing is visible any more.",
  ended_customer: "You have ended the session. Nothing is visible any more.",
  ended_expired: "The session has expired. Nothing is visible any more.",
  ended_lost: "The session has ended because the connection was lost. Nothing is visible any more.",
  ended_covered: "The session has ended because this page hid Stop. Nothing is visible any more.",
  close: "Close",
};

/** @typedef {keyof typeof en | import("./screen_texts.js").ScreenKey} Key */
/** @typedef {Record<keyof typeof en, string>} Texts */

/** @type {Record<string, Record<string, string>>} */
export const LANGUAGES = { en, de: {}, fr: {}, es: {}, ja: {}, ar: {} };

/** Have more texts, which came with a part that is loaded when it is wanted. @param {Record<string, Record<string, string>>} more */
export function learn(more) {
  for (const [language, texts] of Object.entries(more)) Object.assign(LANGUAGES[language], texts);
}

/** The language of the customer. */
export function chooseLanguage() {
  const wanted = [document.documentElement.lang ?? "", ...navigator.languages];
  return wanted.map((tag) => tag.toLowerCase().split("-")[0]).find((tag) => tag in LANGUAGES) ?? "en";
}

/** @param {string} language @param {Key} key @param {Record<string, string>} [names] */
export function textOf(language, key, names = {}) {
  const text = LANGUAGES[language][key] ?? LANGUAGES.en[key];
  return text.replace(/\{(\w+)\}/g, (_, name) => names[name] ?? "");
}
