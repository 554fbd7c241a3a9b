// @ts-check
// Whether this browser is at the floor of versions (floor.json, docs/internals/floor.md), and what is said below it. This is
// what old browsers read, so it is in the syntax of 2009: no const, no arrows, no classes (tests/kit/test_floor.py parses it).

/** What browsers have from the floor on, and lack in the version before it: the first decides in Chromium, the second in the others. */
export var MARKS = ["MathMLElement", "CompressionStream"];

/** @type {Record<string, string>} */
export var SENTENCES = {
  en: "This browser is too old for this. Update it, or use a current Chrome, Edge, Firefox or Safari.",
  de: "Dieser Browser ist dafür zu alt. Aktualisieren Sie ihn, oder nehmen Sie ein aktuelles Chrome, Edge, Firefox oder Safari.",
  fr: "Ce navigateur est trop ancien pour cela. Mettez-le à jour, ou utilisez une version récente de Chrome, Edge, Firefox ou Safari.",
  es: "Este navegador es demasiado antiguo para esto. Actualícelo o use una versión actual de Chrome, Edge, Firefox o Safari.",
  ja: "このブラウザーは古いため、この機能を使えません。更新するか、最新の Chrome、Edge、Firefox、Safari をお使いください。",
  ar: "هذا المتصفح قديم جدًا لهذا الغرض. حدِّثه، أو استخدم إصدارًا حديثًا من Chrome أو Edge أو Firefox أو Safari."
};

/** @returns {boolean} */
export function isTooOld() {
  for (var at = 0; at < MARKS.length; at += 1) {
    if (typeof (/** @type {any} */ (window)[MARKS[at]]) !== "function") return true;
  }
  return false;
}

/** @param {string} [first] what is wanted before the browser's own languages @returns {string} a language of SENTENCES */
export function languageOf(first) {
  var wanted = [first || ""].concat(navigator.languages || [navigator.language]);
  for (var at = 0; at < wanted.length; at += 1) {
    var primary = String(wanted[at]).toLowerCase().split("-")[0];
    if (Object.prototype.hasOwnProperty.call(SENTENCES, primary)) return primary;
  }
  return "en";
}
