// @ts-check
// What a frame of another origin has recorded of a page by itself, as part of the page around it.

import { EventType, IncrementalSource, NodeType } from "@rrweb/types";

/** Nodes as parts of the document that is their root here: of a page by itself nobody says so. @param {any} node @param {number} root */
export function rooted(node, root) {
  if (node.type !== NodeType.Document) node.rootId ??= root;
  for (const child of node.childNodes ?? []) rooted(child, root);
}

/** The document of a frame, as an event. @param {number} parentId @param {any} node */
export function attached(parentId, node) {
  const data = { source: IncrementalSource.Mutation, adds: [{ parentId, nextId: null, node }], removes: [], texts: [], attributes: [], isAttachIframe: true };
  return { type: EventType.IncrementalSnapshot, timestamp: Date.now(), data };
}
