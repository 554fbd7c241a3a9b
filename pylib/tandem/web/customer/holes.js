// @ts-check
// Which elements are holes in the mirror: what they show is no part of the document.

import { localName } from "./nodes.js";

/** @import { Hole } from "../shared/holes.js" */

const KINDS = /** @type {Record<string, Hole>} */ ({ canvas: "canvas", video: "video", object: "plugin", embed: "plugin" });

/** Frames of other origins that are mirrored all the same. @type {WeakSet<Element>} */
export const mirrored = new WeakSet();

/** @param {Element} element @returns {Hole | null} */
export function holeOf(element) {
  if (isFrame(element)) return documentOf(element) || mirrored.has(element) ? null : "frame";
  const name = localName(element);
  return Object.hasOwn(KINDS, name) ? KINDS[name] : null;
}

/** The room that a plugin takes, which its own attributes need not say. @param {Element} element */
export function roomOf(element) {
  const { width, height } = element.getBoundingClientRect();
  return { rr_width: `${Math.round(width)}px`, rr_height: `${Math.round(height)}px` };
}

/** @param {Element} element @returns {element is HTMLIFrameElement} */
export function isFrame(element) {
  return /^i?frame$/.test(localName(element));
}

/** @param {HTMLIFrameElement} frame @returns {Document | null} unless it is of another origin */
export function documentOf(frame) {
  try {
    return frame.contentDocument;
  } catch {
    return null; // the page has forbidden it, by document.domain
  }
}
