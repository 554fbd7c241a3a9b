// @ts-check
// What rrweb keeps of a page that has gone: on the customer's side frames, shadow trees and all that a recording knew, once it
// has ended; on the agent's side the same of the mirror.

/** @import { Patch } from "./rrweb.mjs" */

/** @type {Record<string, Patch>} */
export const RECORD_MEMORY = {
  // A map of numbers forgets the children of what has gone, but not its shadow tree, nor a frame's document.
  "shadow trees and frames are forgotten": [
    "removeNodeFromMap(n) {\n    const id = this.getId(n);\n    this.idNodeMap.delete(id);\n    if (n.childNodes) {\n      n.childNodes.forEach(\n        (childNode) => this.removeNodeFromMap(childNode)\n      );\n    }\n  }",
    `removeNodeFromMap(n) {
      this.idNodeMap.delete(this.getId(n));
      nodes.childNodesOf(n).forEach((childNode) => this.removeNodeFromMap(childNode));
      const root = index.shadowRoot(n);
      if (root) this.removeNodeFromMap(root);
      this.onRemoved?.(n);
    }`,
  ],
  // The number is all that it is asked for; the rest is a copy of the page.
  "only numbers are kept": ["mirror2.add(n, serializedNode);", "mirror2.add(n, { id });"],
  "sheets are not kept": ["this.idStyleMap.set(newId, stylesheet);", ""],
  "the snapshot is not kept": ["lastFullSnapshotEvent = e;", "lastFullSnapshotEvent = { timestamp: e.timestamp };"],
  "a batch that comes to nothing is forgotten": [
    "if (!payload.texts.length && !payload.attributes.length && !payload.removes.length && !payload.adds.length) {\n        return;\n      }",
    "const isEmpty = !payload.texts.length && !payload.attributes.length && !payload.removes.length && !payload.adds.length;",
  ],
  "a batch that comes to nothing is not sent": ["this.movedMap = {};\n      this.mutationCb(payload);", "this.movedMap = {};\n      if (!isEmpty) this.mutationCb(payload);"],
  "buffers go with their observers": [
    "return [observer, iframeCleanup];",
    "return [observer, () => {\n    iframeCleanup();\n    mutationBuffers.splice(mutationBuffers.indexOf(mutationBuffer) >>> 0, 1);\n  }];",
  ],
  // What is kept for a shadow root, or of a frame's window, goes with it, and not only with all of them.
  "shadow roots are known one by one": [/this\.shadowDoms = \/\* @__PURE__ \*\/ new WeakSet\(\);/g, "this.shadowDoms = /* @__PURE__ */ new Map();", 1],
  "shadow roots are known from the start": ['__publicField(this, "shadowDoms", /* @__PURE__ */ new WeakSet());', '__publicField(this, "shadowDoms", /* @__PURE__ */ new Map());'],
  "a shadow root has its own": ["this.shadowDoms.add(shadowRoot2);\n    const [observer] = initMutationObserver(", "const own = [];\n    this.shadowDoms.set(shadowRoot2, own);\n    const [observer, forget] = initMutationObserver("],
  "a shadow root's observers": [
    "this.restoreHandlers.push(() => observer.disconnect());\n    this.restoreHandlers.push(\n      initScrollObserver({",
    "own.push(() => observer.disconnect(), forget);\n    own.push(\n      initScrollObserver({",
  ],
  "a shadow root's sheets": [
    "setTimeout(() => {\n      if (shadowRoot2.adoptedStyleSheets && shadowRoot2.adoptedStyleSheets.length > 0)",
    "setTimeout(() => {\n      if (this.shadowDoms.get(shadowRoot2) !== own) return;\n      if (shadowRoot2.adoptedStyleSheets && shadowRoot2.adoptedStyleSheets.length > 0)",
  ],
  "a shadow root's hooks": ["this.restoreHandlers.push(\n        initAdoptedStyleSheetObserver(", "own.push(\n        initAdoptedStyleSheetObserver("],
  "a document has its own": [
    "const manager = this;\n    this.restoreHandlers.push(\n      patch(",
    "const manager = this;\n    if (this.shadowDoms.has(doc)) return;\n    this.shadowDoms.set(doc, []);\n    this.shadowDoms.get(doc).push(\n      patch(",
  ],
  "one is left, or all": [
    "reset() {\n    this.restoreHandlers.forEach((handler) => {\n      try {\n        handler();\n      } catch (e) {\n      }\n    });\n    this.restoreHandlers = [];",
    `leave(root) {
      for (const handler of this.shadowDoms.get(root) ?? []) {
        try {
          handler();
        } catch (e) {
        }
      }
      this.shadowDoms.delete(root);
    }
    reset() {
      for (const root of [...this.shadowDoms.keys()]) this.leave(root);`,
  ],
  // One frame that goes must not end what is observed elsewhere.
  "a frame goes alone": ["return callbackWrapper(() => {\n    mutationBuffers.forEach((b) => b.reset());\n    mutationObserver == null", "return callbackWrapper(() => {\n    mutationObserver == null"],
  // A document is observed once, however often it is sent, and until its frame shows another one or goes.
  "frames are observed once": [
    "iframeManager.addLoadListener((iframeEl) => {\n      try {\n        handlers.push(observe(iframeEl.contentDocument));",
    `const frames = new Map();
    const leave = (frame, next) => {
      const { doc, stop } = frames.get(frame) ?? {};
      frames.delete(frame);
      stop?.();
      if (!doc || doc === next) return;
      shadowDomManager.leave(doc);
      mirror.removeNodeFromMap(doc);
    };
    mirror.onRemoved = (node) => {
      const root = index.shadowRoot(node);
      if (root) shadowDomManager.leave(root);
      leave(node);
    };
    iframeManager.addLoadListener((iframeEl) => {
      try {
        for (const each of frames.keys()) if (!each.isConnected) leave(each);
        const doc = iframeEl.contentDocument;
        leave(iframeEl, doc);
        frames.set(iframeEl, { doc, stop: observe(doc) });`,
  ],
  "the end is the end": [
    "return () => {\n      handlers.forEach((handler) => {",
    "return () => {\n      mutationBuffers.forEach((b) => b.reset());\n      handlers.push(...[...frames.values()].map(({ stop }) => stop));\n      frames.clear();\n      handlers.splice(0).forEach((handler) => {",
  ],
  "after the end": [
    "processedNodeManager.destroy();\n      recording = false;",
    "processedNodeManager.destroy();\n      recording = false;\n      mutationBuffers.length = 0;\n      mirror.reset();\n      mirror.onRemoved = void 0;\n      wrappedEmit = () => {\n      };",
  ],
};

/** @type {Record<string, Patch>} */
export const REPLAY_MEMORY = {
  "shadow trees and frames are forgotten": [
    /removeNodeFromMap\(n2\) \{\s*const id = this\.getId\(n2\);\s*this\.idNodeMap\.delete\(id\);/g,
    "removeNodeFromMap(n2) {\n    this.idNodeMap.delete(this.getId(n2));\n    for (const inner of [n2.shadowRoot, n2.contentDocument]) if (inner) this.removeNodeFromMap(inner);",
    3,
  ],
  "a frame's last document is forgotten": [
    "buildNodeWithSN(mutation.node, {\n      doc: iframeEl.contentDocument,",
    "if (iframeEl.contentDocument) mirror2.removeNodeFromMap(iframeEl.contentDocument);\n    buildNodeWithSN(mutation.node, {\n      doc: iframeEl.contentDocument,",
  ],
};
