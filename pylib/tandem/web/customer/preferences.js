// @ts-check
// What the customer's system and screen answer to the media queries that do not depend on the page: dark or light, how much
// contrast and motion, mouse or finger, pixels, how wide a scrollbar is.

import { listen, place } from "./natives.js";

/** @import { Preferences } from "../shared/messages.d.ts" */

/** The answers that there are. */
const ANSWERS = {
  "prefers-color-scheme": ["light", "dark"],
  "prefers-contrast": ["no-preference", "more", "less", "custom"],
  "prefers-reduced-motion": ["no-preference", "reduce"],
  "prefers-reduced-transparency": ["no-preference", "reduce"],
  "prefers-reduced-data": ["no-preference", "reduce"],
  "forced-colors": ["none", "active"],
  "inverted-colors": ["none", "inverted"],
  hover: ["none", "hover"],
  "any-hover": ["none", "hover"],
  pointer: ["none", "coarse", "fine"],
  "any-pointer": ["none", "coarse", "fine"],
  "color-gamut": ["srgb", "p3", "rec2020"],
  "dynamic-range": ["standard", "high"],
  "display-mode": ["browser", "minimal-ui", "standalone", "fullscreen"],
  scripting: ["none", "initial-only", "enabled"],
  update: ["none", "slow", "fast"],
};
const QUERIES = Object.entries(ANSWERS).flatMap(([name, values]) => values.map((value) => ({ name, value, query: `(${name}: ${value})` })));

/** @returns {Preferences} */
export function preferences() {
  /** @type {Record<string, string[]>} */
  const answers = {};
  for (const { name, value, query } of QUERIES) if (matchMedia(query).matches) (answers[name] ??= []).push(value);
  return { answers, resolution: devicePixelRatio, bar: barSize() };
}

/** Pixels that a scrollbar takes of what it scrolls: none where it lies above it. */
function barSize() {
  const probe = document.createElement("div");
  Object.assign(probe.style, { position: "absolute", overflow: "scroll", visibility: "hidden" });
  place?.appendChild(probe);
  const { offsetWidth, clientWidth } = probe;
  place?.removeChild(probe);
  return offsetWidth - clientWidth;
}

/** Call back when one of them changes. @param {() => void} callback @param {AbortSignal} signal */
export function onPreferences(callback, signal) {
  for (const { query } of QUERIES) listen(matchMedia(query), "change", callback, { signal });
  const onResolution = () => {
    listen(matchMedia(`(resolution: ${devicePixelRatio}dppx)`), "change", () => (onResolution(), callback()), { once: true, signal });
  };
  onResolution();
}
