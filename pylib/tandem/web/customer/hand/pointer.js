// @ts-check
// The agent's mouse on the customer's page: events in a browser's order, and what browsers do for a press, a drag and a click.

import { isConnected, ownerOf } from "../nodes.js";
import { Capture } from "./capture.js";
import { Drag, draggable } from "./drag.js";
import { chainOf, eventOf, fire, heldKeys, POINTER, realmOf } from "./events.js";
import { focusAt } from "./focus.js";
import { forgetHovered, showHovered } from "./hovered.js";
import { dismiss } from "./layers.js";
import { Selecting } from "./selecting.js";
import { Sliding } from "./sliding.js";
import { Spinning } from "./spinning.js";

/** @import { Act } from "../../shared/messages.d.ts" */
/** @import { Hit } from "../../shared/hit.js" */

/**
 * What goes on while a button is down.
 * @typedef {object} Press
 * @property {Element} target
 * @property {Hit} start
 * @property {number} button
 * @property {boolean} silent the page has cancelled the pointer's event, and with it those of the mouse
 * @property {boolean} free nobody has cancelled what browsers do
 * @property {Capture} capture
 * @property {Drag | null} drag
 * @property {{ move: (hit: Hit) => void, end: () => void } | null} follower what follows the pointer by itself
 */

/** Pixels until a press becomes a drag. */
const DRAG_DISTANCE = 4;
/** What a button is called in `buttons`. */
const BITS = [1, 4, 2, 8, 16];
/** Windows opens menus when the button is let go, other systems when it is pressed. */
const AT_RELEASE = /^Win/.test(navigator.platform);

export class Pointer {
  constructor() {
    /** @type {{ pointer: Element | null, mouse: Element | null }} what each was told to be over */
    this.over = { pointer: null, mouse: null };
    /** @type {Press | null} */
    this.press = null;
    /** @type {Element | null} what was pressed last: as long as nothing has the focus, keys scroll there */
    this.pressed = null;
    /** @type {{ document: Document, x: number, y: number } | null} where it was */
    this.last = null;
  }

  /** @param {Hit} hit @param {Act} act */
  at({ x, y }, act) {
    const buttons = this.press ? BITS[this.press.button] : 0;
    return { clientX: x, clientY: y, screenX: screenX + x, screenY: screenY + y, buttons, pressure: buttons ? 0.5 : 0, ...heldKeys(act.mods) };
  }

  /** How far the pointer has come since it moved last, for those who count that alone. @param {Hit} hit */
  movement({ element, x, y }) {
    const { last } = this;
    const document = ownerOf(element);
    this.last = { document, x, y };
    return last?.document === document ? { movementX: Math.round(x - last.x), movementY: Math.round(y - last.y) } : {};
  }

  /** Send an event of the pointer and the mouse's one after it. @param {Element} target @param {string} type without the device @param {object} at @param {number} [detail] */
  both(target, type, at, detail = 0) {
    const members = { ...at, ...DEVICE, button: -1, ...(/down|up/.test(type) ? at : {}) };
    const parts = type === "move" ? { coalescedEvents: [eventOf(target, "pointermove", members)] } : {}; // who draws goes by them
    const goes = fire(target, `pointer${type}`, { ...members, ...parts });
    if (type === "down" && this.press) this.press.silent = !goes;
    if (this.press?.silent) return goes && false;
    return fire(target, `mouse${type}`, { ...at, detail }) && goes;
  }

  /** @param {Hit | null} hit null: the pointer is nowhere @param {Act} act */
  move(hit, act) {
    const { press } = this;
    const target = press?.capture.element ?? hit?.element ?? null;
    const at = this.at(hit ?? { x: 0, y: 0, element: document.documentElement }, act);
    if (press?.drag) return press.drag.move(hit?.element ?? null, at);
    this.enter(target, at);
    if (!target || !hit) return;
    this.both(target, "move", { ...at, ...this.movement(hit) });
    if (press) this.follow(press, hit, at);
  }

  /** @param {Press} press @param {Hit} hit @param {object} at */
  follow(press, hit, at) {
    const far = Math.hypot(hit.x - press.start.x, hit.y - press.start.y) >= DRAG_DISTANCE;
    const source = far && press.free && press.button === 0 && !press.drag && !(press.follower instanceof Sliding) ? draggable(press.target) : null;
    if (source && this.begin(press, source, at)) press.drag?.move(hit.element, at);
    else press.follower?.move(hit);
  }

  /** @param {Press} press @param {Element} source @param {object} at @returns {boolean} whether it is dragged */
  begin(press, source, at) {
    const { x, y } = press.start;
    const drag = new Drag(source, { ...at, clientX: x, clientY: y });
    press.free = drag.started; // otherwise not asked again
    if (!drag.started) return false;
    press.drag = drag;
    const lifted = { ...at, button: 0, buttons: 0, pressure: 0 };
    fire(this.over.pointer ?? press.target, "pointercancel", { ...DEVICE, ...lifted, cancelable: false });
    press.capture.end();
    this.cross("pointer", null, lifted);
    return true;
  }

  /** Leave what the pointer was over, and enter what it is over now. @param {Element | null} target @param {object} at */
  enter(target, at) {
    for (const device of DEVICES) this.cross(device, target, at);
    showHovered(target);
  }

  /** All of it is told by the pointer before any of it by the mouse. @param {"pointer" | "mouse"} device @param {Element | null} target @param {object} at */
  cross(device, target, at) {
    const over = this.over[device];
    const before = over && isConnected(over) ? over : null;
    if (before === target) return;
    this.over[device] = target;
    const members = device === "pointer" ? { ...DEVICE, button: -1, ...at } : at;
    for (const { element, type, relatedTarget } of crossing(before, target)) fire(element, device + type, { ...members, relatedTarget, ...stillness(type) });
  }

  /** @param {Hit} hit @param {Act} act */
  down(hit, act) {
    this.cancel();
    const { element } = hit;
    const { last } = this;
    if (last?.document === ownerOf(element) && last.x === hit.x && last.y === hit.y) this.enter(element, this.at(hit, act));
    else this.move(hit, act);
    const capture = new Capture(realmOf(element));
    /** @type {Press} */
    const press = { target: element, start: hit, button: act.button ?? 0, silent: false, free: true, capture, drag: null, follower: null };
    this.press = press;
    press.free = this.both(element, "down", { ...this.at(hit, act), button: press.button }, act.count ?? 1);
    this.pressed = element;
    if (press.free && isConnected(element)) this.byDefault(press, act);
    if (!AT_RELEASE) this.menu(press, element, this.at(hit, act));
  }

  /** What browsers do once a button is down. @param {Press} press @param {Act} act */
  byDefault(press, act) {
    const { start } = press;
    const sliding = press.button === 0 ? Sliding.of(start) : null;
    focusAt(start.element);
    if (press.button !== 0) return;
    const held = heldKeys(act.mods);
    press.follower = sliding ?? Spinning.of(start) ?? Selecting.of(start, act.count ?? 1, held);
  }

  /** @param {Hit | null} hit null where nothing may be done @param {Act} act */
  up(hit, act) {
    const { press } = this;
    if (!press) return;
    const at = this.at(hit ?? press.start, act);
    const lifted = { ...at, buttons: 0, pressure: 0, button: press.button };
    const target = press.capture.element ?? hit?.element ?? null;
    if (press.drag) press.drag.drop(hit?.element ?? null, lifted);
    else if (target) this.both(target, "up", lifted, act.count ?? 1);
    press.capture.end();
    this.press = null;
    press.follower?.end();
    dismiss(press.start, hit);
    if (target && !press.drag) this.click(press, target, { ...lifted, detail: act.count ?? 1 });
    if (AT_RELEASE && target) this.menu(press, target, lifted);
  }

  /** The right button asks for a menu. @param {Press} press @param {Element} target @param {object} at */
  menu({ button }, target, at) {
    if (button === 2 && isConnected(target)) fire(target, "contextmenu", { ...at, ...DEVICE, button });
  }

  /** A click is one on what was pressed and let go. @param {Press} press @param {Element} target @param {object & { detail: number }} at */
  click({ target: from, button }, target, at) {
    const chain = chainOf(target);
    const common = chainOf(from).find((each) => chain.includes(each));
    if (!common || !isConnected(common)) return;
    const members = { ...DEVICE, ...at };
    if (button === 0) fire(common, "click", members);
    else fire(common, "auxclick", members);
    if (button === 0 && at.detail === 2 && isConnected(common)) fire(common, "dblclick", at);
  }

  /** Acting is over. */
  end() {
    this.cancel();
    this.over = { pointer: null, mouse: null };
    this.last = null;
    forgetHovered();
  }

  /** Let go without a click: the customer has taken over, or acting is over. */
  cancel() {
    const { press } = this;
    if (!press) return;
    this.press = null;
    press.drag?.drop(null, {});
    press.capture.end();
    const isThere = isConnected(press.target);
    if (isThere) fire(press.target, "pointercancel", { ...DEVICE, cancelable: false });
    if (isThere && !press.silent) fire(press.target, "mouseup", { button: press.button });
    press.follower?.end(); // as of a press that is let go: Firefox tells of a range by then
  }
}

const DEVICES = /** @type {const} */ (["pointer", "mouse"]);
const DEVICE = { pointerId: POINTER, pointerType: "mouse", isPrimary: true };

/** What is told of the way from one element to another, in order. @param {Element | null} from @param {Element | null} to */
function crossing(from, to) {
  const [left, entered] = [chainOf(from), chainOf(to)];
  const leave = left.filter((each) => !entered.includes(each)).map((element) => ({ element, type: "leave", relatedTarget: to }));
  const enter = entered.filter((each) => !left.includes(each)).map((element) => ({ element, type: "enter", relatedTarget: from }));
  const out = from ? [{ element: from, type: "out", relatedTarget: to }] : [];
  const over = to ? [{ element: to, type: "over", relatedTarget: from }] : [];
  return [...out, ...leave, ...over, ...enter.reverse()];
}

/** @param {string} type */
const stillness = (type) => (/enter|leave/.test(type) ? { bubbles: false, cancelable: false, composed: false } : {});
