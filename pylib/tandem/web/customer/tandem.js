// @ts-check
// The customer script, the one file that a vendor's site loads: <script src="RELAY/tandem.js" async></script>. It makes one
// global, `tandem`, and has the rest loaded, tandem-app.js; until that is there it keeps what the customer and the page ask
// for. In a browser below the floor of versions it loads nothing and does nothing, until somebody asks for help or opens an
// invitation link: then it says why there is none, and the link stays good for another browser.
//
// Old browsers read this. So it is in the syntax of 2009 (tests/kit/test_floor.py parses it), all but one import(), which
// browsers have since 2018: where trusted types are required there is no other way to load a script.

import { isTooOld, SENTENCES } from "../../../cotab_kit/tools/floor/check.js";
import { fetched } from "./fetched.js";
import { originsOf } from "./named.js";
import { takeNotes } from "./noted.js";
import { notice } from "./notice.js";
import { newToken, takeToken } from "./token.js";

/** @import { Tandem } from "./tandem-app.js" */
/** @import { Notes } from "./noted.js" */

/** The build puts digest and version here. */
var INTEGRITY = "sha256-of-tandem-app.js";
var VERSION = "version-of-tandem-app.js";

/** @type {Record<string, string>} */
var OFFLINE = {
  en: "There is no connection at the moment. Try again.",
  de: "Zurzeit besteht keine Verbindung. Versuchen Sie es erneut.",
  fr: "Aucune connexion pour le moment. Réessayez.",
  es: "No hay conexión en este momento. Vuelva a intentarlo.",
  ja: "現在接続できません。もう一度お試しください。",
  ar: "لا يوجد اتصال في الوقت الحالي. حاول مرة أخرى."
};

/** Whether this is a frame of the site: the page around it has the session. */
function isFrame() {
  try {
    return window.parent !== window && window.parent.document !== undefined;
  } catch (_) {
    return false; // a frame of somebody else's
  }
}

function begin() {
  var script = document.currentScript instanceof HTMLScriptElement ? document.currentScript : null;
  var around = window.parent === window ? [] : originsOf(script && script.getAttribute("data-frame-of"));
  var isPart = around.length > 0;
  var isOld = isTooOld();
  /** @type {Tandem | null} */
  var app = null;
  /** @type {Promise<Tandem> | null} */
  var loading = null;
  /** @type {Notes | null} */
  var notes = null;
  /** @type {string | null} of an invitation link that is yet to be followed */
  var token = null;

  /** @returns {Promise<Tandem>} the rest; asked for again where it could not be had */
  function load() {
    var relay = ((script && script.src) || document.baseURI).split("/").slice(0, 3).join("/");
    var address = relay + "/tandem-app.js?v=" + VERSION;
    var known = { integrity: INTEGRITY, nonce: (script && script.nonce) || "" };
    loading = loading || fetched(address, known, document.head || document.documentElement).then(
      function (made) {
        return (app = new made.Tandem({ script: script, notes: notes, token: token, isPart: isPart }));
      },
      function (error) {
        loading = null;
        throw error;
      }
    );
    return loading;
  }

  /** @param {(app: Tandem) => void} act once the rest is there; where it cannot be, the customer reads why */
  function use(act) {
    if (isOld) notice(SENTENCES);
    else if (app) act(app);
    else {
      load().then(act, function () {
        notice(OFFLINE);
      });
    }
  }

  function open() {
    use(function (made) {
      made.open();
    });
  }

  /** @param {string} pin @returns {Promise<void>} */
  function join(pin) {
    if (isOld) {
      notice(SENTENCES);
      return Promise.reject(refusal("browser"));
    }
    return load().then(function (made) {
      return made.join(pin);
    }, function () {
      throw refusal("offline");
    });
  }

  /**
   * Begin a chat that is not the widget's.
   * @returns {string} what it has to bring along under the name "tandem"; nothing, where the browser is too old to be asked
   */
  function chat() {
    if (isOld) return "";
    var begun = newToken();
    load().then(function (made) {
      made.visit(begun);
    }).catch(console.error);
    return begun;
  }

  function follow() {
    token = takeToken() || token;
    if (token) use(function () {}); // it follows the link as it begins
  }

  function listen() {
    document.addEventListener("click", onClick);
    window.addEventListener("hashchange", function () {
      if (!app) follow();
    });
    follow();
  }

  /** In a frame that the page around it may show as part of itself, nobody is asked for anything. */
  function wait() {
    takeToken(); // nobody is to read it
    if (!isOld) window.addEventListener("message", onMessage);
  }

  /** @param {Event} event */
  function onClick(event) {
    var target = /** @type {Element} */ (event.target);
    if (!app && target.closest && target.closest("[data-tandem-open]")) open();
  }

  /** The page around wants to show this frame as part of itself. @param {MessageEvent} event */
  function onMessage(event) {
    var data = event.data;
    if (!data || data.tandem !== "frame" || event.source !== window.parent || around.indexOf(event.origin) < 0) return;
    event.stopImmediatePropagation();
    load().then(function (made) {
      return made.attach(event.ports[0], data.first);
    }).catch(function () {}); // it stays a hole
  }

  /** @type {any} */
  var api = { open: open, join: join, chat: chat, end: function () {
    if (app) app.end();
  } };
  Object.defineProperty(api, "state", { enumerable: true, get: function () {
    return app ? app.state : "none";
  } });
  Object.defineProperty(window, "tandem", { value: Object.freeze(api) });
  if (!isOld) {
    notes = takeNotes();
    notes.start();
    load().catch(function () {}); // told to whoever asks for it
  }
  if (isPart) wait();
  else listen();
}

/** @param {string} code */
function refusal(code) {
  /** @type {any} */
  var error = new Error("Tandem: joining failed (" + code + ")");
  error.code = code;
  return error;
}

// A site may load it twice; an element with this id is no reason to give up.
if (!isFrame() && !Object.prototype.hasOwnProperty.call(window, "tandem")) begin();
