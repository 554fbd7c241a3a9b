// @ts-check
// Fonts of the customer's page: those that its scripts have made, and in the place of those that do not load here, others
// that are made of what the customer's page has sent.

import { sanitizeCss } from "./addresses.js";

/** @import { Entry } from "./assets.js" */

/** @typedef {{ face: FontFace, page: Document, names: string[] }} Lack of a font that is known by these names or addresses */

const MAX_FONTS = 200;
const DESCRIPTORS = ["style", "weight", "stretch", "unicodeRange", "featureSettings", "variationSettings", "display", "ascentOverride", "descentOverride", "lineGapOverride", "sizeAdjust"];
const SOURCES = /url\("(?:data:,)?([^"\\]*)"\)(?:\s*format\("?([\w-]*)"?\))?/g;
/** Formats that no browser loads any more. */
const OLD = /^(?:embedded-opentype|svg)$/;
const SEEN = /[^\s\u2022]/;

export class Fonts {
  /** @param {(name: string) => Entry} entryOf @param {() => Document[]} documents */
  constructor(entryOf, documents) {
    this.entryOf = entryOf;
    this.documents = documents;
    /** @type {Map<FontFace, Document>} those that were made here */
    this.made = new Map();
    /** @type {Map<FontFace, Lack>} */
    this.lacking = new Map();
    /** @type {Map<string, FontFace>} those of scripts, by what was told of them */
    this.scripted = new Map();
    /** @type {WeakMap<FontFace, string>} what those of scripts are made of */
    this.sources = new WeakMap();
    /** @type {WeakSet<FontFace>} those that are known to have failed */
    this.failed = new WeakSet();
    /** @type {WeakMap<FontFace, FontFace>} what was made in the place of those of scripts */
    this.substitutes = new WeakMap();
    /** @type {WeakMap<Document, Set<string>>} which of a document's style sheets were made of what has come */
    this.filled = new WeakMap();
    /** @type {Record<string, any>[] | null} those of scripts that are to be made */
    this.told = null;
  }

  /** Forget what the page before was about. */
  restart() {
    for (const [face, page] of this.made) page.fonts.delete(face);
    for (const each of [this.made, this.scripted, this.lacking]) each.clear();
    this.filled = new WeakMap();
    this.told = null;
  }

  /** All that the page's scripts have made, in the place of what was told before. @param {any} told @param {string} origin of the page */
  onTold(told, origin) {
    const list = Array.isArray(told) ? told.slice(0, MAX_FONTS) : [];
    this.told = list.map((each) => ({ ...each, source: sanitizeCss(`src:${each?.source}`, origin).slice(4) }));
  }

  /** See which do not load. @returns {boolean} whether some are still on their way */
  look() {
    for (const [face, page] of this.made) if (!page.defaultView) this.drop(face);
    const pages = this.documents();
    if (this.told && pages[0]) this.make(pages[0], this.told);
    let loading = false;
    for (const page of pages) {
      for (const face of page.fonts) {
        loading ||= face.status === "loading";
        if (face.status === "error" && !this.failed.has(face)) this.fail(face, page);
      }
    }
    for (const [face, { page }] of this.lacking) if (!page.defaultView) this.lacking.delete(face);
    this.fill();
    return loading;
  }

  /** @param {Document} page @param {Record<string, any>[]} told */
  make(page, told) {
    this.told = null;
    const wanted = new Map(told.map((each) => [JSON.stringify(each), each]));
    for (const [key, face] of this.scripted) if (!wanted.has(key)) this.drop(face), this.scripted.delete(key);
    for (const [key, { source, ...rest }] of wanted) {
      const face = this.scripted.has(key) ? null : this.add(page, String(rest.family), source, rest);
      if (face) this.sources.set(face, source), this.scripted.set(key, face);
    }
  }

  /** @param {FontFace} face */
  drop(face) {
    for (const each of [face, this.substitutes.get(face)]) if (each) this.made.get(each)?.fonts.delete(each), this.made.delete(each);
    this.lacking.delete(face);
  }

  /** @param {Document} page @param {string} family @param {string | Uint8Array<ArrayBuffer>} source @param {Record<string, any>} given */
  add(page, family, source, given) {
    const descriptors = Object.fromEntries(DESCRIPTORS.filter((name) => typeof given[name] === "string" && given[name]).map((name) => [name, given[name]]));
    try {
      const face = new /** @type {any} */ (page.defaultView).FontFace(family, source, descriptors);
      page.fonts.add(face);
      this.made.set(face, page);
      return face;
    } catch {
      return null; // nothing that a browser could use
    }
  }

  /** @param {FontFace} face @param {Document} page */
  fail(face, page) {
    this.failed.add(face);
    const source = this.sources.get(face) ?? sourceOf(face, page);
    const names = [...source.matchAll(SOURCES)].filter(([, name, format]) => name && !OLD.test(format)).map(([, name]) => name);
    if (names.length) this.lacking.set(face, { face, page, names });
  }

  /** What an element with that style needs. @param {CSSStyleDeclaration} style @returns {Entry[]} */
  lackedBy({ fontFamily }) {
    const families = fontFamily.split(",").map(bare);
    return [...this.lacking.values()].flatMap(({ face, names }) => {
      const entry = families.includes(bare(face.family)) ? names.map((name) => this.entryOf(name)).find(({ refused }) => !refused) : null;
      return entry ? [entry] : [];
    });
  }

  /** Put what has come in the place of what has failed. */
  fill() {
    for (const { face, page, names } of [...this.lacking.values()]) {
      const bytes = names.map((name) => this.entryOf(name).bytes).find((each) => each);
      if (!bytes) continue;
      this.lacking.delete(face);
      const key = [face.family, ...DESCRIPTORS.map((name) => /** @type {any} */ (face)[name])].join();
      const filled = this.filled.get(page) ?? new Set();
      const isOfScript = this.sources.has(face);
      const made = isOfScript || !filled.has(key) ? this.add(page, face.family, bytes, face) : null;
      if (isOfScript && made) this.substitutes.set(face, made);
      else this.filled.set(page, filled.add(key));
    }
  }
}

/** @param {string} family */
const bare = (family) => family.trim().replace(/^(["'])(.*)\1$/, "$2").toLowerCase();

/** Whether something is written there, other than dots. @param {Element} element @param {string | undefined} part @param {CSSStyleDeclaration} style */
export function isWritten(element, part, { content }) {
  if (part) return content !== "none" && content !== "normal";
  const { value } = /** @type {HTMLInputElement} */ (element);
  return SEEN.test(typeof value === "string" ? value : "") || [...element.childNodes].some((each) => each.nodeType === Node.TEXT_NODE && SEEN.test(each.nodeValue ?? ""));
}

/** What the rule says that a font comes from. @param {FontFace} face @param {Document} page @returns {string} */
function sourceOf(face, page) {
  const rule = [...page.styleSheets, ...page.adoptedStyleSheets].flatMap(rulesIn).find(({ style }) => {
    const value = (/** @type {string} */ name) => style.getPropertyValue(name);
    return (
      bare(value("font-family")) === bare(face.family) &&
      (value("font-style") || "normal") === face.style &&
      (value("font-weight") || "normal") === face.weight &&
      (value("unicode-range") || "U+0-10FFFF").toUpperCase() === face.unicodeRange.toUpperCase()
    );
  });
  return rule?.style.getPropertyValue("src") ?? "";
}

/** @param {CSSStyleSheet | CSSGroupingRule} sheet @returns {CSSFontFaceRule[]} */
function rulesIn(sheet) {
  try {
    return [...sheet.cssRules].flatMap((rule) => (rule.constructor.name === "CSSFontFaceRule" ? [/** @type {CSSFontFaceRule} */ (rule)] : "cssRules" in rule ? rulesIn(/** @type {any} */ (rule)) : []));
  } catch {
    return []; // of another origin
  }
}
