// @ts-check
// A symbol of another SVG file as a small file of its own: what it draws and what that refers to, elements and attributes of
// a list alone. The customer's side makes it of the site's file, the agent's makes it anew of what has come.

const SVG = "http://www.w3.org/2000/svg";
const MAX_ELEMENTS = 5000;
const MAX_DEPTH = 50;

const words = (/** @type {string} */ list) => new Set(list.split(/\s+/));

const ELEMENTS = words(`svg symbol g defs use path rect circle ellipse line polyline polygon text tspan linearGradient radialGradient
  stop clipPath mask pattern marker filter feBlend feColorMatrix feComponentTransfer feComposite feDropShadow feFlood feFuncA
  feFuncB feFuncG feFuncR feGaussianBlur feMerge feMergeNode feMorphology feOffset feTurbulence`);
const ATTRIBUTES = words(`d viewBox preserveAspectRatio x y x1 x2 y1 y2 cx cy r rx ry fx fy dx dy width height points transform
  pathLength offset fill stroke color opacity clip-path clip-rule fill-rule fill-opacity stroke-width stroke-linecap stroke-linejoin
  stroke-dasharray stroke-dashoffset stroke-miterlimit stroke-opacity stop-color stop-opacity vector-effect paint-order mask filter
  marker-start marker-mid marker-end markerWidth markerHeight markerUnits refX refY orient overflow visibility display
  gradientUnits gradientTransform spreadMethod patternUnits patternTransform patternContentUnits clipPathUnits maskUnits
  maskContentUnits filterUnits primitiveUnits in in2 result stdDeviation mode values type operator k1 k2 k3 k4 radius
  flood-color flood-opacity baseFrequency numOctaves seed tableValues slope intercept amplitude exponent text-anchor
  dominant-baseline font-family font-size font-weight font-style letter-spacing shape-rendering color-interpolation-filters`);
/** What an attribute may say: nothing that loads, or ends where it stands. */
const VALUE = /^[\w\s.,:;!%#()+*/'"-]*$/;
const LOADS = /url\(|image|src\(|import|script/i;
const REFERENCE = /url\(\s*["']?#([\w:.-]+)["']?\s*\)/g;

/** The fragment by which the symbol is found in its file. */
export const TARGET = "t0";

/**
 * @param {Element} target in its file
 * @param {(element: Element) => string} [styled] what style sheets of the file say of an element
 * @returns {string | null} the text of a file; null if there is nothing to show
 */
export function symbolOf(target, styled = () => "") {
  const copy = new Copy(target, styled);
  const first = copy.element(target);
  return first && `<svg xmlns="${SVG}">${first}<defs>${copy.rest()}</defs></svg>`;
}

class Copy {
  /** @param {Element} target @param {(element: Element) => string} styled */
  constructor(target, styled) {
    this.target = target;
    this.styled = styled;
    this.names = new Map([[target.id, TARGET]]);
    /** @type {Element[]} what is referred to, and was not copied yet */
    this.wanted = [];
    this.count = 0;
  }

  /** @param {Element} element @param {number} [depth] @returns {string} */
  element(element, depth = 0) {
    const { localName: tag, namespaceURI } = element;
    if (namespaceURI !== SVG || !ELEMENTS.has(tag) || (this.count += 1) > MAX_ELEMENTS || depth > MAX_DEPTH) return "";
    const inner = [...element.childNodes].map((child) => (isElement(child) ? this.element(child, depth + 1) : textOf(child, tag)));
    return `<${tag}${this.attributes(element)}>${inner.join("")}</${tag}>`;
  }

  /** @param {Element} element */
  attributes(element) {
    const id = element === this.target ? TARGET : element.id && this.name(element.id);
    const href = element.getAttribute("href") ?? element.getAttribute("xlink:href") ?? "";
    const link = href.startsWith("#") ? `#${this.name(href.slice(1))}` : "";
    const style = `${this.styled(element)};${element.getAttribute("style") ?? ""}`.split(";").map((each) => this.value(each.trim())).filter(Boolean).join(";");
    const rest = [...ATTRIBUTES].map((name) => [name, this.value(element.getAttribute(name) ?? "")]);
    return [["id", id], ["href", link], ["style", style], ...rest].map(([name, value]) => value && ` ${name}="${escaped(value)}"`).join("");
  }

  /** @param {string} value */
  value(value) {
    const bare = value.replace(REFERENCE, "");
    return VALUE.test(bare) && !LOADS.test(bare) ? value.replace(REFERENCE, (_, /** @type {string} */ id) => `url(#${this.name(id)})`) : "";
  }

  /** What an id is called in the copy. @param {string} id */
  name(id) {
    const known = this.names.get(id);
    if (known) return known;
    const made = `t${this.names.size}`;
    this.names.set(id, made);
    const found = this.target.ownerDocument.getElementById(id);
    if (found && !this.target.contains(found) && !found.contains(this.target)) this.wanted.push(found);
    return made;
  }

  /** What the target refers to, and what that does. */
  rest() {
    let text = "";
    for (let next = this.wanted.shift(); next; next = this.wanted.shift()) text += this.element(next);
    return text;
  }
}

/** @param {Node} node @returns {node is Element} */
const isElement = (node) => node.nodeType === Node.ELEMENT_NODE;

/** @param {Node} node @param {string} tag of its parent */
const textOf = (node, tag) => (node.nodeType === Node.TEXT_NODE && /^(?:text|tspan)$/.test(tag) ? escaped(node.nodeValue ?? "") : "");

/** @param {string} text */
const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
