// @ts-check
// The first script of a page: below the floor of versions it puts a sentence in the place of the page; else it has the module
// loaded that its own tag names, if it names one. A page that has no such module finds `data-state="failed"` at its root.

import { isTooOld, languageOf, SENTENCES } from "./check.js";

var tag = document.currentScript;

if (isTooOld()) refuse();
else load(tag && tag.getAttribute("data-then"));

function refuse() {
  var language = languageOf();
  var root = document.documentElement;
  var text = document.createElement("p");
  text.setAttribute("role", "alert");
  text.textContent = SENTENCES[language];
  root.lang = language;
  root.dir = language === "ar" ? "rtl" : "ltr";
  root.setAttribute("data-state", "failed");
  while (document.body.firstChild) document.body.removeChild(document.body.firstChild);
  document.body.appendChild(text);
}

/** @param {string | null} address */
function load(address) {
  if (!address) return;
  var script = document.createElement("script");
  script.type = "module";
  script.src = address;
  document.head.appendChild(script);
}
