// @ts-check
// What a session shows. In a resident it is kept, and shown again by each tab that comes (resident_session.js).

/** @typedef {Record<string, string | boolean | null>} Changes `text` is an element's text, everything else an attribute */
const OWN = "own"; // the element that holds the adapter's own buttons and links

export class View {
  constructor() {
    /** @type {Map<string, Changes>} what each element shows */
    this.shown = new Map();
    /** @type {Map<string, string>} the tags of the adapter's own */
    this.controls = new Map();
    /** Tells, by its id, which of them was pressed. */
    this.presses = new EventTarget();
    /** @type {Map<string, () => void>} */
    this.clicks = new Map();
    /** @type {Document | null} that of the tab, while there is one */
    this.document = null;
    this.listeners = new AbortController();
  }

  /** Show everything in a tab that has come. @param {Document} document */
  attach(document) {
    this.document = document;
    this.listeners = new AbortController();
    for (const [id, press] of this.clicks) this.listen(document.getElementById(id), press);
    for (const [id, tag] of this.controls) this.make(document, id, tag);
    for (const [id, changes] of this.shown) apply(document, id, changes);
  }

  /** Hold nothing of the tab any more. */
  detach() {
    this.listeners.abort();
    this.document = null;
  }

  /** @param {string} wanted what is to change of each element, as JSON */
  update(wanted) {
    for (const [id, changes] of /** @type {[string, Changes][]} */ (Object.entries(JSON.parse(wanted)))) {
      this.shown.set(id, { ...this.shown.get(id), ...changes });
      if (this.document) apply(this.document, id, changes);
    }
  }

  /** @param {string} id @param {() => void} press */
  onClick(id, press) {
    this.clicks.set(id, press);
    this.listen(this.document?.getElementById(id), press);
  }

  /** @param {string} id @param {string} tag */
  add(id, tag) {
    this.shown.delete(id); // of one with the same name
    this.controls.set(id, tag);
    if (this.document) this.make(this.document, id, tag);
  }

  /** @param {string} id */
  remove(id) {
    this.controls.delete(id);
    this.shown.delete(id);
    this.document?.getElementById(id)?.remove();
  }

  /** @param {Document} document @param {string} id @param {string} tag */
  make(document, id, tag) {
    const element = document.createElement(tag);
    element.id = id;
    if (tag === "button") element.setAttribute("type", "button");
    this.listen(element, () => void this.presses.dispatchEvent(new Event(id)));
    document.getElementById(OWN)?.append(element);
  }

  /** Of a double click, which UI Events count in `detail`, the first is the wish. @param {HTMLElement | null | undefined} element @param {() => void} press */
  listen(element, press) {
    const { signal } = this.listeners;
    element?.addEventListener("click", ({ detail }) => void (detail > 1 || press()), { signal });
  }
}

/** @param {Document} document @param {string} id @param {Changes} changes */
function apply(document, id, changes) {
  const element = document.getElementById(id);
  for (const [name, value] of Object.entries(element ? changes : {})) {
    if (name === "text") /** @type {HTMLElement} */ (element).textContent = String(value ?? "");
    else if (value === null || value === false) element?.removeAttribute(name);
    else element?.setAttribute(name, value === true ? "" : String(value));
  }
}
