// @ts-check
// The page's texts: in the agent's language as Dynamics knows it, else the browser's, else English.

import arSA from "./strings/ar-SA.json";
import deDE from "./strings/de-DE.json";
import enUS from "./strings/en-US.json";
import esES from "./strings/es-ES.json";
import frFR from "./strings/fr-FR.json";
import jaJP from "./strings/ja-JP.json";

/** @type {Record<string, Record<string, string>>} */
const LANGUAGES = {
  "en-US": enUS,
  "de-DE": deDE,
  "fr-FR": frFR,
  "es-ES": esES,
  "ja-JP": jaJP,
  "ar-SA": arSA,
};

/** The low ten bits of an LCID are the language, the rest is the country. */
const PRIMARY_LANGUAGES = /** @type {Record<number, string>} */ ({
  0x01: "ar", 0x07: "de", 0x09: "en", 0x0a: "es", 0x0c: "fr", 0x11: "ja",
});

/**
 * @param {string} language
 * @param {Record<string, Record<string, string>>} [own] texts of this page alone, by language
 */
export const textsOf = (language, own) => ({ ...enUS, ...LANGUAGES[language], ...own?.["en-US"], ...own?.[language] });

/** @returns {string} one of the languages above, such as "de-DE" */
export function chooseLanguage() {
  for (const wanted of [dynamicsLanguage(), ...navigator.languages]) {
    const primary = wanted?.split("-")[0];
    const found = Object.keys(LANGUAGES).find((name) => primary && name.startsWith(`${primary}-`));
    if (found) return found;
  }
  return "en-US";
}

/** The agent's language: from the top window's client API, else from the address Dynamics opened the page with. */
function dynamicsLanguage() {
  let lcid = Number(new URLSearchParams(location.search).get("userlcid")) || 0;
  try {
    lcid = window.top?.Xrm?.Utility?.getGlobalContext?.().userSettings?.languageId ?? lcid;
  } catch {
    // The top window is of another origin, or its API differs: the address has to do.
  }
  return PRIMARY_LANGUAGES[lcid & 0x3ff];
}

/**
 * Put the texts into the page: `data-text` names an element's text, `data-label` its accessible name.
 * @param {HTMLElement} root @param {string} language @param {Record<string, string>} texts
 */
export function translate(root, language, texts) {
  root.lang = language;
  root.dir = language === "ar-SA" ? "rtl" : "ltr";
  for (const element of root.querySelectorAll("[data-text]")) {
    element.textContent = texts[element.getAttribute("data-text") ?? ""] ?? element.textContent;
  }
  for (const element of root.querySelectorAll("[data-label]")) {
    element.setAttribute("aria-label", texts[element.getAttribute("data-label") ?? ""] ?? "");
  }
}
