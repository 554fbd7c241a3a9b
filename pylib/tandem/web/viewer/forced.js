// @ts-check
// Colors that the customer's system forces on every page, as the customer sees them: no script can have the agent's browser
// do so. Each declaration of a color says by a variable what the system makes of it, in the same cascade, and a layer of
// important rules takes the variables for the colors.

import { COLORS } from "../shared/colors.js";

/** @typedef {Record<string, any>} Values by the names of properties */

const NAMES = new Map(COLORS.map((name) => [name.toLowerCase(), name]));
const COLOR = /^rgba?\([\d., ]{5,40}\)$/;
const STRING = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/.source;
const VALUE = `(?:${STRING}|[^;{}"'])+`;
const DECLARATION = new RegExp(`(?<=^|[;{\\s])(-{0,2}[a-z][\\w-]*)\\s*:\\s*(${VALUE})(?=[;}]|$)`, "gi");
const WORD = new RegExp(`${STRING}|(?<![\\w-])(?:${COLORS.join("|")})(?![\\w-])`, "gi");
const IMPORTANT = /\s*!\s*important\s*$/i;
const INHERITED = /^(?:inherit|unset|currentcolor)$/i;
/** Properties that take colors; elsewhere such words may be names. */
const COLORED = /color|^background|^border|^outline|shadow|^fill$|^stroke$|^column-rule|^text-decoration/;
const PICTURE = /var\(--tandem-\d+, url\("[^"]*"\)\)/g;
const BORDER = /^border(?:-(?:top|right|bottom|left|(?:inline|block)(?:-start|-end)?))?(?:-color)?$/;

/** What takes the place of a color of the system. @param {string} name */
const system = (name) => `var(--tandem-${name}, ${name})`;

/** Colors of the system in a value, as the customer's. @param {string} name @param {string} value */
function named(name, value) {
  const isColored = name.startsWith("--") ? NAMES.has(value.toLowerCase()) : COLORED.test(name);
  if (!isColored) return value;
  return value.replace(WORD, (word) => (NAMES.has(word.toLowerCase()) ? system(NAMES.get(word.toLowerCase()) ?? "") : word));
}

/** The first color of the system in a value. @param {string} value */
const systemIn = (value) => (value.match(WORD) ?? []).map((word) => NAMES.get(word.toLowerCase())).find((name) => name);

/** Of a declaration what the system makes of it, and what the page says, where it keeps its colors: as variables. @param {string} name @param {string} value @returns {[string, string][]} */
function variables(name, value) {
  if (name === "forced-color-adjust") return value === "auto" ? [["keep", " "], ["force", "initial"]] : [["keep", "initial"], ["force", " "]];
  const own = systemIn(value);
  const made = (/** @type {string} */ usual) => (own ? system(own) : usual);
  if (name === "color") return both("color", made(INHERITED.test(value) ? "inherit" : "var(--tandem-text)"), value);
  if (name === "background-color") return both("ground", made(ground(value)), value);
  if (name === "background") return [...both("ground", made(ground(part(value, name, "backgroundColor", value))), part(value, name, "backgroundColor")), ...image(part(value, name, "backgroundImage"))];
  if (name === "background-image") return image(value);
  if (BORDER.test(name)) return both("border", made("var(--tandem-edge)"), name.endsWith("color") ? value : part(value, "border", "borderTopColor"));
  if (name === "outline" || name === "outline-color") return both("outline", made("currentcolor"), part(value, "outline", "outlineColor"));
  return name === "box-shadow" || name === "text-shadow" ? both(name, "none", value) : [];
}

/** @param {string} name @param {string} forced @param {string} own @returns {[string, string][]} */
const both = (name, forced, own) => [[name, forced], [`${name}-own`, named("color", own)]];

/** The canvas, as opaque as a color is. @param {string} color */
const ground = (color) => (/^(?:none|transparent|initial|unset|inherit|revert)?$/i.test(color) ? "transparent" : `rgb(from ${color} var(--tandem-canvas) / alpha)`);

/** What a shorthand says of one thing. @param {string} value @param {"background" | "border" | "outline"} name @param {"backgroundColor" | "backgroundImage" | "borderTopColor" | "outlineColor"} wanted @param {string} [unknown] where only the page's variables say it */
function part(value, name, wanted, unknown = "initial") {
  /** @type {string[]} */
  const pictures = [];
  const known = value.replace(PICTURE, (picture) => `url("x:${pictures.push(picture) - 1}")`);
  if (known.includes("var(")) return unknown;
  const { style } = document.createElement("i");
  style[name] = known;
  return style[wanted].replace(/url\("x:(\d+)"\)/g, (_, at) => pictures[Number(at)]) || "initial";
}

/** Only pictures stay. @param {string} value */
const image = (value) => both("image", value.includes("gradient(") && !value.includes("url(") ? "none" : value, value);

/** A style sheet, or declarations. @param {string} css */
export function withForced(css) {
  return css.replace(DECLARATION, (_, /** @type {string} */ name, /** @type {string} */ given) => {
    const value = given.replace(IMPORTANT, "").trim();
    const end = IMPORTANT.test(given) ? " !important" : "";
    const more = variables(name.toLowerCase(), value).map(([variable, made]) => `;--tandem-${variable}:${made}${end}`);
    return `${name}:${named(name.toLowerCase(), value)}${end}${more.join("")}`;
  });
}

/** Properties of an element that have changed, with their priority or false. @param {Values} changed @returns {Values} */
export function changedForced(changed) {
  const parts = Object.entries(changed).flatMap(([name, given]) => {
    const [value, ...priority] = Array.isArray(given) ? given : [given];
    if (typeof value !== "string") return [[name, given], ...variables(name, "").map(([variable]) => [`--tandem-${variable}`, false])];
    const made = [[name, named(name, value)], ...variables(name, value).map(([variable, text]) => [`--tandem-${variable}`, text])];
    return made.map(([each, text]) => [each, priority.length ? [text, ...priority] : text]);
  });
  return Object.fromEntries(parts);
}

/** A property takes what the system makes of it, or what the page says, where it keeps its colors. @param {string} property @param {string} name */
const taken = (property, name) => `${property}: var(--tandem-keep, var(--tandem-${name}-own)) var(--tandem-force, var(--tandem-${name})) !important`;

/** What browsers say before any page does. @param {Record<string, string>} usual */
const usually = (usual) => Object.entries(usual).map(([name, value]) => `--tandem-${name}: ${value}; --tandem-${name}-own: ${value}`).join("; ");

/** Of a control. @param {string} text @param {string} face @param {string} edge */
const control = (text, face, edge) => `--tandem-text: ${system(text)}; --tandem-edge: ${system(edge)}; ${usually({ color: system(text), ground: system(face), border: system(edge) })}`;

const BUTTONS = "[type=button], [type=submit], [type=reset]";
const DRAWN = "[type=checkbox], [type=radio], [type=range], [type=image], [type=color]";
const RULES = `@layer tandem {
  :root { --tandem-keep: ; --tandem-force: initial; ${usually({ color: system("CanvasText") })} }
  *, ::before, ::after { --tandem-text: ${system("CanvasText")}; --tandem-edge: currentcolor;
    ${usually({ border: "currentcolor", outline: "currentcolor", ground: "transparent", image: "none", "box-shadow": "none", "text-shadow": "none" })} }
  :root { ${usually({ ground: system("Canvas") })} }
  :any-link { --tandem-text: ${system("LinkText")}; ${usually({ color: system("LinkText") })} }
  button, select, input:is(${BUTTONS}), ::file-selector-button { ${control("ButtonText", "ButtonFace", "ButtonBorder")} }
  textarea, input:not(${BUTTONS}, ${DRAWN}) { ${control("FieldText", "Field", "ButtonBorder")} }
  dialog, [popover] { ${usually({ color: system("CanvasText"), ground: system("Canvas") })} }
  mark { ${usually({ color: system("MarkText"), ground: system("Mark") })} }
  :is(button, input, select, textarea):disabled { --tandem-text: ${system("GrayText")}; --tandem-edge: ${system("GrayText")};
    ${usually({ color: system("GrayText"), border: system("GrayText"), ground: `rgb(from ${system("Canvas")} r g b / 0.3)` })} }
  ::placeholder { ${usually({ color: system("GrayText") })} }
  *, ::before, ::after, ::placeholder { ${["color color", "background-color ground", "border-color border", "outline-color outline", "background-image image", "box-shadow box-shadow", "text-shadow text-shadow"]
    .map((pair) => taken(.../** @type {[string, string]} */ (pair.split(" "))))
    .join("; ")}; text-decoration-color: currentcolor !important; column-rule-color: currentcolor !important }
}`;

export class Forced {
  /** @param {(id: number) => Node | null} nodeOf @param {() => Document[]} documents */
  constructor(nodeOf, documents) {
    this.nodeOf = nodeOf;
    this.documents = documents;
    this.active = false;
    this.palette = "";
    /** @type {Set<number>} hosts of shadow roots */
    this.hosts = new Set();
    /** @type {WeakMap<Document, CSSStyleSheet>} */
    this.sheets = new WeakMap();
  }

  /** A snapshot comes. @param {boolean} active whether the customer's system forces colors */
  begin(active) {
    this.active = active;
    this.palette = "";
    this.hosts.clear();
  }

  /** @param {unknown} told by the customer's page, for which nobody vouches */
  onTold(told) {
    const colors = COLORS.flatMap((name) => {
      const color = String(/** @type {any} */ (told)?.[name]);
      return COLOR.test(color) ? [[name, color]] : [];
    });
    const canvas = /[\d.]+, *[\d.]+, *[\d.]+/.exec(Object.fromEntries(colors).Canvas ?? "")?.[0].replaceAll(",", " ");
    if (!canvas) return;
    this.palette = `:root { ${[...colors, ["canvas", canvas]].map(([name, value]) => `--tandem-${name}: ${value}`).join("; ")} }`;
    this.sheets = new WeakMap();
    this.apply();
  }

  /** Let the rules hold wherever something is: what the mirror was changed into may have lost them. */
  apply() {
    if (!this.active || !this.palette) return;
    for (const page of this.documents()) this.dress(page, page);
    for (const id of this.hosts) {
      const root = /** @type {Element | null} */ (this.nodeOf(id))?.shadowRoot;
      if (root) this.dress(root, root.ownerDocument);
    }
  }

  /** @param {Document | ShadowRoot} root @param {Document} page */
  dress(root, page) {
    if (!page.defaultView) return;
    const known = this.sheets.get(page);
    const sheet = known ?? new /** @type {any} */ (page.defaultView).CSSStyleSheet();
    if (!known) sheet.replaceSync(RULES + this.palette);
    this.sheets.set(page, sheet);
    if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  }
}
