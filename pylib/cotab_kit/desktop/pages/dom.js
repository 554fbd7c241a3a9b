/** Make and find elements. Foreign text is only ever inserted as text. */

/** @typedef {Record<string, string | boolean | number | undefined>} Attributes */

/**
 * Make an element with attributes and children; a text among the children stays a text. An attribute that is false or undefined is left out.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} name @param {Attributes} attributes @param {(Node | string)[]} children @returns {HTMLElementTagNameMap[K]}
 */
export function make(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) made.setAttribute(key, value === true ? "" : String(value));
  }
  made.append(...children);
  return made;
}

/** Make a button of Fluent UI. @param {string} text @param {() => unknown} press @param {Attributes} attributes */
export function button(text, press, attributes = {}) {
  const made = document.createElement("fluent-button");
  /** @type {Attributes} */
  const all = { role: "button", ...attributes };
  for (const [key, value] of Object.entries(all)) {
    if (value !== undefined && value !== false) made.setAttribute(key, value === true ? "" : String(value));
  }
  made.append(text);
  made.addEventListener("click", () => press());
  return made;
}

/** @template {HTMLElement} T @param {string} id @param {new () => T} kind @returns {T} */
export function element(id, kind) {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new Error(`The page has no ${kind.name} with the id ${id}`);
}

/** Make a native list of choices. @param {[string, string][]} choices value and text @param {string} chosen @param {Attributes} attributes */
export function choice(choices, chosen, attributes) {
  const list = make("select", attributes, ...choices.map(([value, text]) => make("option", { value }, text)));
  list.value = chosen;
  return list;
}

/**
 * Let a row of elements be one Tab stop; arrows, Home and End move within.
 * @param {HTMLElement} holder @param {string} selector @param {boolean} vertical
 */
export function roving(holder, selector, vertical = false) {
  const [back, on] = vertical ? ["ArrowUp", "ArrowDown"] : ["ArrowLeft", "ArrowRight"];
  holder.addEventListener("keydown", (event) => {
    const all = [.../** @type {NodeListOf<HTMLElement>} */ (holder.querySelectorAll(selector))];
    const at = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    /** @type {Record<string, number>} */
    const goals = { [back]: at - 1, [on]: at + 1, Home: 0, End: all.length - 1 };
    const goal = goals[event.key];
    if (at < 0 || goal === undefined) return;
    event.preventDefault();
    all[(goal + all.length) % all.length]?.focus();
  });
}

/**
 * Replace what an element holds; the focus stays on the child with the same `data-key`.
 * @param {HTMLElement} holder @param {(Node | string)[]} children
 */
export function redraw(holder, ...children) {
  const { activeElement } = document;
  const key = activeElement instanceof HTMLElement && holder.contains(activeElement) ? activeElement.dataset.key : undefined;
  holder.replaceChildren(...children);
  if (key) /** @type {HTMLElement | null} */ (holder.querySelector(`[data-key="${CSS.escape(key)}"]`))?.focus();
}

/** @param {string} time as ISO 8601 */
export function clock(time) {
  const shown = new Date(time).toLocaleTimeString("en", { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });
  return make("time", { datetime: time }, shown);
}

/** Make a person's picture: the initials. @param {string} name */
export function avatar(name) {
  const made = document.createElement("fluent-avatar");
  for (const [key, value] of Object.entries({ name, color: "colorful", size: "28", "aria-hidden": "true" })) made.setAttribute(key, value);
  return made;
}

/** @param {string} text @param {string} color @param {Attributes} attributes */
export function badge(text, color, attributes = {}) {
  const made = document.createElement("fluent-badge");
  const all = { appearance: "tint", shape: "rounded", color, ...attributes };
  for (const [key, value] of Object.entries(all)) if (value !== undefined) made.setAttribute(key, String(value));
  made.append(text);
  return made;
}
