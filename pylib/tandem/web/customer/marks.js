// @ts-check
// Shows the customer, while the agent looks, which fields are hidden: a dashed frame. It is one style sheet of
// the document (fields in shadow roots have no frame), and leaves no trace.

import { SECRET_SELECTOR } from "./policy.js";
import { sheet } from "./style.js";

/** @import { Policy } from "./policy.js" */

const FIELDS = ":is(input, textarea, select, [contenteditable]:not([contenteditable=false i]))";
const FRAME = "{ outline: 2px dashed #a80000 !important; outline-offset: 1px !important; }";

export class Marks {
  /** @param {Policy} policy */
  constructor({ allow, block }) {
    const shown = `:not(:is(${allow}), :is(${allow}) *)`;
    const rules = [`${FIELDS}${shown}`, `:is(${SECRET_SELECTOR})`, `${FIELDS}:is(:is(${block}), :is(${block}) *)`];
    this.sheet = sheet(`${rules.join(", ")} ${FRAME}`);
  }

  show() {
    if (document.adoptedStyleSheets.includes(this.sheet)) return;
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, this.sheet];
  }

  hide() {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((each) => each !== this.sheet);
  }
}
