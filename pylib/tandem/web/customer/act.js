// @ts-check
// How an agent's click, key or text reaches an element of the customer's page: events as a user's would come, and the native
// setters, so that frameworks notice. These events are untrusted, as browsers say: no file dialog opens.

/** @typedef {Window & typeof globalThis} Realm */

/** @param {Element} element @returns {Realm} the window whose classes it is made of */
const realmOf = (element) => /** @type {Realm} */ (element.ownerDocument.defaultView ?? window);

const TEXT_TYPES = new Set(["text", "search", "email", "tel", "url", "number", "date", "datetime-local", "month", "week", "time", "color", "range"]);
const FOCUSABLE = "a[href], button, input, select, textarea, summary, [tabindex], [contenteditable]";

/** @param {Element} element @param {string[]} types */
function point(element, types) {
  const { x, y, width, height } = element.getBoundingClientRect();
  const realm = realmOf(element);
  const at = { clientX: x + width / 2, clientY: y + height / 2, view: realm, bubbles: true, cancelable: true, composed: true };
  for (const type of types) {
    const Kind = type.startsWith("pointer") ? realm.PointerEvent : realm.MouseEvent;
    element.dispatchEvent(new Kind(type, { ...at, ...(type.startsWith("pointer") ? { pointerType: "mouse", isPrimary: true } : {}) }));
  }
}

/** @param {Element} element */
export function click(element) {
  point(element, ["pointerover", "mouseover", "pointerdown", "mousedown"]);
  focus(element);
  point(element, ["pointerup", "mouseup"]);
  if ("click" in element) /** @type {HTMLElement} */ (element).click();
  else point(element, ["click"]);
}

/** @param {Element} element @param {number} clicks that have come already, of the two */
export function doubleClick(element, clicks) {
  for (let each = clicks; each < 2; each += 1) click(element);
  point(element, ["dblclick"]);
}

/** @param {Element} element */
export function hover(element) {
  point(element, ["pointerover", "pointerenter", "mouseover", "mouseenter", "pointermove", "mousemove"]);
}

/** @param {Element} element */
export function focus(element) {
  const target = /** @type {HTMLElement | null} */ (element.closest(FOCUSABLE));
  if (target) target.focus({ preventScroll: true });
  else /** @type {HTMLElement | null} */ (element.ownerDocument.activeElement)?.blur?.();
}

/** Whether text can be put in. @param {Element} element */
export function takesText(element) {
  if (element.tagName === "TEXTAREA") return isFree(element);
  if (element.tagName === "INPUT") return TEXT_TYPES.has(/** @type {HTMLInputElement} */ (element).type) && isFree(element);
  return /** @type {HTMLElement} */ (element).isContentEditable === true;
}

/** @param {Element} element */
function isFree(element) {
  const { disabled, readOnly } = /** @type {HTMLInputElement} */ (element);
  return !disabled && !readOnly;
}

/** Put a text in the place of what a field holds. @param {Element} element @param {string} text */
export function fill(element, text) {
  focus(element);
  const { maxLength = -1 } = /** @type {HTMLInputElement} */ (element);
  setText(element, maxLength < 0 ? text : text.slice(0, maxLength), "insertText");
  changed(element);
}

/** Put a text at the cursor, or take away what stands before or after it. @param {Element} element @param {string} text @param {-1 | 0 | 1} [away] */
export function insert(element, text, away = 0) {
  const field = /** @type {HTMLInputElement} */ (element);
  const content = contentOf(element);
  const start = field.selectionStart ?? content.length;
  const end = field.selectionEnd ?? start;
  const from = away < 0 && start === end ? Math.max(0, start - 1) : start;
  const to = away > 0 && start === end ? end + 1 : end;
  setText(element, content.slice(0, from) + text + content.slice(to), text ? "insertText" : "deleteContentBackward");
  if (field.selectionStart !== null && "setSelectionRange" in field) field.setSelectionRange(from + text.length, from + text.length);
}

/** @param {Element} element */
function contentOf(element) {
  return "value" in element ? String(element.value) : (element.textContent ?? "");
}

/** @param {Element} element @param {string} text @param {string} inputType */
function setText(element, text, inputType) {
  if ("value" in element) setNatively(element, "value", text);
  else element.textContent = text;
  const { InputEvent } = realmOf(element);
  element.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true, inputType, data: text }));
}

/** As the browser does it, past what frameworks put over it. @param {Element} element @param {string} name @param {unknown} value */
function setNatively(element, name, value) {
  const setter = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(element), name)?.set;
  if (setter) setter.call(element, value);
  else Reflect.set(element, name, value);
}

/** @param {Element} element */
function changed(element) {
  const { Event } = realmOf(element);
  element.dispatchEvent(new Event("change", { bubbles: true }));
}

/** Choose an option. @param {HTMLSelectElement} list @param {string} value @returns {boolean} whether there is one */
export function choose(list, value) {
  const option = [...list.options].find((each) => each.value === value && !each.disabled);
  if (!option || list.disabled) return false;
  focus(list);
  setNatively(list, "value", value);
  const { Event } = realmOf(list);
  list.dispatchEvent(new Event("input", { bubbles: true, composed: true }));
  changed(list);
  return true;
}

/** Press a key; what browsers do by themselves for a user is done here. @param {Element} element @param {string} key */
export function press(element, key) {
  const { KeyboardEvent } = realmOf(element);
  const options = { key, code: codeOf(key), bubbles: true, cancelable: true, composed: true };
  const goes = element.dispatchEvent(new KeyboardEvent("keydown", options));
  if (goes) byDefault(element, key);
  element.dispatchEvent(new KeyboardEvent("keyup", options));
}

/** @param {string} key */
function codeOf(key) {
  if (/^[a-z]$/i.test(key)) return `Key${key.toUpperCase()}`;
  if (/^\d$/.test(key)) return `Digit${key}`;
  return key === " " ? "Space" : key.length > 1 ? key : "";
}

/** @param {Element} element @param {string} key */
function byDefault(element, key) {
  const writes = takesText(element);
  const presses = element.matches("button, summary, input:is([type=submit], [type=button], [type=reset])");
  if (key === "Enter" && element.tagName === "TEXTAREA" && writes) insert(element, "\n");
  else if (key === "Enter" && element.tagName === "INPUT" && writes) submit(/** @type {HTMLInputElement} */ (element));
  else if (key === "Enter" ? presses || element.matches("a[href]") : key === " " && (presses || element.matches("[type=checkbox], [type=radio]"))) {
    /** @type {HTMLElement} */ (element).click();
  } else if (key === "Backspace" && writes) insert(element, "", -1);
  else if (key === "Delete" && writes) insert(element, "", 1);
  else if ([...key].length === 1 && writes) insert(element, key);
}

/** What Enter does in a form. @param {HTMLInputElement} field */
function submit(field) {
  const button = submitterOf(field);
  if (button) button.click();
  else field.form?.requestSubmit();
}

/** The button that Enter in a field presses. @param {HTMLInputElement} field @returns {HTMLElement | null} */
export function submitterOf({ form }) {
  return form?.querySelector("button:not([type=button], [type=reset]), input[type=submit], input[type=image]") ?? null;
}

/** Scroll what scrolls around an element, by pixels. @param {Element | null} element @param {number} x @param {number} y */
export function scroll(element, x, y) {
  for (let each = element; each; each = each.parentElement) {
    const { overflowX, overflowY } = realmOf(each).getComputedStyle(each);
    const moves = (/** @type {string} */ overflow) => overflow === "auto" || overflow === "scroll";
    const up = y !== 0 && moves(overflowY) && each.scrollHeight > each.clientHeight;
    const across = x !== 0 && moves(overflowX) && each.scrollWidth > each.clientWidth;
    if (up || across) return each.scrollBy({ left: x, top: y, behavior: "instant" });
  }
  (element ? realmOf(element) : window).scrollBy({ left: x, top: y, behavior: "instant" });
}
