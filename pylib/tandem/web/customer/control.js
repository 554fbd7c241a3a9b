// @ts-check
// Remote control: what an agent asks for is done only where the policy allows it, else it is refused with the reason.

import { elementAt, hitAt } from "../shared/hit.js";
import { urlOf } from "../shared/urls.js";
import { assign, takes } from "./hand/dates.js";
import { submitterOf } from "./hand/defaults.js";
import { chainOf, fire } from "./hand/events.js";
import { tab } from "./hand/focus.js";
import { Journal } from "./hand/journal.js";
import { press, release } from "./hand/keys.js";
import { isDate, isFree, isWriting, kindOf } from "./hand/kinds.js";
import { escape, topmost } from "./hand/layers.js";
import { choose, offers } from "./hand/lists.js";
import { inDocument, inPage, isShown, placeOn } from "./hand/places.js";
import { Pointer } from "./hand/pointer.js";
import { caretElement } from "./hand/ranges.js";
import { change } from "./hand/text.js";
import { focused, isNothing } from "./hand/told.js";
import { forgetCarets, isLost, isUnseen } from "./hand/unseen.js";
import { scrollByKey, wheel } from "./hand/wheel.js";
import { attributeOf, closest, isConnected, localName, matches, ownerOf } from "./nodes.js";
import { elementOf } from "./policy.js";
import { rootOf, roots } from "./roots.js";
import { Turn } from "./turn.js";

/** @import { Act, Refusal } from "../shared/messages.d.ts" */
/** @import { Hit, Point } from "../shared/hit.js" */
/** @import { Tools } from "./hand/defaults.js" */
/** @import { Policy } from "./policy.js" */

/** @typedef {Refusal | (() => void)} Verdict */

/** A click on what lies within works on these. */
const WORKS = "a, button, label, input, select, textarea, summary, option, [role=button], [role=link], [onclick]";
/** What may lead to another page. */
const LEADING = "a[href], area[href], button, input";
/** What an agent need not be told has come to nothing. */
const QUIET = new Set(["move", "up", "release"]);
const MAX_TEXT = 10_000;
const BUTTONS = 3;
/** Keys that look for a place to type. */
const SEEKING = /^(Arrow|Home$|End$)/;
/** Milliseconds after which a drag that is held still is told again. */
const HELD_INTERVAL = 150;

export class Control {
  /** @param {Policy} policy @param {(id: number) => Node | null} nodeOf @param {string[]} origins that may be gone to @param {typeof roots.closed} closed roots that are known */
  constructor(policy, nodeOf, origins, closed) {
    roots.closed = closed;
    this.policy = policy;
    this.nodeOf = nodeOf;
    this.origins = [location.origin, ...origins];
    this.pointer = new Pointer();
    this.journal = new Journal();
    this.turn = new Turn({ onTaken: () => this.taken(), onChanged: (document) => this.journal.forget(document) });
    /** @type {Point} how far the page has moved below the agent's hand when a button went down */
    this.shift = { x: 0, y: 0 };
    this.held = 0;
    /** @type {{ reason: Refusal, focus: Element } | null} the agent went for another field than has the focus, in vain */
    this.missed = null;
    /** @type {Tools} */
    this.tools = { allows: (element) => this.reason(element) === null, journal: this.journal, scrolled: (element) => this.scrolled(element) };
  }

  /** Acting is allowed, or no longer. @param {boolean} allowed */
  allow(allowed) {
    if (allowed) return this.turn.start();
    this.pointer.end();
    this.turn.stop();
  }

  /** The customer uses the page. */
  taken() {
    this.pointer.cancel();
    this.journal.pass();
    forgetCarets();
  }

  /** What is to be done, if it may be. @param {Act} act @returns {Verdict} */
  judge(act) {
    const verdict = this.turn.rests ? "customer_input" : this.verdict(act);
    if (act.do === "down" || (act.do === "key" && (act.key === "Tab" || (typeof verdict === "string" && SEEKING.test(act.key ?? ""))))) this.missed = typeof verdict === "string" ? { reason: verdict, focus: focused() } : null;
    if (typeof verdict === "string") return QUIET.has(act.do) ? () => {} : verdict;
    const claims = act.do === "down" || act.do === "choose" || act.key === "Tab";
    return () => this.turn.act(verdict, claims);
  }

  /** @param {Act} act @returns {Verdict} */
  verdict(act) {
    if (act.do === "back") return () => history.back();
    if (act.do === "forward") return () => history.forward();
    if (act.do === "reload") return () => location.reload();
    if (act.do === "navigate") return this.navigation(act.url);
    if (["down", "move", "up", "wheel"].includes(act.do)) return this.pointing(act);
    if (act.do === "key" || act.do === "release") return this.key(act);
    if (act.do === "text" || act.do === "paste") return this.writing(act);
    return act.do === "choose" ? this.choosing(act) : "invalid";
  }

  /** @param {number | undefined} id @returns {Element | Refusal} */
  target(id) {
    if (!Number.isInteger(id)) return "invalid";
    const element = elementOf(this.nodeOf(Number(id)));
    return element && isConnected(element) ? element : "gone";
  }

  /** Why an element, or what a click on it works on, is out of bounds. @param {Element} element @returns {Refusal | null} */
  reason(element) {
    const works = closest(element, WORKS);
    const labelled = /** @type {HTMLLabelElement | null} */ (closest(element, "label"))?.control ?? null;
    for (const each of [element, works, labelled]) {
      const reason = each && this.policy.refusal(each);
      if (reason) return reason;
    }
    return null;
  }

  /** @param {Act} act @returns {Verdict} */
  pointing(act) {
    const { pointer } = this;
    if (pointer.press && act.do !== "wheel") return this.dragging(act);
    if (act.do === "up") return () => {}; // the customer's own input has ended it
    const hit = this.hit(act);
    if (typeof hit === "string") return hit;
    if (act.do === "wheel") return this.wheel(hit, act);
    const reason = this.reason(hit.element) ?? (act.do === "down" ? nativeReason(hit.element, act) : null);
    if (act.do === "move") return () => pointer.move(reason ? null : hit, act);
    if (reason) return reason;
    const { x, y } = inPage(hit);
    return () => {
      this.shift = { x: x - (act.x ?? x), y: y - (act.y ?? y) };
      pointer.down(hit, act);
    };
  }

  /** While a button is down, what counts is where the hand is, not what the agent sees there. @param {Act} act @returns {Verdict} */
  dragging(act) {
    const { pointer, shift } = this;
    const start = /** @type {Hit} */ (pointer.press?.start);
    if (act.do === "down") return "invalid";
    const at = act.x === undefined || act.y === undefined ? null : { x: act.x + shift.x, y: act.y + shift.y };
    const { x, y } = at ? inDocument(ownerOf(start.element), at) : start;
    const under = at ? elementAt(ownerOf(start.element), { x, y }, rootOf) : start.element;
    const allowed = under && (under === start.element || !this.reason(under));
    const hit = { element: allowed ? under : ownerOf(start.element).documentElement, x, y };
    return () => (act.do === "move" ? this.drag(hit, act) : pointer.up(hit, act));
  }

  /** What is dragged over is told again and again while it is held there, as browsers do: the page may move below it. @param {Hit} hit @param {Act} act */
  drag(hit, act) {
    clearTimeout(this.held);
    this.pointer.move(hit, act);
    if (!this.pointer.press?.drag) return;
    this.held = setTimeout(() => {
      const again = this.pointer.press?.drag ? this.dragging(act) : null;
      if (typeof again === "function") this.turn.act(again, false);
    }, HELD_INTERVAL);
  }

  /** What a user would hit where the agent points: what the agent sees there, or nothing is done. @param {Act} act @returns {Hit | Refusal} */
  hit({ id, at, x = 0, y = 0, do: what }) {
    if (id === undefined && what === "wheel") return hitAt(document, { x, y }, rootOf) ?? { element: document.documentElement, x, y };
    const named = this.target(id);
    if (typeof named === "string") return named;
    const reveals = what === "down" && !this.reason(named);
    const { point, element } = placeOn(named, at, reveals);
    const within = element && chainOf(element).includes(named) && (element === named || closest(element, WORKS) === closest(named, WORKS) || closest(named, WORKS));
    return within && isShown(named, point) ? { element, ...point } : what === "wheel" ? { element: named, ...point } : "moved";
  }

  /** @param {Hit} hit @param {Act} act @returns {Verdict} */
  wheel(hit, act) {
    const { dx = 0, dy = 0 } = act;
    if (!Number.isFinite(dx) || !Number.isFinite(dy)) return "invalid";
    if (this.policy.blocks(hit.element)) return "blocked";
    return () => wheel(hit, act, this.reason(hit.element) === null);
  }

  /** @param {Act} act @returns {Verdict} */
  key(act) {
    const { key, text = "", repeat } = act;
    if (typeof key !== "string" || key.length < 1 || key.length > 20 || typeof text !== "string" || text.length > 4) return "invalid";
    const element = focused();
    if (this.turn.typesIn(element)) return "customer_input";
    const reason = this.strays(element) ?? this.keyReason(element, act);
    if (act.do === "release") return reason ? () => {} : () => release(element, act);
    if (reason) return this.keyElsewhere(element, act) ?? reason;
    return () => press(element, { ...act, repeat: repeat === true }, this.tools);
  }

  /** Why nothing may be typed where the focus is: it is meant for what the agent went for last. @param {Element} element @returns {Refusal | null} */
  strays(element) {
    return this.missed?.focus === element ? this.missed.reason : null;
  }

  /** Why a key cannot be pressed where the focus is. @param {Element} element @param {Act} act @returns {Refusal | null} */
  keyReason(element, { key = "", mods = "" }) {
    const button = key === "Enter" && localName(element) === "input" && submitterOf(/** @type {HTMLInputElement} */ (element));
    const reason = this.reason(element) ?? (button ? this.reason(button) : null);
    if (!reason && (key === "Enter" || (key === " " && localName(element) !== "a")) && opens(button || element)) return "native";
    const combined = /[cm]/.test(mods) && key.toLowerCase();
    if (!reason && combined === "x" && isWriting(element)) return "clipboard";
    if (!reason && combined === "z" && isWriting(element) && (isUnseen(element) || !this.journal.undoes(element))) return "undo";
    return reason ?? (isLost(element, key, mods) ? "invalid" : null);
  }

  /** Keys that lead away from what is out of bounds, or scroll, or close what the agent may use. @param {Element} element @param {Act} act @returns {(() => void) | null} */
  keyElsewhere(element, act) {
    const layer = act.key === "Escape" ? topmost(element) : undefined;
    if (act.key === "Tab") return () => tab(element, act.mods?.includes("s") ?? false, this.tools.allows);
    if (layer && !this.reason(layer)) return () => void escape(element);
    const scrolls = isNothing(element) && /^(Arrow|Page|Home|End| $)/.test(act.key ?? "") && !/[cam]/.test(act.mods ?? "");
    return scrolls ? () => void scrollByKey(this.scrolled(element), act.key ?? "", act.mods === "s") : null;
  }

  /** While nothing has the focus, keys scroll where was pressed last. @param {Element} element that has the focus @returns {Element} */
  scrolled(element) {
    const { pressed } = this.pointer;
    return pressed && isConnected(pressed) && isNothing(element) ? pressed : element;
  }

  /** Text from no key: of an input method, or pasted. @param {Act} act @returns {Verdict} */
  writing({ text, do: what }) {
    if (typeof text !== "string" || text.length > MAX_TEXT) return "invalid";
    const element = focused();
    const reason = this.turn.typesIn(element) ? "customer_input" : (this.strays(element) ?? this.reason(element));
    if (reason) return reason;
    const field = /** @type {HTMLInputElement} */ (element);
    if (what === "paste" && (isDate(element) || kindOf(element) === "color") && isFree(element)) return takes(field, text) ? () => assign(field, text) : "invalid";
    if (what === "paste") return () => this.paste(element, text);
    return isWriting(element) ? () => change(element, "insertText", this.journal, text) : "invalid";
  }

  /** The page is asked first; it gets the text alone. @param {Element} element @param {string} text */
  paste(element, text) {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    const goes = this.journal.during(element, () => fire(caretElement(element), "paste", { clipboardData }));
    if (goes && isWriting(element)) change(element, "insertFromPaste", this.journal, text);
  }

  /** @param {Act} act @returns {Verdict} */
  choosing({ id, values }) {
    const element = this.target(id);
    if (typeof element === "string") return element;
    const reason = this.reason(element);
    if (reason) return reason;
    const field = /** @type {HTMLInputElement} */ (element);
    if (matches(element, "input:enabled") && typeof values?.[0] === "string") return (isDate(field) || kindOf(field) === "color") && isFree(field) && takes(field, values[0]) ? () => assign(field, String(values[0])) : "invalid";
    const list = /** @type {HTMLSelectElement} */ (element);
    return matches(element, "select:enabled") && offers(list, values) ? () => choose(list, values) : "invalid";
  }

  /** @param {string} [url] @returns {Verdict} */
  navigation(url) {
    const to = typeof url === "string" ? urlOf(url, location.href) : null;
    if (!to || !/^https?:$/.test(to.protocol) || !this.origins.includes(to.origin)) return "invalid";
    return () => location.assign(to.href);
  }
}

/** What only the customer's own click does. @param {Element} element @param {Act} act @returns {Refusal | null} */
function nativeReason(element, { button = 0 }) {
  if (!Number.isInteger(button) || button < 0 || button >= BUTTONS) return "invalid";
  if (closest(element, ":disabled")) return "disabled";
  return localName(element) === "iframe" || opens(closest(element, LEADING)) ? "native" : null;
}

/** Whether a press leads to another window, into which browsers let nobody but the customer. @param {Element | null} element */
function opens(element) {
  if (!element || !matches(element, LEADING) || navigator.userActivation?.isActive) return false;
  const { form, type } = /** @type {HTMLButtonElement} */ (element);
  const isLink = localName(element).startsWith("a");
  if (!isLink && (!form || !/^(submit|image)$/.test(type) || attributeOf(form, "method")?.toLowerCase() === "dialog")) return false;
  const base = ownerOf(element).querySelector("base[target]");
  const said = [attributeOf(element, isLink ? "target" : "formtarget"), ...[form, base].map((each) => each && attributeOf(each, "target"))];
  return !/^(_self|_top|_parent|)$/i.test(said.find((each) => typeof each === "string") ?? "");
}
