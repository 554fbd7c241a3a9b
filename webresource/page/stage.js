// @ts-check
// The room of the stage: the tab fills the screen, and the focus stays with an agent whose invitation folds away.

import { print } from "./log.js";

const root = document.documentElement;

/** Offer full screen, where browser and frames allow it, for as long as the tab shows the button. */
export function offerFullScreen() {
  const button = document.getElementById("full-screen");
  if (!document.fullscreenEnabled) button?.remove();
  const isFull = () => document.fullscreenElement === root;
  const leave = () => void (isFull() && document.exitFullscreen().catch(() => {})); // it is left already
  const refused = (/** @type {unknown} */ error) => {
    print("warn", `cotab: full screen was refused: ${error}`);
    button?.remove();
  };
  button?.addEventListener("click", () => (isFull() ? leave() : void root.requestFullscreen().catch(refused)));
  document.addEventListener("fullscreenchange", () => button?.setAttribute("aria-pressed", String(isFull())));
  whenHidden(button, leave);
}

/** Hand the focus, from within the invitation, to the button that brings it back. */
export function keepFocus() {
  const invitation = document.getElementById("invitation");
  whenHidden(invitation, () => {
    const lost = document.hasFocus() && invitation?.contains(document.activeElement);
    if (lost) document.getElementById("show-invitation")?.focus();
  });
}

/**
 * Observers run before the browser takes the focus from what is hidden.
 * @param {HTMLElement | null} element @param {() => void} handler
 */
function whenHidden(element, handler) {
  const observer = new MutationObserver(() => element?.hidden && handler());
  if (element) observer.observe(element, { attributeFilter: ["hidden"] });
}
