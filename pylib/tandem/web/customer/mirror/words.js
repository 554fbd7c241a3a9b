// @ts-check
// The vocabulary of attributes: which leave as they are, which say something, and which states style sheets ask for.

const MATH = "http://www.w3.org/1998/Math/MathML";
const SVG = "http://www.w3.org/2000/svg";

export const words = (/** @type {string} */ list) => new Set(list.split(/\s+/));

/** They shape the page, and hold one of few words or a measure. */
export const SHAPE = words(`type rel role dir lang hidden disabled readonly multiple required open width height size rows cols span
  rowspan colspan border align valign bgcolor color face cellpadding cellspacing nowrap wrap tabindex inert popover start
  reversed media charset autocomplete contenteditable draggable frameborder scrolling loading is slot part exportparts max maxlength min
  step sizes`);

/** The same of one kind of element, where the name may be anything elsewhere. */
export const OLD = words(`body.text body.link body.vlink body.alink body.leftmargin body.topmargin body.marginwidth body.marginheight
  table.frame table.rules table.bordercolor td.bordercolor th.bordercolor img.hspace img.vspace br.clear ul.compact ol.compact
  dl.compact hr.noshade meter.low meter.high meter.optimum marquee.direction marquee.behavior`);

/** The same for SVG; components of a page's own call by such names what they like. */
const DRAWING = words(`d viewBox fill stroke transform points x y x1 x2 y1 y2 cx cy r rx ry fx fy dx dy offset opacity xmlns
  xmlns:xlink version preserveAspectRatio gradientUnits gradientTransform spreadMethod patternUnits patternTransform
  patternContentUnits clip-path clip-rule clipPathUnits fill-rule fill-opacity stroke-width stroke-linecap stroke-linejoin
  stroke-dasharray stroke-dashoffset stroke-miterlimit stroke-opacity stop-color stop-opacity mask maskUnits
  maskContentUnits filter filterUnits in in2 result stdDeviation mode values marker-start marker-mid marker-end markerWidth
  markerHeight markerUnits refX refY orient vector-effect text-anchor dominant-baseline alignment-baseline font-family
  font-size font-weight font-style letter-spacing pathLength focusable shape-rendering visibility display overflow color`);

/** The same for formulas. */
const FORMULA = words(`display displaystyle scriptlevel mathvariant mathsize mathcolor mathbackground stretchy symmetric fence
  separator lspace rspace minsize maxsize movablelimits largeop accent accentunder linethickness columnspan depth voffset form`);

/**
 * Whether an attribute shapes a part of a formula, or of a drawing: it is reflected as a number that may be animated, or is a
 * property of styles.
 * @param {Element} element @param {string} name @param {string} value
 */
export function isDrawn(element, name, value) {
  if (element.namespaceURI === MATH) return FORMULA.has(name);
  if (element.namespaceURI !== SVG) return false;
  if (DRAWING.has(name)) return true;
  const known = /** @type {any} */ (element);
  const { baseVal } = known[name] ?? known[`${name}X`] ?? {};
  return (baseVal !== undefined && typeof baseVal !== "string") || (/^[a-z]+(-[a-z]+)+$/.test(name) && [value, `${value}px`].some((each) => CSS.supports(name, each)));
}

/** What somebody reads or hears. */
export const LABELS = words(`title alt placeholder label summary aria-label aria-description aria-placeholder aria-roledescription
  aria-valuetext`);

/** Style sheets ask for them in aria-* and data-*. */
export const PLAIN = /^(true|false|mixed|on|off|open|opened|closed|collapsed|expanded|active|inactive|checked|unchecked|selected|page|step|location|date|time|none|auto|left|right|top|bottom|start|center|end|horizontal|vertical|light|dark|small|medium|large|)$/i;

/** They are there for every element that has them, perhaps with another value. */
const KEPT = words("class id style href src srcset value checked selected");
/** They leave as they are. */
const WHOLE = words("type autocomplete dir lang rel role class hidden disabled open");

/** Whether a selector finds on the agent's side what it finds here. @param {string} attribute @param {string} operator @param {string} operand */
export function isAsSent(attribute, operator, operand) {
  if (attribute.includes("|") || WHOLE.has(attribute)) return true;
  if (!operator) return KEPT.has(attribute) || SHAPE.has(attribute) || LABELS.has(attribute);
  return operator === "=" && /^(aria|data)-/.test(attribute) && PLAIN.test(operand);
}
