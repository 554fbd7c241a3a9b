// @ts-check
// What the first script notes for the rest, since browsers do not tell it later: closed shadow roots, and what the fonts that
// scripts make are made of. In old syntax: see tandem.js.

import { MAX_ASSET } from "../shared/largest.js";
import { OWN } from "../shared/own.js";
import { watchCalls } from "./calls.js";

export { OWN };

/** @typedef {{ source: string | BufferSource, key: string }} Material of addresses, as style sheets say it, or of content */

/**
 * @typedef {object} Notes
 * @property {WeakMap<Element, ShadowRoot>} closed the closed roots that are known
 * @property {WeakMap<FontFace, Material>} made the fonts that are known
 * @property {() => void} start
 * @property {() => void} stop
 */

/** @returns {Notes} */
export function takeNotes() {
  /** @type {WeakMap<Element, ShadowRoot>} */
  var closed = new WeakMap();
  /** @type {WeakMap<FontFace, Material>} */
  var made = new WeakMap();
  var count = 0;
  var has = Element.prototype.hasAttribute; // which a component may have another of

  var roots = watchCalls(Element.prototype, "attachShadow", function (/** @type {Element} */ host, /** @type {ShadowRoot} */ root) {
    if (root.mode === "closed" && !has.call(host, OWN)) closed.set(host, root);
  });
  var fonts = watchCalls(window, "FontFace", function (_, /** @type {FontFace} */ face, given) {
    var source = given[1];
    count += 1;
    if (!(source && source.byteLength > MAX_ASSET)) made.set(face, { source: source, key: "font " + count });
  });

  return {
    closed: closed,
    made: made,
    start: function () {
      roots.start();
      fonts.start();
    },
    stop: function () {
      roots.stop();
      fonts.stop();
    }
  };
}
