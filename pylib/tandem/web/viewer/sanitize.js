// @ts-check
// Events of a customer's page that nobody vouches for, sanitized before they are replayed. What is not listed here is
// dropped: scripts, handlers, frames, links, redirects, media. The frame they are shown in runs no script in any case.

import { EventType, IncrementalSource, NodeType } from "@rrweb/types";
import { sanitizeAddress, sanitizeCss, sanitizeSrcset } from "./addresses.js";
import { NAME as ASSET } from "../shared/assets.js";
import { HOLE } from "../shared/holes.js";
import { urlOf } from "../shared/urls.js";
import { withStates } from "./attention.js";
import { changedForced, withForced } from "./forced.js";
import { holeStyle, isHole } from "./holes.js";
import { pictureFor, query, readPreferences, scheme, withOneOfSets, withPreferences } from "./media.js";

/** @import { Assets } from "./assets.js" */
/** @import { Forced } from "./forced.js" */
/** @import { Labels } from "./holes.js" */

/** @typedef {Record<string, any>} Data of an event, as rrweb's types say */

const MAX_DEPTH = 1000;
const MAX_SIZE = 20_000;
const MAX_RULES = 20_000;
const NAME = /^[a-z][a-z0-9._-]*$/i;
const CUSTOM = /^[a-z][a-z0-9._]*-[a-z0-9._-]*$/;
const ATTRIBUTE = /^[a-z_][\w:.-]*$/i;

const words = (/** @type {string} */ list) => new Set(list.split(/\s+/));

/** They stay as an empty element, so that what is numbered after them fits. */
const EMPTIED = words("script noscript base frame frameset portal fencedframe webview param");
const PLUGINS = words("object embed applet");
const PLUGIN = "display:inline-block";
/** Of what is blocked the whole size is told, with borders. */
const WHOLE = "box-sizing:border-box";
/** Elements that would start something by themselves, by something that does not; and names that have a capital letter. */
const REPLACED = /** @type {Record<string, string>} */ ({
  textpath: "textPath", // rrweb knows the others
  animate: "g",
  animatemotion: "g",
  animatetransform: "g",
  set: "g",
  handler: "g",
});
/** Elements of MathML, within its own and where the parent is not there yet. */
const FORMULA = /^(math|m(i|n|o|s|text|space|row|frac|sqrt|root|style|error|padded|phantom|su[bp]|subsup|under|over|underover|multiscripts|prescripts|table|tr|td|enclose|action)|semantics|annotation(-xml)?)$/;
const SHADOWS = words("article aside blockquote body div footer h1 h2 h3 h4 h5 h6 header main nav p section span");

const DROPPED = words(`action archive autofocus autoplay background cite classid code codebase content controls crossorigin data
  dirname download dynsrc formaction http-equiv icon imagesizes integrity is itemid itemtype longdesc lowsrc manifest
  name nonce ping popovertarget profile referrerpolicy rr_mediastate rr_src sandbox srcdoc target usemap`);
const SPECIAL = words("rr_width rr_height rr_scrollLeft rr_scrollTop");
const MEDIA = words("audio video source track");

/** What fills the customer's screen fills the mirror, as a popover. */
export const FULL = [
  ":where(.\\:fullscreen) { border: 0; padding: 0; overflow: visible; background: none; color: inherit; object-fit: contain }",
  `.\\:fullscreen { ${["position: fixed", "inset: 0", "margin: 0", "box-sizing: border-box", "width: 100%", "height: 100%", "max-width: none", "max-height: none", "transform: none", ""].join(" !important; ")} }`,
  ".\\:fullscreen::backdrop { background: black }",
];

export class Sanitizer {
  /**
   * @param {(id: number) => string} tagOf the tag of a node that is there, in small letters; of a text its parent's
   * @param {Labels} labels
   * @param {Assets} assets
   * @param {(id: number) => void} onCanvas
   * @param {Forced} forced
   */
  constructor(tagOf, labels, assets, onCanvas, forced) {
    this.forced = forced;
    this.onCanvas = onCanvas;
    this.assets = assets;
    this.tagOf = tagOf;
    this.labels = labels;
    /** Where customers may be, as the relay says; a customer can send any address. @type {Set<string>} */
    this.sites = new Set();
    this.origin = "null";
    this.preferences = readPreferences({});
    /** @type {Set<number>} the documents there are, the page's own first */
    this.documents = new Set();
  }

  /** @param {any} event @returns {any} what may be replayed, or null */
  event(event) {
    const { type, data } = event ?? {};
    if (type === EventType.DomContentLoaded || type === EventType.Load) return { type, data: {} };
    if (typeof data !== "object" || data === null) return null;
    if (type === EventType.Meta) return this.meta(data);
    if (type === EventType.Custom) return typeof data.payload === "object" && data.payload ? { type, data: { tag: "state", payload: data.payload } } : null;
    if (type === EventType.FullSnapshot) this.restart();
    if (type === EventType.FullSnapshot) return { type, data: { node: this.node(data.node, "", 0), initialOffset: offset(data.initialOffset) } };
    const sanitized = type === EventType.IncrementalSnapshot && Object.hasOwn(CHANGES, data.source) ? CHANGES[data.source](data, this) : null;
    return sanitized && { type, data: { ...sanitized, source: data.source } };
  }

  /** A new document comes. */
  restart() {
    this.documents.clear();
    this.assets.restart();
  }

  /** @param {Data} data */
  meta({ href, width, height, preferences }) {
    this.preferences = readPreferences(preferences);
    this.forced.begin(this.preferences.answers["forced-colors"]?.includes("active") ?? false);
    const url = typeof href === "string" ? urlOf(href) : null;
    this.origin = url && this.sites.has(url.origin) ? url.origin : "null";
    return { type: EventType.Meta, data: { href: this.origin, width: size(width), height: size(height) } };
  }

  /** @param {any} node serialized @param {string} parent its tag @param {number} depth @returns {Data} */
  node(node, parent, depth) {
    if (typeof node !== "object" || node === null || !Number.isInteger(node.id)) throw new TypeError("no node");
    const { id, type, rootId, isShadow } = node;
    const common = { id, type, ...(Number.isInteger(rootId) ? { rootId } : {}), ...(isShadow === true ? { isShadow } : {}) };
    if (type === NodeType.Element) return this.element(node, common, parent, depth);
    if (type === NodeType.Document) this.documents.add(id);
    if (type === NodeType.Document) return { ...common, compatMode: node.compatMode === "BackCompat" ? "BackCompat" : "CSS1Compat", childNodes: withSheets(this.children(node, "", depth)) };
    if (type === NodeType.DocumentType) return { ...common, name: "html", publicId: "", systemId: "" };
    if (type === NodeType.Text) return { ...common, ...this.text(node, parent) };
    return { ...common, type: NodeType.Comment, textContent: "" };
  }

  /** @param {Data} node @param {string} parent */
  text(node, parent) {
    const text = String(node.textContent ?? "");
    if (parent === "style" || node.isStyle === true) return { textContent: this.css(text), isStyle: true };
    return { textContent: text };
  }

  /** A style sheet, with the states and the media that the customer sees. @param {any} text */
  css(text) {
    return this.colored(withPreferences(withStates(this.inline(String(text), true)), this.preferences));
  }

  /** With the colors of the customer's system, where it forces them. @param {string} css */
  colored(css) {
    return this.forced.active ? withForced(css) : css;
  }

  /** @param {Data} node @param {string} parent @param {number} depth */
  children(node, parent, depth) {
    const children = Array.isArray(node.childNodes) && depth < MAX_DEPTH ? node.childNodes : [];
    return children.map((/** @type {any} */ child) => this.node(child, parent, depth + 1));
  }

  /** @param {Data} node @param {Data} common @param {string} parent @param {number} depth @returns {Data} */
  element(node, common, parent, depth) {
    const named = String(node.tagName);
    const tag = NAME.test(named) ? named.toLowerCase() : "span";
    if (tag === "meta" && node.attributes?.name === "color-scheme") return { ...common, tagName: "style", attributes: { _cssText: this.scheme(node.attributes.content) }, childNodes: [] };
    if (PLUGINS.has(tag)) return this.element({ ...node, tagName: "span", attributes: { ...node.attributes, style: PLUGIN }, childNodes: [] }, common, parent, depth);
    if (EMPTIED.has(tag)) return { ...common, tagName: "noscript", attributes: {}, childNodes: [] };
    if (tag === "canvas" || tag === "video") this.onCanvas(node.id);
    const tagName = REPLACED[tag] ?? (NAME.test(named) ? named : "span");
    const shadow = node.isShadowHost === true && (SHADOWS.has(tag) || CUSTOM.test(tag));
    if (shadow && this.forced.active) this.forced.hosts.add(node.id);
    return {
      ...common,
      tagName,
      attributes: this.shown(tag, node.attributes ?? {}),
      childNodes: this.children(node, tag, depth),
      ...(node.isSVG === true ? { isSVG: true } : {}),
      ...(FORMULA.test(tag) && (tag === "math" || parent === "" || FORMULA.test(parent)) ? { isMath: true } : {}),
      ...(node.isCustom === true && CUSTOM.test(tag) ? { isCustom: true } : {}),
      ...(shadow ? { isShadowHost: true } : {}),
    };
  }

  /** What a page says for all of it. @param {any} content */
  scheme(content) {
    const words = String(content).toLowerCase().match(/light|dark|only/g) ?? [];
    return words.length ? `:where(html) { color-scheme: ${scheme(words.join(" "), this.preferences)} }` : "";
  }

  /** The attributes of a whole element: of a hole with its label. @param {string} tag @param {Data} given @returns {Data} */
  shown(tag, given) {
    const attributes = this.attributes(tag, given);
    const hole = attributes[HOLE];
    if ("rr_width" in attributes) attributes.style = `${attributes.style ?? ""};${WHOLE}`;
    if (hole) attributes.style = `${attributes.style ?? ""};${holeStyle(this.labels[hole])}`;
    return attributes;
  }

  /** The same of a change, in which rrweb takes styles by their names. @param {string} tag @param {Data} given @returns {Data} */
  changed(tag, given) {
    const attributes = this.attributes(tag, given);
    if (!(HOLE in attributes)) return attributes;
    const hole = attributes[HOLE];
    const { style } = attributes;
    if (typeof style === "string") return { ...attributes, style: hole ? `${style};${holeStyle(this.labels[hole])}` : style };
    return { ...attributes, style: { ...style, background: hole ? [holeStyle(this.labels[hole], true), "important"] : false } };
  }

  /** @param {string} tag in small letters; "" if it is not known @param {Data} attributes @returns {Data} */
  attributes(tag, attributes) {
    if (tag === "meta") return {};
    /** @type {Data} */
    const left = {};
    for (const [name, value] of Object.entries(attributes)) {
      const kept = value === null ? null : this.attribute(tag, name, value);
      if (kept !== undefined) left[name] = kept;
    }
    if (typeof left.id === "string" && left.id in HTMLFormElement.prototype) unnamed(left, tag);
    if (HOLE in left) left["aria-label"] = left[HOLE] && this.labels[left[HOLE]];
    if (tag === "link" && left.rel !== "stylesheet" && !("_cssText" in left)) return {};
    const chosen = "srcset" in left && left.srcset ? pictureFor(left.srcset, this.preferences) : null;
    if (chosen) Object.assign(left, { srcset: `${chosen.address} ${chosen.density}x` }, chosen.density !== 1 && "src" in left ? { src: null } : {});
    return left;
  }

  /** @param {string} tag @param {string} name @param {any} value @returns {any} undefined: dropped */
  attribute(tag, name, value) {
    const small = name.toLowerCase();
    if (small.startsWith("on") || !ATTRIBUTE.test(name)) return undefined;
    if (small === "style") return this.style(value);
    if (small === HOLE) return isHole(value, this.labels) ? value : undefined;
    if (name === "_cssText") return this.css(value);
    if (name === "rr_dataURL") return /^data:image\//i.test(String(value)) ? sanitizeAddress(String(value), this.origin) ?? undefined : undefined;
    if (small.startsWith("rr_")) return SPECIAL.has(name) && ["number", "string"].includes(typeof value) ? this.inline(String(value), true) : undefined;
    if (small === "name" && (tag === "input" || tag === "slot")) return String(value); // radio buttons exclude each other by it
    if (DROPPED.has(small)) return undefined;
    if (typeof value === "boolean" || typeof value === "number") return value;
    return typeof value === "string" ? this.worded(tag, small, value) : undefined;
  }

  /** @param {string} tag @param {string} name @param {string} value */
  worded(tag, name, value) {
    if (name === "href" || name === "xlink:href") return this.href(tag, value);
    if (name === "src" || name === "poster") return MEDIA.has(tag) && name === "src" ? undefined : this.source(tag, value);
    if (name === "srcset") return sanitizeSrcset(value, this.origin);
    if (name === "media") return query(value, this.preferences);
    if (name === "rel") return tag === "link" && value.toLowerCase().split(/\s+/).includes("stylesheet") ? "stylesheet" : undefined;
    if (name === "type" && tag === "input") return value.toLowerCase() === "file" ? "text" : value;
    return /url\(|\\/i.test(value) && name !== "value" ? this.inline(value, true) : value;
  }

  /** @param {string} tag @param {string} value */
  href(tag, value) {
    if (tag === "link") return sanitizeAddress(value, this.origin) ?? undefined;
    if (tag === "image" || tag === "feimage") return this.picture(value);
    if (tag === "a" || tag === "area") return "#";
    if (tag === "use" && ASSET.test(value)) return this.assets.symbol(value);
    return /^#[\w:.-]*$/.test(value) ? value : undefined;
  }

  /** @param {string} tag @param {string} value */
  source(tag, value) {
    return tag !== "" && tag !== "img" && tag !== "input" && tag !== "video" ? undefined : this.picture(value);
  }

  /** @param {string} value */
  picture(value) {
    const address = sanitizeAddress(value, this.origin);
    if (address === null) return /^https?:/i.test(value) ? this.assets.source(value, true) : undefined;
    return /^data:/i.test(address) ? address : this.assets.source(address);
  }

  /** Declarations alone. @param {string} text @param {boolean} [inSheet] whether it is a whole style sheet */
  inline(text, inSheet = false) {
    return sanitizeCss(withOneOfSets(text, this.preferences), this.origin, (address) => this.assets.image(address, inSheet));
  }

  /** A text, or the properties that changed, with their priority or false. @param {any} value @param {boolean} [inSheet] @returns {any} */
  style(value, inSheet) {
    if (typeof value === "string") return this.colored(withPreferences(this.inline(value, inSheet), this.preferences));
    if (Array.isArray(value)) return value.slice(0, 2).map((each) => this.style(each));
    if (typeof value !== "object" || value === null) return value === false ? false : undefined;
    const parts = Object.entries(value).map(([name, each]) => [name, name === "color-scheme" && typeof each === "string" ? scheme(each, this.preferences) : this.style(each)]);
    const kept = Object.fromEntries(parts.filter(([, each]) => each !== undefined));
    return this.forced.active ? changedForced(kept) : kept;
  }

  /** @param {any} rules */
  rules(rules) {
    if (!Array.isArray(rules)) return [];
    return rules.slice(0, MAX_RULES).map((each) => ({ ...each, rule: this.css(each?.rule ?? "") }));
  }
}

/** By the source of a change; what is not here is dropped. @type {Record<number, (data: Data, sanitizer: Sanitizer) => Data | null>} */
const CHANGES = {
  [IncrementalSource.Mutation]: mutation,
  [IncrementalSource.MouseMove]: moves,
  [IncrementalSource.MouseInteraction]: plain, // the frame's own elements get no focus
  [IncrementalSource.Scroll]: plain,
  [IncrementalSource.ViewportResize]: ({ width, height }) => ({ width: size(width), height: size(height) }),
  [IncrementalSource.Input]: ({ id, text, isChecked }) => ({ id, text: String(text ?? ""), isChecked: isChecked === true }),
  [IncrementalSource.TouchMove]: moves,
  [IncrementalSource.StyleSheetRule]: sheet,
  [IncrementalSource.Drag]: moves,
  [IncrementalSource.StyleDeclaration]: ({ set, ...rest }, sanitizer) => ({ ...rest, ...(set ? { set: { ...set, value: sanitizer.style(set.value, true) } } : {}) }),
  [IncrementalSource.Selection]: plain,
  [IncrementalSource.AdoptedStyleSheet]: adopted,
};

/** @param {Data} data numbers and texts alone */
function plain(data) {
  return Object.fromEntries(Object.entries(data).filter(([, value]) => typeof value !== "object" || Array.isArray(value)));
}

/** @param {Data} data */
function moves({ positions }) {
  const good = (/** @type {any} */ each) => [each?.x, each?.y, each?.id, each?.timeOffset].every(Number.isFinite);
  const kept = Array.isArray(positions) ? positions.filter(good) : [];
  return kept.length ? { positions: kept.map(({ x, y, id }) => ({ x, y, id, timeOffset: 0 })) } : null;
}

/** @param {Data} data @param {Sanitizer} sanitizer */
function mutation({ adds, removes, texts, attributes }, sanitizer) {
  const list = (/** @type {any} */ each) => (Array.isArray(each) ? each : []);
  return {
    removes: list(removes),
    adds: list(adds).map((add) => ({ ...add, node: sanitizer.node(add.node, sanitizer.tagOf(add.parentId), 0) })),
    texts: list(texts).map(({ id, value }) => ({ id, value: value === null ? null : sanitizer.tagOf(id) === "style" ? sanitizer.css(value) : String(value) })),
    attributes: list(attributes).map(({ id, attributes: changed }) => ({ id, attributes: sanitizer.changed(sanitizer.tagOf(id), changed ?? {}) })),
  };
}

/** @param {Data} data @param {Sanitizer} sanitizer */
function sheet({ adds, replace, replaceSync, ...rest }, sanitizer) {
  return {
    ...rest,
    ...(adds ? { adds: sanitizer.rules(adds) } : {}),
    ...(typeof replace === "string" ? { replace: sanitizer.css(replace) } : {}),
    ...(typeof replaceSync === "string" ? { replaceSync: sanitizer.css(replaceSync) } : {}),
  };
}

/** @param {Data} data @param {Sanitizer} sanitizer */
function adopted({ id, styleIds, styles }, sanitizer) {
  const kept = Array.isArray(styles) ? styles.map((each) => ({ styleId: each?.styleId, rules: sanitizer.rules(each?.rules) })) : undefined;
  return { id, styleIds, ...(kept ? { styles: kept } : {}) };
}

/** The children of a document: style sheets of its instructions, which come before the root, are put into it. @param {Data[]} children */
function withSheets(children) {
  const [sheets, others] = [true, false].map((wanted) => children.filter(({ tagName }) => (tagName === "style") === wanted));
  const root = others.find(({ type }) => type === NodeType.Element);
  const head = root?.childNodes.find((/** @type {Data} */ { tagName }) => tagName === "head") ?? root;
  head?.childNodes.unshift(...sheets);
  return others;
}

/** Keep the name of a field, or picture, from lying over what its form has by that name. @param {Data} attributes @param {string} tag */
function unnamed(attributes, tag) {
  if (tag === "img" || attributes.id in Node.prototype) delete attributes.id;
  else attributes.form = "-"; // of none, once it is in the page
}

/** @param {any} value */
function offset(value) {
  return { left: Number(value?.left) || 0, top: Number(value?.top) || 0 };
}

/** @param {any} value @returns {number} CSS pixels */
function size(value) {
  return Math.min(MAX_SIZE, Math.max(1, Math.round(Number(value)) || 1));
}
