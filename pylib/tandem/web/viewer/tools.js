// @ts-check
// The agent's pointer and pen. What the hand does between two frames leaves as one message, and is shown here too.

/** @import { FromAgent, Tool } from "../shared/messages.d.ts" */
/** @import { Surface } from "./surface.js" */

const STEP = 10;
const ARROWS = /** @type {Record<string, [number, number]>} */ ({
  ArrowLeft: [-STEP, 0],
  ArrowRight: [STEP, 0],
  ArrowUp: [0, -STEP],
  ArrowDown: [0, STEP],
});

export class Tools {
  /** @param {Surface} surface @param {(message: FromAgent) => void} send @param {AbortSignal} signal */
  constructor(surface, send, signal) {
    this.surface = surface;
    this.emit = send;
    /** @type {Tool} */
    this.tool = null;
    this.stroke = 0;
    /** @type {[number, number][] | null} points that have not left yet, while the pen is down */
    this.points = null;
    /** @type {{ x: number, y: number } | null} */
    this.laser = null;
    this.frame = 0;
    const { element } = surface;
    element.addEventListener("pointerdown", (event) => this.down(event), { signal });
    element.addEventListener("pointermove", (event) => this.move(event), { signal });
    for (const type of /** @type {const} */ (["pointerup", "pointercancel"])) element.addEventListener(type, () => this.up(), { signal });
    element.addEventListener("pointerleave", () => this.leave(), { signal });
    element.addEventListener("keydown", (event) => this.key(event), { signal });
  }

  /** @param {Tool} tool */
  use(tool) {
    this.up();
    this.leave();
    this.tool = tool;
  }

  /** @param {FromAgent} message */
  send(message) {
    this.emit(message);
    this.surface.show(message);
  }

  /** @param {PointerEvent} event */
  down(event) {
    if (this.tool === "drawing") {
      this.surface.element.setPointerCapture(event.pointerId);
      const { x, y } = this.surface.point(event);
      this.points = [[x, y]];
      this.later();
    } else if (this.tool === "pointer") {
      const found = this.surface.at(event);
      if (found) this.send({ t: "highlight", id: found.id });
    }
  }

  /** @param {PointerEvent} event */
  move(event) {
    if (this.tool === "pointer") {
      this.laser = this.surface.point(event);
      this.later();
    } else if (this.points) {
      const { x, y } = this.surface.point(event);
      this.points.push([x, y]);
      this.later();
    }
  }

  up() {
    if (!this.points) return;
    this.flush(true);
    this.points = null;
    this.stroke += 1;
  }

  leave() {
    if (!this.laser) return;
    this.laser = null;
    this.send({ t: "laser" });
  }

  /** Without a mouse the arrows move the pointer. @param {KeyboardEvent} event */
  key(event) {
    if (this.tool !== "pointer" || !Object.hasOwn(ARROWS, event.key)) return;
    event.preventDefault();
    const { width, height } = this.surface.element.getBoundingClientRect();
    const { units } = this.surface.scene;
    const [right, down] = ARROWS[event.key];
    const { x, y } = this.laser ?? { x: units.width / 2, y: units.height / 2 };
    this.laser = { x: within(x + (right / width) * units.width, units.width), y: within(y + (down / height) * units.height, units.height) };
    this.later();
  }

  later() {
    this.frame ||= requestAnimationFrame(() => this.flush(false));
  }

  /** @param {boolean} done whether the pen was lifted */
  flush(done) {
    this.frame = 0;
    if (this.points && (this.points.length > 0 || done)) {
      this.send({ t: "draw", stroke: this.stroke, points: this.points.splice(0), done, ...this.surface.unit });
    }
    if (this.laser) this.send({ t: "laser", ...this.laser, ...this.surface.unit });
  }
}

/** @param {number} value @param {number} max */
function within(value, max) {
  return Math.min(max, Math.max(0, value));
}
