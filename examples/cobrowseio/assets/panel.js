// @ts-check
// What is on the stage beside the session: the devices of a known visitor, and the switch for the whole device.

/** @typedef {{ id: string, name: string, ready: boolean }} Device */

const STYLE = "display: flex; flex-wrap: wrap; gap: 8px; align-items: center; padding: 8px";

/** @param {string} label @param {() => void} pressed */
function button(label, pressed) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = label;
  made.addEventListener("click", pressed);
  return made;
}

/** Offer the devices on which the visitor can be asked. @param {HTMLElement} stage @param {Device[]} devices @param {(id: string) => void} ask */
export function showDevices(stage, devices, ask) {
  const list = document.createElement("div");
  list.style.cssText = STYLE;
  for (const { id, name, ready } of devices) {
    const choice = button(`Ask on ${name}`, () => ask(id));
    choice.disabled = !ready;
    list.append(choice);
  }
  stage.replaceChildren(list);
}

/**
 * Put the session's frame onto the stage, below the switch; return what shows the state of the whole device.
 * @param {HTMLElement} stage @param {HTMLIFrameElement} frame @param {(state: "requested" | "off") => void} wish
 */
export function showSession(stage, frame, wish) {
  const bar = document.createElement("div");
  const state = document.createElement("span");
  const wanted = button("Whole device", () => wish(bar.dataset.state === "on" ? "off" : "requested"));
  bar.style.cssText = STYLE;
  state.setAttribute("role", "status");
  bar.append(wanted, state);
  frame.style.cssText = "flex: 1; border: 0; width: 100%";
  stage.style.cssText = "display: flex; flex-direction: column";
  stage.replaceChildren(bar, frame);
  return {
    /** @param {string} now */
    fullDevice(now) {
      const texts = { on: "You see the whole device.", requested: "The customer is being asked.", rejected: "The customer has declined." };
      bar.dataset.state = now;
      wanted.setAttribute("aria-pressed", String(now === "on"));
      state.textContent = /** @type {Record<string, string>} */ (texts)[now] ?? "";
    },
  };
}
