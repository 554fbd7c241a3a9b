// @ts-check
// Remote control: what an agent asks for is done only where the policy allows it, else it is refused with the reason.

import { choose, click, doubleClick, fill, hover, press, scroll, submitterOf, takesText } from "./act.js";
import { elementOf, typeOf } from "./policy.js";

/** @import { Act, Refusal } from "../shared/messages.d.ts" */
/** @import { Policy } from "./policy.js" */

/** A click on what lies within works on these. */
const WORKS = "a, button, label, input, select, textarea, summary, option, [role=button], [role=link], [onclick]";
const MAX_TEXT = 10_000;

export class Control {
  /** @param {Policy} policy @param {(id: number) => Node | null} nodeOf @param {string[]} origins that may be gone to */
  constructor(policy, nodeOf, origins) {
    this.policy = policy;
    this.nodeOf = nodeOf;
    this.origins = [location.origin, ...origins];
    /** @type {{ element: Element | null, count: number }} the clicks right before, which a double click is made of */
    this.clicks = { element: null, count: 0 };
  }

  /**
   * What is to be done, if it may be.
   * @param {Act} act
   * @returns {Refusal | (() => void)}
   */
  judge(act) {
    if (act.do === "back") return () => history.back();
    if (act.do === "forward") return () => history.forward();
    if (act.do === "reload") return () => location.reload();
    if (act.do === "navigate") return this.navigation(act.url);
    if (act.do === "scroll") return this.scrolling(act);
    const element = this.target(act);
    if (typeof element === "string") return element;
    return this.reason(element) ?? this.onElement(act, element);
  }

  /** @param {Act} act @returns {Element | Refusal} */
  target({ id, do: what }) {
    if (id === undefined && what === "key") return focused(document);
    if (!Number.isInteger(id)) return "invalid";
    const element = elementOf(this.nodeOf(Number(id)));
    return element?.isConnected ? element : "gone";
  }

  /** Why an element, or what a click on it works on, is out of bounds. @param {Element} element @returns {Refusal | null} */
  reason(element) {
    const works = element.closest(WORKS);
    const labelled = /** @type {HTMLLabelElement | null} */ (element.closest("label"))?.control ?? null;
    for (const each of [element, works, labelled]) {
      const reason = each && this.policy.refusal(each);
      if (reason) return reason;
    }
    return null;
  }

  /** @param {Act} act @param {Element} element @returns {Refusal | (() => void)} */
  onElement(act, element) {
    const before = this.clicks.element === element ? this.clicks.count : 0;
    if (act.do !== "hover") this.clicks = { element, count: act.do === "click" ? before + 1 : 0 };
    if (act.do === "click") return () => click(element);
    if (act.do === "double") return () => doubleClick(element, before);
    if (act.do === "hover") return () => hover(element);
    if (act.do === "type") return typing(element, act.text);
    if (act.do === "key") return this.key(element, act.key);
    if (act.do === "select") return selecting(element, act.value);
    if (act.do === "check") return checking(element, act.value);
    return "invalid";
  }

  /** @param {Element} element @param {string} [key] @returns {Refusal | (() => void)} */
  key(element, key) {
    if (typeof key !== "string" || key.length < 1 || key.length > 20) return "invalid";
    const button = key === "Enter" && element.tagName === "INPUT" && submitterOf(/** @type {HTMLInputElement} */ (element));
    const reason = button && this.reason(button);
    if (reason) return reason;
    if (key === "Tab") return () => this.next(element);
    return () => press(element, key);
  }

  /** The focus goes on to the next field that an agent may use. @param {Element} element */
  next(element) {
    const fields = [...document.querySelectorAll("a[href], button, input, select, textarea, [tabindex='0']")];
    const after = fields.slice(fields.indexOf(element) + 1);
    const next = after.find((each) => !this.policy.refusal(each) && each.checkVisibility?.() !== false);
    /** @type {HTMLElement | undefined} */ (next)?.focus();
  }

  /** @param {string} [url] @returns {Refusal | (() => void)} */
  navigation(url) {
    if (typeof url !== "string" || !URL.canParse(url, location.href)) return "invalid";
    const { protocol, origin, href } = new URL(url, location.href);
    if (!/^https?:$/.test(protocol) || !this.origins.includes(origin)) return "invalid";
    return () => location.assign(href);
  }

  /** @param {Act} act @returns {Refusal | (() => void)} */
  scrolling({ id, x = 0, y = 0 }) {
    if (!Number.isFinite(x) || !Number.isFinite(y)) return "invalid";
    const element = id === undefined ? document.documentElement : elementOf(this.nodeOf(id));
    if (!element?.isConnected) return "gone";
    return this.policy.blocks(element) ? "blocked" : () => scroll(element, x, y);
  }
}

/** @param {Document | ShadowRoot} root @returns {Element} what has the focus, through shadow roots and frames */
function focused(root) {
  const active = root.activeElement;
  const inner = active?.shadowRoot ?? /** @type {HTMLIFrameElement | null} */ (active)?.contentDocument;
  return inner ? focused(inner) : (active ?? document.documentElement);
}

/** @param {Element} element @param {string} [text] @returns {Refusal | (() => void)} */
function typing(element, text) {
  if (typeof text !== "string" || text.length > MAX_TEXT || !takesText(element)) return "invalid";
  return () => fill(element, text);
}

/** @param {Element} element @param {string | boolean} [value] @returns {Refusal | (() => void)} */
function selecting(element, value) {
  const list = /** @type {HTMLSelectElement | null} */ (element.closest("select"));
  if (!list || typeof value !== "string" || ![...list.options].some((each) => each.value === value)) return "invalid";
  return () => choose(list, value);
}

/** @param {Element} element @param {string | boolean} [value] @returns {Refusal | (() => void)} */
function checking(element, value) {
  if (typeof value !== "boolean" || !["checkbox", "radio"].includes(typeOf(element))) return "invalid";
  const box = /** @type {HTMLInputElement} */ (element);
  return () => box.checked !== value && click(box);
}
