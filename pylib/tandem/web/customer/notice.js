// @ts-check
// A sentence to the customer where the rest of Tandem cannot be had. In old syntax: see tandem.js.

import { languageOf } from "../../../cotab_kit/tools/floor/check.js";
import { HTML } from "./fetched.js";
import { OWN } from "./noted.js";

/** @type {Record<string, string>} */
var CLOSE = { en: "Close", de: "Schließen", fr: "Fermer", es: "Cerrar", ja: "閉じる", ar: "إغلاق" };
var BOX = "all: initial; position: fixed; left: 16px; right: 16px; bottom: 16px; z-index: 2147483647; padding: 12px 16px; " +
  "background: #fff; color: #242424; border: 2px solid #8a5100; border-radius: 10px; font: 16px/1.5 system-ui, sans-serif;";
var BUTTON = "all: revert; margin: 0 12px; min-height: 40px; padding: 6px 16px; font: inherit;";

/** @type {HTMLElement | null} */
var shown = null;

/** Say it once, until it is closed. @param {Record<string, string>} texts by language */
export function notice(texts) {
  if (shown && shown.parentNode) return;
  var language = languageOf(document.documentElement.lang);
  var box = (shown = /** @type {HTMLElement} */ (document.createElementNS(HTML, "div")));
  var button = /** @type {HTMLButtonElement} */ (document.createElementNS(HTML, "button"));
  box.setAttribute(OWN, "");
  box.setAttribute("role", "alert");
  box.lang = language;
  box.dir = language === "ar" ? "rtl" : "ltr";
  box.style.cssText = BOX;
  box.appendChild(document.createTextNode(texts[language]));
  button.type = "button";
  button.style.cssText = BUTTON;
  button.textContent = CLOSE[language];
  button.onclick = function () {
    if (box.parentNode) box.parentNode.removeChild(box);
  };
  box.appendChild(button);
  (document.body || document.documentElement).appendChild(box);
}
