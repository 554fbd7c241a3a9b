// @ts-check
// Lists: a browser draws what opens for one by itself, so the agent chooses from a list of their own, or with keys; what is
// always open takes clicks.

import { closest } from "../nodes.js";
import { fireChange, fireInput } from "./events.js";
import { setNatively } from "./kinds.js";

/** Milliseconds after which a typed letter begins another word. */
const WORD_TIMEOUT = 1000;

/** @param {HTMLSelectElement} list */
function changed(list) {
  fireInput(list);
  fireChange(list);
}

/** @param {HTMLOptionElement} option */
const isFree = (option) => !option.disabled && !option.closest("optgroup:disabled, select:disabled");

/** Choose options by their values, and no others. @param {HTMLSelectElement} list @param {string[]} values */
export function choose(list, values) {
  const options = [...list.options];
  const before = options.map(({ selected }) => selected);
  if (list.multiple) for (const option of options) setNatively(option, "selected", values.includes(option.value));
  else setNatively(list, "selectedIndex", options.findIndex((option) => option.value === values[0] && isFree(option)));
  if (options.some(({ selected }, at) => selected !== before[at])) changed(list);
}

/** Whether these can be chosen. @param {HTMLSelectElement} list @param {unknown} values @returns {values is string[]} */
export function offers(list, values) {
  if (!Array.isArray(values) || (!list.multiple && values.length !== 1)) return false;
  return values.every((value) => [...list.options].some((option) => option.value === value && isFree(option)));
}

/** The option of a list that is always open, under the pointer. */
export class Picking {
  /** @param {Element} element @param {{ shiftKey: boolean, ctrlKey: boolean, metaKey: boolean }} held @returns {Picking | null} */
  static of(element, held) {
    const option = /** @type {HTMLOptionElement | null} */ (closest(element, "option"));
    const list = /** @type {HTMLSelectElement | null} */ (option?.closest("select") ?? null);
    return option && list && (list.multiple || list.size > 1) && isFree(option) ? new Picking(list, option, held) : null;
  }

  /** @param {HTMLSelectElement} list @param {HTMLOptionElement} option @param {{ shiftKey: boolean, ctrlKey: boolean, metaKey: boolean }} held */
  constructor(list, option, { shiftKey, ctrlKey, metaKey }) {
    this.list = list;
    const options = [...list.options];
    this.before = options.map(({ selected }) => selected);
    const toggles = list.multiple && (ctrlKey || metaKey);
    const from = list.multiple && shiftKey ? Math.max(0, anchors.get(list) ?? options.findIndex(({ selected }) => selected)) : option.index;
    const [first, last] = [Math.min(from, option.index), Math.max(from, option.index)];
    for (const each of options) {
      const within = each.index >= first && each.index <= last && isFree(each);
      setNatively(each, "selected", toggles ? each.selected !== (each === option) : within);
    }
    if (!shiftKey) anchors.set(list, option.index);
  }

  move() {}

  end() {
    if ([...this.list.options].some(({ selected }, at) => selected !== this.before[at])) changed(this.list);
  }
}

/** @type {WeakMap<HTMLSelectElement, number>} where Shift extends from */
const anchors = new WeakMap();
/** @type {{ list: HTMLSelectElement | null, word: string, at: number }} */
const typed = { list: null, word: "", at: 0 };

const STEPS = /** @type {Record<string, number>} */ ({ ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity });

/** What a key does in a list. @param {HTMLSelectElement} list @param {string} key @returns {boolean} whether it is one for lists */
export function keyInList(list, key) {
  const free = [...list.options].filter(isFree);
  const at = free.findIndex(({ index }) => index === list.selectedIndex);
  const found = Object.hasOwn(STEPS, key) ? free[Math.min(free.length - 1, Math.max(0, at + STEPS[key]))] : [...key].length === 1 ? search(list, free, at, key) : null;
  if (found && !found.selected) choose(list, [found.value]);
  return found !== null;
}

/** @param {HTMLSelectElement} list @param {HTMLOptionElement[]} free @param {number} at @param {string} key */
function search(list, free, at, key) {
  const now = performance.now();
  const goes = typed.list === list && now - typed.at < WORD_TIMEOUT;
  const word = ((goes ? typed.word : "") + key).toLowerCase();
  Object.assign(typed, { list, word, at: now });
  const same = [...word].every((letter) => letter === word[0]); // the same letter again goes on to the next
  const sought = same ? word[0] : word;
  const from = same ? at + 1 : at;
  const order = [...free.slice(Math.max(0, from)), ...free.slice(0, Math.max(0, from))];
  return order.find((option) => option.label.trim().toLowerCase().startsWith(sought)) ?? undefined;
}
