// @ts-check
// Scrollbars take room from a page on some systems and lie above it on others: the mirror leaves to the page what it has on
// the customer's side, whatever scrollbars the agent's own system has.

/** Pixels that a scrollbar takes at most. */
const MAX = 60;
/** Whether a style sheet says how wide scrollbars are; else it says only that there are none. */
const SIZED = CSS.supports("selector(::-webkit-scrollbar)");
const THUMB = "::-webkit-scrollbar-thumb { background: rgb(128 128 128 / 0.5) }";

/** @param {unknown} told by the customer's page, for which nobody vouches @returns {number} */
const pixels = (told) => Math.min(MAX, Math.max(0, Math.round(Number(told)) || 0));

export class Bars {
  constructor() {
    /** What they take of the window. */
    this.right = 0;
    this.bottom = 0;
    /** What makes those of the page as wide as the customer's. */
    this.rules = "";
    /** @type {WeakMap<Document, { sheet: CSSStyleSheet, rules: string }>} */
    this.sheets = new WeakMap();
  }

  /** A snapshot comes. @param {number} bar what a scrollbar takes there; NaN where nobody knows */
  begin(bar) {
    this.rules = Number.isNaN(bar) ? "" : rulesFor(pixels(bar), ownBar());
  }

  /** What the mirror was changed into may have lost it. @param {Document[]} pages the page's own first */
  apply([page, ...inner]) {
    if (page) this.dress(page, this.rules + this.gutter);
    for (const each of inner) this.dress(each, this.rules);
  }

  /** The window leaves room for its scrollbar, however long the page is here. */
  get gutter() {
    if (!this.right) return "";
    const size = `:root::-webkit-scrollbar, body::-webkit-scrollbar { width: ${this.right}px !important; height: 0 !important }`;
    return `:root { scrollbar-gutter: stable; scrollbar-width: auto !important; scrollbar-color: auto !important } ${size} :where(:root)${THUMB}`;
  }

  /** @param {Document} page @param {string} rules */
  dress(page, rules) {
    const known = this.sheets.get(page);
    if (!page.defaultView || (!rules && !known)) return;
    const sheet = known?.sheet ?? new /** @type {any} */ (page.defaultView).CSSStyleSheet();
    if (known?.rules !== rules) sheet.replaceSync(rules);
    this.sheets.set(page, { sheet, rules });
    if (!page.adoptedStyleSheets.includes(sheet)) page.adoptedStyleSheets = [...page.adoptedStyleSheets, sheet];
  }

  /**
   * Make a frame as large as the customer's window, but for scrollbars that are not as wide here.
   * @param {HTMLIFrameElement} frame
   * @param {{ width: number, height: number }} size of the window
   * @param {number[]} [told] what scrollbars take on the right, and at the bottom
   */
  fit(frame, { width, height }, told) {
    const page = frame.contentDocument;
    if (told) [this.right, this.bottom] = [pixels(told[0]), pixels(told[1])];
    if (!page || !width) return;
    frame.setAttribute("scrolling", this.right ? "auto" : "no");
    this.dress(page, this.rules + this.gutter);
    const { innerWidth = 0, visualViewport } = page.defaultView ?? {};
    const taken = pixels(innerWidth - (visualViewport?.width ?? innerWidth));
    frame.width = String(width - this.right + taken);
    frame.height = String(height - this.bottom);
  }
}

/** What a scrollbar takes here. @returns {number} */
function ownBar() {
  const probe = document.createElement("div");
  Object.assign(probe.style, { position: "absolute", overflow: "scroll", visibility: "hidden" });
  document.body.append(probe);
  const { offsetWidth, clientWidth } = probe;
  probe.remove();
  return offsetWidth - clientWidth;
}

/** What makes scrollbars of one width those of another. @param {number} wanted @param {number} own */
function rulesFor(wanted, own) {
  if (wanted === own) return "";
  if (SIZED) return `@layer tandem-bars { ::-webkit-scrollbar { width: ${wanted}px; height: ${wanted}px } ${THUMB} } `;
  return wanted ? "" : "* { scrollbar-width: none !important } ";
}
