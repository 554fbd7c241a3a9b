// @ts-check
// The colors of the customer's system, for an agent's side that shows a page whose colors the system forces.

import { COLORS } from "../../shared/colors.js";

/** @param {Node} place that the page does not see @returns {Record<string, string>} */
export function systemColors(place) {
  const probe = place.appendChild(document.createElement("i"));
  const colors = COLORS.map((name) => {
    probe.style.color = name;
    return [name, getComputedStyle(probe).color];
  });
  probe.remove();
  return Object.fromEntries(colors);
}
