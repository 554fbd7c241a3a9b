// @ts-check
// Loads modules of the relay, and only the very files that they were built with. They are modules, for trusted types forbid a
// script to set another one's address, but not to import. In old syntax, but for the import itself: see tandem.js.

export var HTML = "http://www.w3.org/1999/xhtml"; // of whatever kind the document is

/**
 * Have a module fetched and its digest compared, then import it: an import cannot say a digest, and takes what is there.
 * @param {string} href
 * @param {{ integrity: string, nonce: string }} known
 * @param {Element} place in the page
 * @returns {Promise<any>}
 */
export function fetched(href, known, place) {
  return preloaded(href, known, place).then(function () {
    return import(href);
  });
}

/** @param {string} href @param {{ integrity: string, nonce: string }} known @param {Element} place @returns {Promise<void>} */
function preloaded(href, known, place) {
  var element = carrier(href);
  element.crossOrigin = "anonymous";
  element.integrity = known.integrity;
  element.nonce = known.nonce;
  return new Promise(/** @param {(done: void) => void} resolve */ function (resolve, reject) {
    element.onload = function () {
      element.remove();
      resolve();
    };
    element.onerror = function () {
      element.remove();
      reject(new Error(href + " cannot be loaded"));
    };
    place.appendChild(element);
  });
}

/** What loads a module: Firefox knows modulepreload since 115. @param {string} href @returns {HTMLLinkElement | HTMLScriptElement} */
function carrier(href) {
  var link = /** @type {HTMLLinkElement} */ (document.createElementNS(HTML, "link"));
  if (link.relList.supports && link.relList.supports("modulepreload")) {
    link.rel = "modulepreload";
    link.href = href;
    return link;
  }
  var script = /** @type {HTMLScriptElement} */ (document.createElementNS(HTML, "script"));
  script.type = "module";
  script.src = href;
  return script;
}
