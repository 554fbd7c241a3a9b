// @ts-check
// Attributes as they leave: those that give the page its look stay, those that say something are masked unless the element
// is allowed, and every other one is dropped.

import { maskCss, maskVariable, withoutNumbers } from "./css.js";
import { GRAY, HIDDEN, unpainted } from "./drawings.js";
import { withoutCards } from "./looks.js";
import { NAME } from "../shared/assets.js";
import { HOLE } from "../shared/holes.js";
import { assetAddress, isNumbered, masked, maskedNames, maskedValue, pageAddress } from "./masks.js";
import { isDrawn, LABELS, OLD, PLAIN, SHAPE, words } from "./mirror/words.js";
import { assetName, pictureName } from "./names.js";

/** @import { Hole } from "../shared/holes.js" */

/**
 * @typedef {Record<string, any>} Attributes rrweb's: strings, and for `style` perhaps an object of changes
 * @typedef {{ width: number, height: number }} Size
 * @typedef {object} Subject
 * @property {string} tag in small letters
 * @property {string} type of a field, in small letters
 * @property {boolean} allowed
 * @property {boolean} secret
 * @property {Element | null} live
 * @property {boolean} stylesheet whether it is a <link> to a style sheet
 * @property {Size} [size] of a picture as it came
 * @property {import("./css.js").Reading} [reading] of what a style sheet says
 * @property {"gray" | "hidden" | null} [drawn] what becomes of the surface of a drawing, or of a part of it
 * @property {Hole | null} [hole] what it is whose content does not leave
 */

/** What rrweb itself adds: sizes, scrolling, the state of a player. */
const RRWEB = /^rr_(width|height|scroll(Left|Top)|media\w+|open_mode)$/;
/** What draws a path. */
const PATH = /^[\s\d.,+-]*([MLHVCSQTAZE][\s\d.,+-]*)*$/i;
const TERM = /^[\w\s/+.-]{0,40}$/;
const WORD = /^[\w\s.,:;%#()/+-]{0,4000}$/;
/** What a value may lie between. */
const LIMITS = words("min max step start meter.low meter.high meter.optimum");
/** What other parts of a page call by name, as they do by class. */
const NAMED = words("slot part exportparts is in in2 result");
/** What holds no measure. */
const WORDY = words("type role rel lang dir");
const FIELDS = words("input textarea select");
const BUTTONS = words("button submit reset");
const CHOICES = words("checkbox radio");
/** What refers to another part of a drawing, and to nothing else. */
const REFERS = /^(textpath|(linear|radial)gradient|pattern|filter|mpath)$/;

/** A gray surface in the place of a picture; of its natural size, so that the page lays it out as the picture. @param {Size} [size] */
function gray(size) {
  const natural = size?.width ? ` width='${size.width}' height='${size.height}'` : "";
  return `data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'${natural}%3E%3Crect width='100%25' height='100%25' fill='%23ddd'/%3E%3C/svg%3E`;
}

/** @param {Attributes} attributes changed in place @param {Subject} subject */
export function maskAttributes(attributes, subject) {
  const scheme = subject.tag === "meta" && attributes.name === "color-scheme" ? attributes.content : null;
  const hasPicture = subject.tag === "img" || subject.type === "image";
  const replaced = hasPicture && !subject.allowed && attributes.src;
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined) continue; // an attribute that went away
    const kept = maskAttribute(name, value, subject);
    if (kept === null) delete attributes[name];
    else attributes[name] = kept;
  }
  if (scheme) Object.assign(attributes, { name: "color-scheme", content: String(scheme).match(/\b(?:light|dark|only)\b/g)?.join(" ") ?? "" });
  if (replaced) attributes.src = gray(subject.size);
  if (subject.drawn) cover(attributes, subject.drawn);
  if (subject.hole) attributes[HOLE] = subject.hole;
}

/** @param {Attributes} attributes @param {"gray" | "hidden"} drawn */
function cover(attributes, drawn) {
  const [name, value] = (drawn === "gray" ? GRAY : HIDDEN).split(/: | !/);
  const { style = "" } = attributes;
  attributes.style = typeof style === "object" && style ? { ...style, [name]: [value, "important"] } : `${style ?? ""};${name}:${value} !important`;
  delete attributes.bgcolor;
}

/** @param {string} name @param {any} value @param {Subject} subject @returns {any} null: dropped */
function maskAttribute(name, value, subject) {
  if (name.startsWith("rr_")) return RRWEB.test(name) && /^[\w.-]{0,30}$/.test(String(value)) ? value : null;
  if (name === "_cssText") return maskCss(String(value), "sheet", subject.reading);
  if (name === "style") return maskStyle(typeof value === "string" ? understood(value) : value, undefined, subject.allowed ? "shown" : "inline");
  if (name === "value") return maskValue(String(value), subject);
  if (name === "checked" || name === "selected") return subject.allowed && !subject.secret ? value : null;
  if (name === "class" || name === "id") return maskedNames(String(value));
  if (LABELS.has(name)) return subject.allowed ? withoutCards(String(value)) : masked(String(value));
  if ((LIMITS.has(name) || LIMITS.has(`${subject.tag}.${name}`)) && !(subject.allowed && !subject.secret)) return maskLimit(String(value));
  if (SHAPE.has(name) || (name === "name" && subject.tag === "slot")) return maskShape(name, String(value));
  if (name === "href" || name === "xlink:href") return maskHref(String(value), subject);
  if (name === "src" || name === "poster") return subject.allowed ? maskPicture(String(value), subject) : null;
  if (name === "srcset") return subject.allowed ? maskSet(String(value)) : null;
  if (/^(aria|data)-/.test(name)) return PLAIN.test(String(value)) ? value : null;
  const shapes = OLD.has(`${subject.tag}.${name}`) || (subject.live && isDrawn(subject.live, name, String(value)));
  return shapes ? maskShape(name, String(value)) : null;
}

/** @param {string} value @param {Subject} subject */
function maskValue(value, { tag, type, allowed, secret }) {
  if (tag === "li") return /^-?\d{1,3}$/.test(value) ? value : null;
  if (allowed && !secret) return withoutCards(value);
  if (type === "hidden") return null;
  if (BUTTONS.has(type)) return masked(value);
  if (CHOICES.has(type) || tag === "button") return null;
  return FIELDS.has(tag) || tag === "option" ? maskedValue(value, type, secret) : null;
}

/** What a browser makes of a style attribute: nothing that is no declaration, no unknown property. @param {string} text */
function understood(text) {
  const { style } = document.createElement("i");
  style.cssText = text;
  return style.cssText;
}

/**
 * @param {any} style a text, or the properties that changed, with priority or false
 * @param {string} [property] that this is the value of
 * @param {import("./css.js").Source} [source]
 * @returns {any}
 */
export function maskStyle(style, property, source = "inline") {
  if (typeof style === "string") return property?.startsWith("--") ? maskVariable(style) : maskDeclaration(style, property, source);
  if (Array.isArray(style)) return style.map((each) => maskStyle(each, property, source));
  if (style === null || typeof style !== "object") return style;
  const said = Object.entries(style).filter(([name]) => source === "shown" || withoutNumbers(name) === name);
  return Object.fromEntries(said.map(([name, value]) => [name, maskStyle(value, name, source)]));
}

/** A value is masked as in its declaration. @param {string} value @param {string | undefined} property @param {import("./css.js").Source} source */
function maskDeclaration(value, property, source) {
  const before = property ? `${property}:` : "";
  return unpainted(maskCss(before + value, source).slice(before.length), property);
}

/** What says somebody's number or name says nothing, but is there. @param {string} name @param {string} value */
function maskShape(name, value) {
  if (/url\(/i.test(value)) return maskCss(value, "inline");
  if (name === "media") return /^[\w\s.,:()/<>=+-]{0,400}$/.test(value) ? value : null;
  if (name === "d") return PATH.test(value) ? value : null;
  if (!(WORDY.has(name) ? TERM : WORD).test(value) && !PLAIN.test(value)) return null;
  const numbered = NAMED.has(name) ? /\d{6}/.test(value) : WORDY.has(name) ? /\d{4}/.test(value) : isNumbered(value);
  return numbered ? "" : value;
}

/** A limit with as many digits, since some fields are as wide as what they can hold. @param {string} value */
function maskLimit(value) {
  if (!/^([-\d.:TWe+]{1,30}|any)$/.test(value)) return null;
  return /(?:\d\D*){4}/.test(value) ? value.replace(/\d/g, "9") : value;
}

/** @param {string} value @param {Subject} subject */
function maskHref(value, { tag, allowed, stylesheet }) {
  if (stylesheet) return assetAddress(value);
  if (tag === "a" || tag === "area") return (allowed && pageAddress(value)) || "#";
  const at = REFERS.test(tag) ? value.indexOf("#") : 0; // rrweb puts the page's address before it
  if (value[at] === "#") return value.slice(at); // within a drawing
  if (tag === "use") return allowed && value.includes("#") ? assetName(value) : null; // of another file
  return tag === "image" ? (allowed ? pictureName(value) : gray()) : null;
}

/** @param {string} value @param {Subject} subject */
function maskPicture(value, { tag }) {
  if (/^data:image\//i.test(value)) return value;
  return tag === "iframe" || tag === "script" || tag === "embed" ? null : pictureName(value);
}

/** @param {string} value */
function maskSet(value) {
  const parts = value.split(/,\s+/).map((part) => part.trim().split(/\s+/));
  const kept = parts.map(([address, ...size]) => [/^data:image\//i.test(address) ? address : pictureName(address), ...size]);
  return kept.filter(([address]) => address && !NAME.test(address)).map((part) => part.join(" ")).join(", ");
}
