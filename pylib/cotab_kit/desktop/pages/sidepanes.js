/**
 * Side panes: Xrm.App.sidePanes, as far as Microsoft documents it. Web resources alone can be shown in them.
 *
 * Whether an org has them, and what it does with a page in a pane that is not seen, differs: see the switch `panes`.
 */

import { make } from "./dom.js";

/** @typedef {{title?: string, paneId?: string, canClose?: boolean, imageSrc?: string, hideHeader?: boolean, isSelected?: boolean, width?: number, hidden?: boolean, alwaysRender?: boolean, keepBadgeOnSelect?: boolean}} Options */
/** @typedef {{pageType: string, webresourceName?: string, data?: string}} PageInput */
/**
 * @typedef {object} Host what side panes need of the window that they are on
 * @property {() => string} panes what this org does with them: a choice of the switch
 * @property {(name: string, data: string) => string} resource the address of a web resource
 * @property {(pane: SidePane, frame: HTMLIFrameElement) => () => void} watch told of a page before it is loaded; what it returns is called when it goes
 */

const EXPANDED = 1;
const COLLAPSED = 0;
const WIDTH = 300; // pixels; what Dynamics takes where nothing is said is not documented

let count = 0;

/** One pane. Its page is there while it is seen, and after that if `alwaysRender` says so and the org obeys. */
export class SidePane {
  #panes;
  #source = "";
  #hidden;
  /** @type {HTMLIFrameElement | null} */
  #frame = null;
  #stop = () => {};
  /** @type {unknown} */
  badge = undefined;

  /** @param {SidePanes} panes @param {Options} options */
  constructor(panes, options) {
    this.#panes = panes;
    this.#hidden = options.hidden ?? false;
    this.paneId = options.paneId ?? `pane-${(count += 1)}`;
    this.title = options.title ?? "";
    this.canClose = options.canClose ?? false;
    this.imageSrc = options.imageSrc ?? "";
    this.hideHeader = options.hideHeader ?? false;
    this.alwaysRender = options.alwaysRender ?? false;
    this.keepBadgeOnSelect = options.keepBadgeOnSelect ?? false;
    this.element = make("section", { class: "side-pane", "aria-label": this.title || this.paneId });
    if (!this.hideHeader) this.element.append(this.#header());
    this.width = options.width ?? WIDTH;
  }

  #header() {
    const close = make("button", { type: "button", "aria-label": `Close ${this.title}` }, "×");
    close.addEventListener("click", () => this.close());
    return make("header", {}, make("h2", {}, this.title), ...(this.canClose ? [close] : []));
  }

  get hidden() {
    return this.#hidden;
  }

  set hidden(hidden) {
    this.#hidden = hidden;
    this.#panes.arrange();
  }

  get width() {
    return Number.parseFloat(this.element.style.width);
  }

  set width(pixels) {
    this.element.style.width = `${pixels}px`;
  }

  /** Show a page; whether it then loads is not waited for. @param {PageInput} page */
  async navigate({ pageType, webresourceName = "", data = "" }) {
    if (pageType !== "webresource" || !webresourceName) throw new Error(`The local desktop shows web resources in a pane, no ${pageType}.`);
    if (this.#panes.way === "forbidden") throw new Error("A side pane cannot show a web resource.");
    this.#source = this.#panes.host.resource(webresourceName, data);
    this.unmount();
    this.arrange();
  }

  /** Bring it to the front, and open the panes. */
  select() {
    this.#panes.select(this);
    if (!this.keepBadgeOnSelect) this.badge = undefined;
  }

  close() {
    this.#panes.remove(this);
  }

  /** Mount its page if that has to be there, and unmount it if not. */
  arrange() {
    const seen = this.#panes.shows(this);
    const kept = this.alwaysRender && this.#panes.way !== "unmount";
    this.element.hidden = !seen;
    if (!this.#source || !(seen || kept)) this.unmount();
    else if (!this.#frame) this.#mount();
  }

  #mount() {
    this.#frame = make("iframe", { title: this.title || this.paneId, name: `side-pane-${this.paneId}`, src: this.#source });
    this.element.append(this.#frame);
    this.#stop = this.#panes.host.watch(this, this.#frame);
  }

  unmount() {
    this.#frame?.remove();
    this.#frame = null;
    this.#stop();
  }
}

export class SidePanes {
  /** @type {Map<string, SidePane>} */
  #panes = new Map();
  /** @type {SidePane | undefined} */
  #selected;
  #state = COLLAPSED;
  #element = make("aside", { class: "side-panes", "aria-label": "Side panes" });

  /** @param {Host} host @param {HTMLElement} holder what they are put into */
  constructor(host, holder) {
    this.host = host;
    holder.append(this.#element);
    this.arrange();
  }

  get way() {
    return this.host.panes();
  }

  /** Make what stands on the window as Xrm.App; without panes it is an object that has none. */
  get app() {
    return this.way === "absent" ? {} : { sidePanes: this.#documented() };
  }

  #documented() {
    const panes = this;
    return {
      createPane: async (/** @type {Options} */ options = {}) => panes.#create(options),
      getPane: (/** @type {string} */ id) => panes.#panes.get(id),
      getAllPanes: () => [...panes.#panes.values()],
      getSelectedPane: () => panes.#selected,
      get state() {
        return panes.#state;
      },
      set state(state) {
        panes.#state = state;
        panes.arrange();
      },
    };
  }

  /** Make a pane; a second one with the same id takes the place of the first. @param {Options} options */
  #create(options) {
    const pane = new SidePane(this, options);
    this.#panes.get(pane.paneId)?.close();
    this.#panes.set(pane.paneId, pane);
    this.#element.append(pane.element);
    if (options.isSelected ?? true) this.select(pane);
    else this.arrange();
    return pane;
  }

  /** @param {SidePane} pane */
  select(pane) {
    this.#selected = pane;
    this.#state = EXPANDED;
    this.arrange();
  }

  /** @param {SidePane} pane */
  remove(pane) {
    pane.unmount();
    pane.element.remove();
    if (this.#panes.get(pane.paneId) === pane) this.#panes.delete(pane.paneId);
    if (this.#selected === pane) this.#selected = undefined;
    this.arrange();
  }

  /** Return whether a pane is seen. @param {SidePane} pane */
  shows(pane) {
    return this.#state === EXPANDED && pane === this.#selected && !pane.hidden;
  }

  arrange() {
    const panes = [...this.#panes.values()];
    for (const pane of panes) pane.arrange();
    this.#element.hidden = !panes.some((pane) => this.shows(pane));
  }

  /** Take note that the agent went elsewhere: where an org keeps no page over that, each is loaded anew. */
  left() {
    if (this.way !== "remake") return;
    for (const pane of this.#panes.values()) pane.unmount();
    this.arrange();
  }
}
