// @ts-check
// The top layer of the page, from the bottom up: open popovers, modal dialogs, full screen. No browser tells its order, so it is
// noted whenever something opens, from the start of the page on.

import { supported } from "./fields.js";
import { listen } from "./natives.js";
import { isElement, matches, rootNode } from "./nodes.js";
import { OWN } from "./settings.js";

/** @import { Layered } from "../shared/messages.d.ts" */

/** @typedef {Document | ShadowRoot} Root */

const KINDS = /** @type {[Layered[1], string][]} */ ([["full", ":fullscreen"], ["modal", "dialog:modal"], ["popover", ":popover-open"]]).filter(([, each]) => supported(each).length);
const ANY = KINDS.map(([, each]) => `${each}:not([${OWN}])`).join(",") || ":not(*)";

export class TopLayer {
  constructor() {
    /** @type {WeakMap<Element, number>} by when it was opened last */
    this.opened = new WeakMap();
    this.count = 0;
    this.onChange = () => {};
    /** Something else than what Tandem shows may lie on top. */
    this.onOther = () => {};
    this.isTold = false;
    /** Whether a tree is Tandem's own: some engines tell of dialogs in it, too. */
    this.isOwn = (/** @type {Node} */ _root) => false;
  }

  /** Listen in a tree: its events are for nobody outside of it. @param {Root} root */
  watch(root) {
    for (const type of ["beforetoggle", "toggle", "fullscreenchange"]) listen(root, type, this.on, { capture: true, passive: true });
    if (root.querySelector(ANY)) this.found();
  }

  /** Tell once of whatever is found at a time. */
  found() {
    if (!this.isTold) queueMicrotask(() => ((this.isTold = false), this.onOther()));
    this.isTold = true;
  }

  on = (/** @type {Event & { newState?: string }} */ { type, target, newState }) => {
    if (this.isOwn(rootNode(/** @type {Node} */ (target)))) return;
    const element = type === "fullscreenchange" ? document.fullscreenElement : type === "beforetoggle" && newState === "open" ? target : null;
    if (isElement(element)) this.opened.set(element, (this.count += 1));
    this.onChange();
    if (type === "fullscreenchange" || (type === "toggle" && isElement(target) && matches(target, ANY))) this.onOther();
  };

  /** What is in it now; what opened unseen lies below. @param {Iterable<Root>} roots @returns {[Element, Layered[1]][]} */
  now(roots) {
    const found = [...roots].flatMap((root) => [...root.querySelectorAll(ANY)]);
    const order = (/** @type {Element} */ element) => this.opened.get(element) ?? 0;
    return found
      .sort((one, other) => order(one) - order(other))
      .map((each) => [each, KINDS.find(([, selector]) => matches(each, selector))?.[0] ?? "popover"]);
  }
}
