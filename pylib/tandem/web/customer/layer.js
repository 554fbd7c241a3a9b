// @ts-check
// Where everything the customer sees of Tandem lies: one element, with a closed shadow root, in the top layer of the page and
// within whatever modal dialog is open. Style sheets of the page do not reach it, and it is as large as what is in view.

import { shows } from "../shared/visible.js";
import { chainOf } from "./hand/events.js";
import { purify } from "./natives.js";
import { bare, matches, openRoot } from "./nodes.js";
import { OWN } from "./settings.js";
import { looks } from "./style.js";
import { chooseLanguage } from "./texts.js";

/** A button with less is none, in CSS pixels of the screen. */
const MIN_SIZE = 16;
/** Elements that show nothing of what is put into them. */
const REPLACED = "video, audio, iframe, img, canvas, object, embed, svg, input, textarea, select";
const MAX_DEPTH = 50; // of shadow roots
/** Across a button, where it must be hit. */
const ACROSS = [0.2, 0.5, 0.8];

export class Layer {
  constructor() {
    const language = chooseLanguage();
    this.host = document.createElement("div");
    this.host.setAttribute(OWN, "");
    this.shadow = this.host.attachShadow({ mode: "closed" });
    this.shadow.adoptedStyleSheets = [looks()];
    this.root = document.createElement("div");
    Object.assign(this.root, { className: "ui", lang: language, dir: language === "ar" ? "rtl" : "ltr" });
    this.shadow.append(this.root);
  }

  /** Be in the page, unmarked by it, and in the top layer. @param {boolean} [above] everything else in it */
  attach(above = false) {
    const { host } = this;
    const place = modalDialog() ?? fullScreen() ?? document.documentElement;
    if (host.parentNode !== place || !host.isConnected) bare(place).append(host);
    purify(this.shadow);
    for (const each of host.getAnimations?.() ?? []) each.cancel(); // Firefox hits, and shows, what animates, however important a style is
    for (const name of host.getAttributeNames()) if (name !== OWN && name !== "popover") host.removeAttribute(name);
    if (!("popover" in host)) return;
    if (host.popover !== "manual") host.popover = "manual";
    if (above && host.matches(":popover-open")) host.hidePopover();
    if (!host.matches(":popover-open")) host.showPopover();
  }

  remove() {
    this.host.remove();
  }

  /** Take it out of the page, and what the page made of it by copying itself. */
  static removeAll() {
    for (const each of document.querySelectorAll(`[${OWN}]`)) each.remove();
  }

  /** What it lies in, from the inside out, but for the document. */
  *around() {
    /** @type {Node | null} */
    let each = this.host;
    while ((each = each.parentNode ?? (each instanceof ShadowRoot ? each.host : null)) && each !== document) yield each;
  }

  /** How style sheets zoom what it lies in, where the browser does not say so itself. */
  get zoom() {
    let zoom = 1;
    for (const each of this.around()) if (each instanceof Element) zoom *= Number(getComputedStyle(each).zoom) || 1;
    return zoom;
  }

  /** Cover what is in view, whatever zooms the page: its style sheets, fingers, or a keyboard that takes room. */
  fit() {
    const { offsetLeft = 0, offsetTop = 0, scale = 1, width = innerWidth, height = innerHeight } = visualViewport ?? {};
    const { currentCSSZoom = this.zoom } = /** @type {{ currentCSSZoom?: number }} */ (/** @type {unknown} */ (this.host));
    Object.assign(this.root.style, {
      zoom: String(1 / (currentCSSZoom || 1)),
      width: `${width * scale}px`,
      height: `${height * scale}px`,
      transform: scale === 1 && !offsetLeft && !offsetTop ? "" : `translate(${offsetLeft}px, ${offsetTop}px) scale(${1 / scale})`,
    });
  }

  /** Whether a click of the customer's would hit an element in here, now. @param {Element} target */
  reaches(target) {
    const { left, top, width, bottom } = target.getBoundingClientRect();
    const { scale = 1, offsetTop = 0, height = innerHeight } = visualViewport ?? {};
    const [first, last] = [Math.max(top, offsetTop), Math.min(bottom, offsetTop + height)]; // of what is in view
    if (!this.isVisible() || Math.min(width, last - first) * scale < MIN_SIZE) return false;
    return ACROSS.every((part) => this.hits(target, left + width * part, (first + last) / 2));
  }

  /** @param {Element} target @param {number} x @param {number} y */
  hits(target, x, y) {
    const { offsetLeft = 0, offsetTop = 0, width = innerWidth, height = innerHeight } = visualViewport ?? {};
    if (x < offsetLeft || y < offsetTop || x > offsetLeft + width || y > offsetTop + height) return false;
    const around = /** @type {Document | ShadowRoot} */ (this.host.getRootNode());
    return around.elementFromPoint?.(x, y) === this.host && target.contains(this.shadow.elementFromPoint(x, y));
  }

  /** In the top layer nothing that the page makes transparent matters; without one, it does. */
  isVisible() {
    const { host } = this;
    if (!host.isConnected) return false;
    return ("popover" in host && host.matches(":popover-open")) || shows(host, { opacity: true });
  }

  /** The button in here that a click was meant for. @param {MouseEvent} event as the page gets it */
  buttonOf(event) {
    if (!event.composedPath().includes(this.host)) return null;
    const at = event.detail === 0 ? null : this.shadow.elementFromPoint(event.clientX, event.clientY);
    return (at ?? this.shadow.activeElement)?.closest("button") ?? null;
  }
}

/** The modal dialog that makes everything around it inert: whatever is hit anywhere is in it. */
function modalDialog() {
  const found = chainOf(hitAt(innerWidth / 2, innerHeight / 2)).find((each) => matches(each, "dialog:modal"));
  return found ?? [...document.querySelectorAll("dialog:modal")].pop() ?? null;
}

/** What fills the screen: only what lies within is shown with it. Where nothing can, it has to leave. */
function fullScreen() {
  let found = document.fullscreenElement;
  let inner = found;
  while (inner) [found, inner] = [inner, openRoot(inner)?.fullscreenElement ?? null];
  if (!found || !matches(found, REPLACED)) return found;
  document.exitFullscreen().catch(() => {}); // it has left by itself
  return null;
}

/** What is hit, through shadow roots. @param {number} x @param {number} y */
function hitAt(x, y) {
  let found = document.elementFromPoint(x, y);
  for (let depth = 0; found && depth < MAX_DEPTH; depth += 1) {
    const inner = openRoot(found)?.elementFromPoint(x, y);
    if (!inner || inner === found) break;
    found = inner;
  }
  return found;
}
