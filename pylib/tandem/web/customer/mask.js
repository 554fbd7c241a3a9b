// @ts-check
// The one gate that every recorded event passes before it leaves: masked by default, by asking the policy about the live
// node. What is not listed here is dropped. Events are changed in place.

import { EventType, IncrementalSource, NodeType } from "@rrweb/types";
import { maskAttributes, maskStyle } from "./attributes.js";
import { maskCss } from "./css.js";
import { drawingOf, isGrid, isRich } from "./drawings.js";
import { holeOf, roomOf } from "./holes.js";
import { withoutCards } from "./looks.js";
import { masked, maskedLines, pageAddress } from "./masks.js";
import { Conditions } from "./mirror/conditions.js";
import { Roots } from "./mirror/roots.js";
import { mediaOf } from "./mirror/sheets.js";
import { wholeStyle } from "./mirror/shorthands.js";
import { attributeOf, isElement, localName, matches, parentElement } from "./nodes.js";
import { elementOf, summaryOf, typeOf } from "./policy.js";
import { preferences } from "./preferences.js";
import { rootOf } from "./roots.js";

/** @import { Policy, Where } from "./policy.js" */

/** @typedef {Record<string, any>} Data of an event, as rrweb's types say */
export class Masker {
  /**
   * @param {Policy} policy
   * @param {(id: number) => Node | null} nodeOf the live node
   * @param {(node: Node) => number} idOf -1 if it is not recorded
   * @param {{ note: (node: Node) => void, changed: (node: Node | null) => void }} state of what is recorded
   */
  constructor(policy, nodeOf, idOf, state) {
    this.policy = policy;
    this.nodeOf = nodeOf;
    this.idOf = idOf;
    this.state = state;
    this.roots = new Roots();
    this.conditions = new Conditions();
    /** @type {WeakMap<Element, StyleSheet | null>} those whose text was sent, of which element */
    this.sheets = new WeakMap();
    /** How a style sheet is masked. @type {import("./css.js").Reading} */
    this.reading = { named: (css) => this.conditions.named(css) };
    /** @type {Map<(element: Element) => boolean, Map<Element, boolean>>} what was found out for the event at hand */
    this.known = new Map();
    const same = (/** @type {Data} */ data) => data;
    /** @type {Record<number, (data: Data) => Data | null>} by the source of a change; what is not here never leaves */
    this.changes = {
      [IncrementalSource.Mutation]: (data) => this.mutation(data),
      [IncrementalSource.MouseMove]: same,
      [IncrementalSource.MouseInteraction]: (data) => (data.id < 0 ? null : data), // none on what is not shown
      [IncrementalSource.Scroll]: same,
      [IncrementalSource.ViewportResize]: same,
      [IncrementalSource.Input]: ({ id }) => (this.state.changed(this.nodeOf(id)), null), // the state says it, of all fields that it changes
      [IncrementalSource.TouchMove]: same,
      [IncrementalSource.MediaInteraction]: same, // the state of audio and video
      [IncrementalSource.StyleSheetRule]: (data) => this.rules(data),
      [IncrementalSource.Drag]: same,
      [IncrementalSource.StyleDeclaration]: (data) => this.declaration(data),
      [IncrementalSource.Selection]: same, // node numbers and offsets
      [IncrementalSource.AdoptedStyleSheet]: (data) => this.adopted(data),
      [IncrementalSource.CustomElement]: same, // names
    };
  }

  /** @param {any} event @returns {any} the event, or null if nothing of it may leave */
  event(event) {
    const { type, data } = event;
    this.known.clear();
    this.reading.isShown = this.policy.allows(document.documentElement);
    if (type === EventType.DomContentLoaded || type === EventType.Load) return { ...event, data: {} };
    if (type === EventType.Meta) return { ...event, data: { ...data, href: pageAddress(data.href) ?? location.origin, preferences: preferences() } };
    if (type === EventType.FullSnapshot) {
      this.roots.clear();
      this.node(data.node, { allowed: false, hidden: false }, null);
      return event;
    }
    if (type === EventType.Custom && /animation|shown/.test(data.tag)) return this.policy.blocks(this.nodeOf(data.payload.id)) ? null : event;
    if (type === EventType.Custom && data.tag === "fonts") return event;
    if (type !== EventType.IncrementalSnapshot || !this.changes[data.source]) return null;
    const left = this.changes[data.source](data);
    return left && { ...event, data: left };
  }

  /** @param {Data} node serialized @param {Where} where its parent is @param {string | null} parent tag of it */
  node(node, where, parent) {
    if (node.type === NodeType.Element) this.element(node, where);
    else if (node.type === NodeType.Document) this.document(node, where);
    else if (node.type === NodeType.Text) node.textContent = this.text(node.textContent, where, parent);
    else if (node.type === NodeType.DocumentType) Object.assign(node, { publicId: "", systemId: "" });
    else node.textContent = "";
  }

  /** @param {Data} node @param {Where} where */
  document(node, where) {
    const live = this.nodeOf(node.id);
    if (live) this.state.note(live);
    this.roots.add(live);
    for (const child of node.childNodes) this.node(child, where, null);
  }

  /** @param {Data} node @param {Where} where */
  element(node, where) {
    const live = elementOf(this.nodeOf(node.id));
    if (live) this.state.note(live);
    const here = this.policy.within(where, live);
    const { allowed, hidden: blocked } = here;
    const subject = this.subject(live, node.tagName, allowed && !blocked);
    if (node.attributes.style) node.attributes.style = wholeStyle(live) ?? node.attributes.style;
    maskAttributes(node.attributes, subject);
    if (live) this.ofSheet(node.attributes, live, Object.keys(node.attributes));
    if (live && !blocked) this.conditions.mark(node.attributes, live, { allowed, secret: subject.secret || here.named });
    if (live) this.roots.add(rootOf(live));
    if (live && subject.hole === "plugin") Object.assign(node.attributes, roomOf(live));
    if (blocked || (!allowed && this.isDrawing(live))) node.childNodes = [];
    const within = { ...here, allowed: allowed && !subject.secret };
    const concealed = { ...within, allowed: false };
    const summary = here.shut && live ? summaryOf(live) : null;
    for (const child of node.childNodes) {
      this.node(child, here.shut && this.nodeOf(child.id) !== summary ? concealed : within, tagOf(live));
    }
  }

  /** Of the element of a style sheet: whether it is on, and for what. @param {Data} attributes @param {Element} live @param {string[]} changed */
  ofSheet(attributes, live, changed) {
    if (!/^(style|link)$/.test(localName(live)) || !("sheet" in live && "media" in live)) return;
    if ("_cssText" in attributes) this.sheets.set(live, /** @type {StyleSheet | null} */ (live.sheet));
    else if (!changed.some((name) => /^(media|disabled|type|href)$/.test(name))) return;
    const media = mediaOf(/** @type {HTMLStyleElement} */ (live));
    attributes.media = media && /^[\w\s.,:;%#()/+<>=-]{0,4000}$/.test(media) ? media : null;
  }

  /** Whether an element is a drawing, or part of one, that could be read. @param {Element | null} live */
  isDrawing(live) {
    const drawing = drawingOf(live);
    return drawing !== null && this.once(isRich, drawing);
  }

  /** Ask once for each element. @param {(element: Element) => boolean} ask @param {Element | null} element */
  once(ask, element) {
    if (!element) return false;
    const known = this.known.get(ask) ?? new Map();
    this.known.set(ask, known);
    if (!known.has(element)) known.set(element, ask(element));
    return known.get(element) === true;
  }

  /** What covers the surface of what is masked and drawn. @param {Element | null} live @returns {"gray" | "hidden" | null} */
  cover(live) {
    if (!live) return null;
    if (this.once(isGrid, live) || (localName(live) === "svg" && this.isDrawing(live))) return "gray";
    return this.once(isGrid, parentElement(live)) ? "hidden" : null;
  }

  /** @param {Element | null} live @param {string} tag @param {boolean} allowed */
  subject(live, tag, allowed) {
    // The natural size: for the one on the page the browser would have to lay out the whole page at every change.
    const { naturalWidth: width = 0, naturalHeight: height = 0 } = tag === "img" ? /** @type {any} */ (live ?? {}) : {};
    return {
      tag,
      live,
      type: live ? typeOf(live) : "",
      allowed,
      secret: live === null || this.policy.isSecret(live),
      stylesheet: live !== null && localName(live) === "link" && /(^|\s)stylesheet(\s|$)/i.test(attributeOf(live, "rel") ?? ""),
      size: { width, height },
      drawn: allowed ? null : this.cover(live),
      reading: this.reading,
      hole: live && (this.policy.pictured.has(live) && this.policy.shows(live) ? null : holeOf(live)),
    };
  }

  /** @param {string | null} text @param {Where} where @param {string | null} parent */
  text(text, { allowed, hidden }, parent) {
    if (!text || hidden || parent === "script" || parent === "noscript") return "";
    if (parent === "style") return maskCss(text, "sheet", this.reading);
    if (allowed) return withoutCards(text);
    return parent === "pre" ? maskedLines(text) : masked(text);
  }

  /** @param {Data} data */
  mutation(data) {
    const texts = data.texts.filter((/** @type {Data} */ text) => this.changedText(text));
    const attributes = data.attributes.filter((/** @type {Data} */ change) => this.changedAttributes(change));
    const adds = data.adds.filter((/** @type {Data} */ add) => this.added(add));
    return { ...data, texts, attributes, adds };
  }

  /** @param {Data} text */
  changedText(text) {
    const live = this.nodeOf(text.id);
    const parent = elementOf(live);
    if (!live || this.policy.hides(live)) return false;
    const where = { allowed: this.policy.allows(live), hidden: false };
    text.value = text.value === null ? null : this.text(text.value, where, tagOf(parent));
    return true;
  }

  /** @param {Data} change */
  changedAttributes(change) {
    const live = this.nodeOf(change.id);
    if (!isElement(live) || this.policy.blocks(live)) return false;
    const element = live;
    const allowed = this.policy.allows(element);
    if (!allowed && element !== drawingOf(element) && this.isDrawing(element)) return false;
    const subject = this.subject(element, localName(element), allowed);
    const changed = Object.keys(change.attributes);
    if (change.attributes.style) change.attributes.style = wholeStyle(element) ?? change.attributes.style;
    maskAttributes(change.attributes, subject);
    this.ofSheet(change.attributes, element, changed);
    this.conditions.update(change.attributes, element, changed, this.asked(element));
    return true;
  }

  /** @param {Data} add */
  added(add) {
    const parent = this.nodeOf(add.parentId);
    if (!parent || this.policy.blocks(parent)) return false;
    const element = elementOf(parent);
    const allowed = this.policy.allows(parent) && !(element && this.policy.isSecret(element));
    if (!allowed && this.isDrawing(element)) return false;
    const shut = element !== null && matches(element, "details:not([open])") && this.nodeOf(add.node.id) !== summaryOf(element);
    const root = add.node.isShadow && element ? rootOf(element) : null;
    if (root && !this.roots.known.has(root)) this.roots.add(root); // of a host that was there before
    const named = this.policy.isNamed(parent);
    this.node(add.node, { allowed: allowed && !shut, hidden: false, named }, tagOf(element));
    return true;
  }

  /** @param {Data} data rules put into a style sheet, or taken out */
  rules(data) {
    const left = { ...data };
    for (const whole of ["replace", "replaceSync"]) if (left[whole]) left[whole] = maskCss(left[whole], "sheet", this.reading);
    if (left.adds) left.adds = this.maskRules(left.adds);
    return left;
  }

  /** @param {Data} data */
  declaration(data) {
    if (!data.set) return data;
    const { property, value, priority } = data.set;
    return { ...data, set: { property, value: maskStyle(value, property), priority } };
  }

  /** @param {Data} data */
  adopted(data) {
    if (this.policy.blocks(this.nodeOf(data.id))) return null;
    const styles = data.styles?.map((/** @type {Data} */ style) => ({ ...style, rules: this.maskRules(style.rules) }));
    return styles ? { ...data, styles } : data;
  }

  /** @param {Data[]} rules */
  maskRules(rules) {
    return rules.map((rule) => ({ ...rule, rule: maskCss(rule.rule ?? "", "sheet", this.reading) }));
  }

  /** What a style sheet that came later asks of elements that were sent before, as an event of its own. @returns {any} null: nothing */
  late() {
    const fresh = this.conditions.fresh.splice(0);
    if (fresh.length === 0) return null;
    /** @type {Map<Element, Record<string, any>>} */
    const found = new Map();
    for (const root of this.roots.list()) for (const condition of fresh) this.ask(root, condition, found);
    const attributes = [...found].map(([element, changed]) => ({ id: this.idOf(element), attributes: changed }));
    const data = { source: IncrementalSource.Mutation, texts: [], attributes, removes: [], adds: [] };
    return attributes.length ? { type: EventType.IncrementalSnapshot, timestamp: Date.now(), data } : null;
  }

  /** @param {Document | ShadowRoot} root @param {import("./mirror/conditions.js").Condition} condition @param {Map<Element, Record<string, any>>} found */
  ask(root, condition, found) {
    for (const element of root.querySelectorAll(condition.selector)) {
      if (this.idOf(element) < 0 || this.policy.blocks(element)) continue;
      const changed = found.get(element) ?? {};
      this.conditions.tell(changed, element, condition, this.asked(element));
      if (Object.keys(changed).length) found.set(element, changed);
    }
  }

  /** What may be told of an element. @param {Element} element */
  asked(element) {
    return { allowed: this.policy.allows(element), secret: this.policy.isSecret(element) || this.policy.isNamed(element) };
  }
}

/** The tag that a text is in. In what is called a style and is none, it is no style sheet but shown. @param {Element | null} element */
const tagOf = (element) => (!element || (localName(element) === "style" && !("sheet" in element)) ? null : localName(element));
