// @ts-check
// Fields for dates and times, which browsers make of sections: what is typed fills one after the other, in the order of the
// customer's language. The field has a value once all are filled.

import { listen } from "../natives.js";
import { fireChange, fireInput } from "./events.js";
import { setNatively } from "./kinds.js";
import { isTakenAway } from "./parts.js";

/** @typedef {"year" | "month" | "day" | "week" | "hour" | "minute" | "second" | "dayPeriod"} Name */
/** @typedef {{ names: Name[], at: number, typed: string, values: Partial<Record<Name, number>>, made: string }} State `made`: the value that it stands for */

const LIMITS = /** @type {Record<Name, [number, number]>} */ ({
  year: [1, 275_760],
  month: [1, 12],
  day: [1, 31],
  week: [1, 53],
  hour: [0, 23],
  minute: [0, 59],
  second: [0, 59],
  dayPeriod: [0, 1],
});

/** @type {WeakMap<HTMLInputElement, State>} what is filled stays when a field is left, as long as nobody else changes it */
const states = new WeakMap();

/** @param {HTMLInputElement} field @returns {State} */
function stateOf(field) {
  const known = states.get(field);
  if (known?.made === field.value) return known;
  const state = { names: namesOf(field), at: 0, typed: "", values: valuesOf(field), made: field.value };
  if (!known) listen(field, "blur", () => Object.assign(states.get(field) ?? {}, { at: 0, typed: "" }));
  states.set(field, state);
  return state;
}

/** @param {HTMLInputElement} field @returns {Name[]} in the order in which they are typed */
function namesOf({ type, step }) {
  if (type === "week") return ["week", "year"];
  /** @type {Intl.DateTimeFormatOptions} */
  const shown = {};
  if (type !== "time") Object.assign(shown, { year: "numeric", month: "2-digit", ...(type !== "month" && { day: "2-digit" }) });
  if (type.includes("time")) Object.assign(shown, { hour: "2-digit", minute: "2-digit", ...(Number(step) % 60 > 0 && { second: "2-digit" }) });
  const parts = new Intl.DateTimeFormat(navigator.language, shown).formatToParts(0);
  return parts.map(({ type: name }) => /** @type {Name} */ (name)).filter((name) => Object.hasOwn(LIMITS, name));
}

/** @param {HTMLInputElement} field @returns {State["values"]} */
function valuesOf({ value, type }) {
  if (!value) return {};
  const [first, ...others] = value.match(/\d+/g)?.map(Number) ?? [];
  if (type === "week") return { year: first, week: others[0] };
  const [month, day] = type === "time" ? [] : others;
  const [hour, minute, second = 0] = type === "time" ? [first, ...others] : others.slice(2);
  const date = type === "time" ? {} : { year: first, month, ...(day === undefined ? {} : { day }) };
  return hour === undefined ? date : { ...date, hour, minute, second, dayPeriod: Number(hour > 11) };
}

/** The stops of Tab: the sections, and the button of the browser's own picker. @param {HTMLInputElement} field @param {State} state */
const stopsOf = (field, { names }) => names.length + (isTakenAway(field, "calendar-picker-indicator") ? 0 : 1);

/** Tab has come to a field. @param {HTMLInputElement} field @param {boolean} backward */
export function enterDate(field, backward) {
  const state = stateOf(field);
  state.at = backward ? stopsOf(field, state) - 1 : 0;
}

/** Tab goes from section to section first. @param {HTMLInputElement} field @param {boolean} backward @returns {boolean} whether it stays in the field */
export function tabInDate(field, backward) {
  const state = stateOf(field);
  const at = state.at + (backward ? -1 : 1);
  const stays = at >= 0 && at < stopsOf(field, state);
  if (stays) Object.assign(state, { at, typed: "" });
  return stays;
}

/** What a key does in it. @param {HTMLInputElement} field @param {string} key @returns {boolean} whether it is one for it */
export function keyInDate(field, key) {
  const state = stateOf(field);
  const name = state.names[state.at];
  if (!name) return false; // the button of the picker
  const go = (/** @type {number} */ at) => Object.assign(state, { at: Math.min(state.names.length - 1, Math.max(0, at)), typed: "" });
  if (key === "ArrowRight" || /^[/.:-]$/.test(key)) go(state.at + 1);
  else if (key === "ArrowLeft") go(state.at - 1);
  else if (key === "ArrowUp" || key === "ArrowDown") turn(state, name, key === "ArrowUp" ? 1 : -1);
  else if (key === "Backspace" || key === "Delete") delete Object.assign(state, { typed: "" }).values[name];
  else if (name === "dayPeriod" && /^[ap]$/i.test(key)) state.values.dayPeriod = Number(/p/i.test(key));
  else if (/^\d$/.test(key) && name !== "dayPeriod") type(state, name, key) && go(state.at + 1);
  else return false;
  commit(field, state);
  return true;
}

/** @param {State} state @param {Name} name @returns {[number, number]} */
const limitsOf = ({ names }, name) => (name === "hour" && names.includes("dayPeriod") ? [1, 12] : LIMITS[name]);

/** @param {State} state @param {Name} name @param {string} digit @returns {boolean} whether no other digit fits */
function type(state, name, digit) {
  const [, max] = limitsOf(state, name);
  const longer = state.typed + digit;
  state.typed = Number(longer) > max ? digit : longer;
  state.values[name] = Number(state.typed);
  return Number(`${state.typed}0`) > max || state.typed.length >= String(max).length;
}

/** The next value, or the first again. @param {State} state @param {Name} name @param {number} by */
function turn(state, name, by) {
  const [min, max] = limitsOf(state, name);
  const value = state.values[name];
  const fresh = name === "year" ? new Date().getFullYear() : by > 0 ? min : max;
  state.values[name] = value === undefined ? fresh : ((value - min + by + max - min + 1) % (max - min + 1)) + min;
}

/** @param {HTMLInputElement} field @param {State} state */
function commit(field, state) {
  const { names, values } = state;
  const complete = names.every((name) => values[name] !== undefined && values[name] >= LIMITS[name][0]);
  assign(field, complete ? textOf(field, names, values) : "");
  state.made = field.value;
}

/** @param {HTMLInputElement} field @param {Name[]} names @param {State["values"]} values */
function textOf({ type }, names, values) {
  const two = (/** @type {Name} */ name, width = 2) => String(values[name] ?? 0).padStart(width, "0");
  if (type === "week") return `${two("year", 4)}-W${two("week")}`;
  const halves = names.includes("dayPeriod") ? (Number(values.hour) % 12) + 12 * Number(values.dayPeriod) : Number(values.hour);
  const time = [String(halves).padStart(2, "0"), two("minute"), ...(names.includes("second") ? [two("second")] : [])].join(":");
  const date = [two("year", 4), two("month"), ...(names.includes("day") ? [two("day")] : [])].join("-");
  return type === "time" ? time : type === "datetime-local" ? `${date}T${time}` : date;
}

/** Give a field without a caret a value, with the events of a user's choice. @param {HTMLInputElement} field @param {string} value */
export function assign(field, value) {
  const before = field.value;
  setNatively(field, "value", value);
  if (field.value === before) return;
  fireInput(field);
  fireChange(field);
}

/** Whether such a field can have a value. @param {HTMLInputElement} field @param {string} value */
export function takes(field, value) {
  const like = /** @type {HTMLInputElement} */ (field.cloneNode());
  setNatively(like, "value", value);
  return like.value !== "" && like.value.toLowerCase() === value.toLowerCase();
}
