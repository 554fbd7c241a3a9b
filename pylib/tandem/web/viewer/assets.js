// @ts-check
// Pictures, symbols and fonts that the agent's browser cannot load: asked of the customer's page, which alone decides, and shown
// from memory. A style sheet refers to pictures by a variable that falls back to the address.

import { Collector, NAME } from "../shared/assets.js";
import { contentOf } from "./contents.js";
import { Fonts, isWritten } from "./fonts.js";
import { holePicture } from "./holes.js";

/** @import { Asset, Want } from "../shared/messages.d.ts" */

/** @import { Content, Kind } from "./contents.js" */

/** @typedef {{ kind: Kind, variable: string, sheet: boolean, css: boolean, used: number, url: string, bytes: Uint8Array<ArrayBuffer> | null, tries: number, asked: number, refused: boolean, ids: number[] }} Entry */
/** @typedef {{ getIds(): number[], getNode(id: number): Node | null, documents(): Document[] }} Nodes rrweb's mirror */

const MISSING = "data:,";
/** An element that is not there stands for a symbol of another file. */
const ABSENT = "#";
const ATTRIBUTES = ["src", "href", "xlink:href", "poster"];
const PARTS = [undefined, "::before", "::after"];
const PROPERTIES = ["background-image", "mask-image", "list-style-image", "border-image-source", "content"];
const ADDRESSES = /url\("([^"\\]*)"\)/g;
const VARIABLES = /var\((--tandem-\d+)/g;
const LOOK_INTERVAL = 300;
/** So often is looked until what nothing shows is no longer kept in memory. */
const KEPT = 10;
/** So many times as long as looking has taken is waited until it is done again. */
const SHARE = 10;
const ASK_AGAIN = 5000;
const MAX_TRIES = 3;
const MAX_IDS = 100;
/** Milliseconds that looking may take at once. */
const SLICE = 8;

export class Assets {
  /** @param {Nodes} nodes @param {string} label of what cannot be had @param {(want: Want) => void} send */
  constructor(nodes, label, send) {
    this.label = label;
    this.nodes = nodes;
    this.send = send;
    /** @type {Map<string, Entry>} by name or address */
    this.entries = new Map();
    /** @type {Map<string, Content>} what is in memory, by hash */
    this.contents = new Map();
    this.fonts = new Fonts((name) => this.entry(name, "font"), () => nodes.documents());
    /** @type {Map<string, string[]>} the names that wait for a hash */
    this.expected = new Map();
    this.collector = new Collector();
    this.timer = 0;
    this.count = 0;
    this.interval = LOOK_INTERVAL;
    this.looks = 0;
  }

  /** Forget what the page before was about. What is in memory stays. */
  restart() {
    this.entries.clear();
    this.expected.clear();
    this.fonts.restart();
  }

  /** @param {string} name @param {Kind} [kind] @returns {Entry} */
  entry(name, kind = "picture") {
    const known = this.entries.get(name);
    if (known) return Object.assign(known, { used: this.looks });
    /** @type {Entry} */
    const made = { kind, variable: `--tandem-${(this.count += 1)}`, sheet: false, css: false, used: this.looks, url: "", bytes: null, tries: 0, asked: 0, refused: false, ids: [] };
    this.entries.set(name, made);
    return made;
  }

  /** What an attribute refers to. @param {string} name or an address @param {boolean} [withheld] whether it must not be loaded here */
  source(name, withheld = NAME.test(name)) {
    return this.entry(name).url || (withheld ? MISSING + name : name);
  }

  /** What shows a symbol of another file refers to. @param {string} name */
  symbol(name) {
    return this.entry(name, "symbol").url || ABSENT + name;
  }

  /** What a style refers to. @param {string} name or an address that may be loaded @param {boolean} inSheet */
  image(name, inSheet) {
    const entry = this.entry(name);
    entry.css = true;
    entry.sheet ||= inSheet;
    return `var(${entry.variable}, url("${NAME.test(name) ? MISSING + name : name}"))`;
  }

  /** @param {any} told of fonts that the page's scripts have made @param {string} origin of the page */
  onFonts(told, origin) {
    this.fonts.onTold(told, origin);
    this.look();
  }

  /** The page has changed, or something has come: see what is missing, soon. */
  look(after = this.interval) {
    if (this.timer) return;
    const begin = async () => {
      const start = performance.now();
      const loading = this.fonts.look();
      if (this.entries.size) await this.lookNow();
      this.timer = 0;
      this.interval = Math.max(LOOK_INTERVAL, SHARE * (performance.now() - start));
      if (loading) this.look();
    };
    this.timer = setTimeout(begin, after);
  }

  async lookNow() {
    const styled = [...this.entries.values()].some((each) => (each.css || each.kind === "font") && !each.url && !each.refused);
    /** @type {Set<Document>} */
    const documents = new Set();
    let until = performance.now() + SLICE;
    this.looks += 1;
    /** @type {Set<string>} what nodes refer to: names, addresses and variables */
    const seen = new Set();
    for (const id of this.nodes.getIds()) {
      const node = this.nodes.getNode(id);
      if (node?.nodeType !== Node.ELEMENT_NODE || !node.isConnected) continue;
      const element = /** @type {Element} */ (node);
      if (element.ownerDocument) documents.add(element.ownerDocument);
      for (const name of ATTRIBUTES) if (element.hasAttribute(name)) this.settle(element, name, id, seen);
      for (const [, variable] of element.getAttribute("style")?.matchAll(VARIABLES) ?? []) seen.add(variable);
      if (styled) this.inspect(element, id);
      if (performance.now() < until) continue;
      await new Promise((resolve) => setTimeout(resolve));
      until = performance.now() + SLICE;
    }
    for (const each of documents) this.paint(each);
    this.release(seen, documents);
    this.ask();
  }

  /** Let go of what no node refers to any more: a page may show ever other pictures. @param {Set<string>} seen @param {Iterable<Document>} documents */
  release(seen, documents) {
    for (const [name, { kind, sheet, used, url, variable }] of this.entries) {
      if (kind === "font" || sheet || used >= this.looks - 1 || [name, url, variable].some((each) => seen.has(each))) continue;
      this.entries.delete(name);
      for (const { documentElement } of documents) documentElement?.style.removeProperty(variable);
    }
    const shown = new Set([...this.entries.values()].map(({ url, bytes }) => bytes ?? url));
    for (const [hash, content] of this.contents) {
      if (shown.has(content.bytes ?? content.url)) content.used = this.looks;
      else if ((content.used ??= this.looks) < this.looks - KEPT) this.contents.delete(hash), revoke(content.url);
    }
  }

  /** @param {Element} element @param {string} attribute @param {number} id @param {Set<string>} seen */
  settle(element, attribute, id, seen) {
    const address = element.getAttribute(attribute) ?? "";
    const entry = this.entries.get(nameOf(address));
    for (const each of [address, nameOf(address)]) seen.add(each);
    if (entry?.url) show(element, attribute, entry.url);
    else if (entry && isMissing(element, address)) note(entry, id);
  }

  /** @param {Element} element @param {number} id */
  inspect(element, id) {
    const view = element.ownerDocument.defaultView;
    if (!view) return;
    for (const part of PARTS) {
      const style = view.getComputedStyle(element, part);
      if (this.fonts.lacking.size && isWritten(element, part, style)) for (const entry of this.fonts.lackedBy(style)) note(entry, id);
      for (const property of PROPERTIES) {
        const value = style.getPropertyValue(property);
        if (value.includes("url(")) for (const [, address] of value.matchAll(ADDRESSES)) this.painted(nameOf(address), id);
      }
    }
  }

  /** @param {string} name @param {number} id */
  painted(name, id) {
    const entry = this.entries.get(name);
    if (!entry || entry.url) return;
    if (NAME.test(name) || entry.tries < 0) return note(entry, id);
    if (entry.tries > 0) return;
    entry.tries = 1; // of loading it from here
    const picture = new Image();
    picture.onerror = () => {
      entry.tries = -1;
      note(entry, id);
      this.look();
    };
    picture.src = name;
  }

  /** @param {Document} page */
  paint({ documentElement }) {
    for (const { css, url, variable } of this.entries.values()) {
      if (css && url && documentElement) documentElement.style.setProperty(variable, `url("${url}")`);
    }
  }

  ask() {
    const now = performance.now();
    let waits = false;
    for (const [name, entry] of this.entries) {
      if (!entry.ids.length || entry.url || entry.refused) continue;
      waits = true;
      if (entry.asked && now < entry.asked + ASK_AGAIN) continue;
      if ((entry.tries = Math.max(0, entry.tries) + 1) > MAX_TRIES + 1) entry.refused = true;
      else this.send({ t: "want", name, ids: entry.ids });
      entry.asked = now;
    }
    if (waits) setTimeout(() => this.look(), ASK_AGAIN);
  }

  /** @param {Asset} asset */
  onMessage({ name, hash, width, height }) {
    const entry = this.entries.get(String(name));
    if (!entry) return;
    if (typeof hash !== "string") {
      entry.refused = true;
      return Number(width) > 0 && Number(height) > 0 ? this.arrived([name], { kind: "picture", url: holePicture(this.label, Number(width), Number(height)) }) : undefined;
    }
    const content = this.contents.get(hash);
    if (content) return this.arrived([name], content);
    this.expected.set(hash, [...(this.expected.get(hash) ?? []), name]);
    this.send({ t: "want", name, ids: entry.ids, hash });
  }

  /** @param {Uint8Array<ArrayBuffer>} chunk */
  async onChunk(chunk) {
    const whole = await this.collector.add(chunk);
    const content = whole && (this.contents.get(whole.hash) ?? contentOf(whole.content));
    if (!whole || !content) return;
    this.contents.set(whole.hash, content);
    this.arrived(this.expected.get(whole.hash) ?? [], content);
    this.expected.delete(whole.hash);
  }

  /** @param {string[]} names @param {Content} content */
  arrived(names, { kind, url, bytes }) {
    for (const name of names) {
      const entry = this.entries.get(name);
      if (entry?.kind === kind) Object.assign(entry, { url, bytes: bytes ?? null });
    }
    this.look(0);
  }

  dispose() {
    clearTimeout(this.timer);
    for (const { url } of this.contents.values()) revoke(url);
    this.entries.clear();
  }
}

/** @param {string} url of something in memory */
const revoke = (url) => URL.revokeObjectURL(url.replace(/#.*/, ""));

/** @param {string} address */
function nameOf(address) {
  return address.replace(/^(?:data:,|#(?=tandem:))/, "");
}

/** @param {Element} element @param {string} address */
function isMissing(element, address) {
  const { complete, naturalWidth } = /** @type {HTMLImageElement} */ (element);
  return nameOf(address) !== address || (element.localName === "img" && complete && naturalWidth === 0);
}

/** @param {Entry} entry @param {number} id */
function note(entry, id) {
  if (!entry.ids.includes(id) && entry.ids.length < MAX_IDS) entry.ids.push(id);
}

/** @param {Element} element @param {string} attribute @param {string} url */
function show(element, attribute, url) {
  element.setAttribute(attribute, url);
  const others = element.parentElement?.localName === "picture" ? element.parentElement.querySelectorAll("source") : [];
  for (const each of [element, ...others]) each.removeAttribute("srcset");
}
