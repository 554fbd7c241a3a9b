// @ts-check
// Whether an element shows, in the words of every browser from the floor of versions on (cotab_kit/tools/floor): Chromium had
// other names for the options before 121, and Safari has the question itself since 17.4. A form may have a field of that name.

/** @param {Element} element @param {{ opacity?: boolean }} [how] whether what is transparent counts as not shown */
export function shows(element, { opacity = false } = {}) {
  const options = { visibilityProperty: true, checkVisibilityCSS: true, opacityProperty: opacity, checkOpacity: opacity };
  const { checkVisibility, getClientRects } = Element.prototype;
  return checkVisibility?.call(element, options) ?? (getClientRects.call(element).length > 0 && getComputedStyle(element).visibility === "visible");
}
