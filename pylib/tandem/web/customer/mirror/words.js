// @ts-check
// The vocabulary of attributes: which leave as they are, which say something, and which states style sheets ask for.

export const words = (/** @type {string} */ list) => new Set(list.split(/\s+/));

/** They shape the page, and hold one of few words or a measure. */
export const SHAPE = words(`type rel role dir lang hidden disabled readonly multiple required open width height size rows cols span
  rowspan colspan border align valign bgcolor color face cellpadding cellspacing nowrap wrap tabindex inert popover start
  reversed media charset autocomplete contenteditable draggable frameborder scrolling loading is slot part max maxlength min step`);

/** The same for SVG. */
export const DRAWING = words(`d viewBox fill stroke transform points x y x1 x2 y1 y2 cx cy r rx ry fx fy dx dy offset opacity xmlns
  xmlns:xlink version preserveAspectRatio gradientUnits gradientTransform spreadMethod patternUnits patternTransform
  patternContentUnits clip-path clip-rule clipPathUnits fill-rule fill-opacity stroke-width stroke-linecap stroke-linejoin
  stroke-dasharray stroke-dashoffset stroke-miterlimit stroke-opacity stop-color stop-opacity mask maskUnits
  maskContentUnits filter filterUnits in in2 result stdDeviation mode values marker-start marker-mid marker-end markerWidth
  markerHeight markerUnits refX refY orient vector-effect text-anchor dominant-baseline alignment-baseline font-family
  font-size font-weight font-style letter-spacing pathLength focusable shape-rendering visibility display overflow color`);

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
  if (!operator) return KEPT.has(attribute) || SHAPE.has(attribute) || DRAWING.has(attribute) || LABELS.has(attribute);
  return operator === "=" && /^(aria|data)-/.test(attribute) && PLAIN.test(operand);
}
