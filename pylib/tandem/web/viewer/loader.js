// @ts-check
// The first script of the viewer's page: loads the rest, but for a browser below the floor of versions. There it says so, in the
// page and to the tab, before anything is asked of the relay. In old syntax: cotab_kit/tools/floor/check.js says why.

import { isTooOld, languageOf, SENTENCES } from "../../../cotab_kit/tools/floor/check.js";

var script = document.currentScript;

if (isTooOld()) {
  show(languageOf());
  window.addEventListener("message", onMessage);
  window.parent.postMessage({ tandem: 1, type: "ready" }, "*");
} else {
  var module = document.createElement("script");
  module.type = "module";
  module.src = trusted((script && script.getAttribute("data-then")) || "");
  document.head.appendChild(module);
}

/** An address of a script, as a browser takes it where trusted types are required. @param {string} address @returns {any} */
function trusted(address) {
  var types = /** @type {any} */ (window).trustedTypes;
  /** @param {string} text */
  function same(text) {
    return text;
  }
  return types ? types.createPolicy("tandem-loader", { createScriptURL: same }).createScriptURL(address) : address;
}

/** @param {string} language */
function show(language) {
  var title = document.getElementById("panel-title");
  document.documentElement.lang = language;
  document.documentElement.dir = language === "ar" ? "rtl" : "ltr";
  if (title) title.textContent = SENTENCES[language];
}

/** Answer whoever may embed this page. @param {MessageEvent} event */
function onMessage(event) {
  var data = event.data;
  if (event.source !== window.parent || window.parent === window || origins().indexOf(event.origin) < 0) return;
  if (!data || data.tandem !== 1 || data.type !== "open") return;
  var language = languageOf(typeof data.language === "string" ? data.language : "");
  show(language);
  window.parent.postMessage({ tandem: 1, type: "failed", code: "browser", message: SENTENCES[language] }, event.origin);
}

/** @returns {string[]} those that the relay lists */
function origins() {
  var meta = document.querySelector("meta[name=tandem]");
  return JSON.parse((meta && meta.getAttribute("content")) || "{}").agent_origins || [];
}
