// @ts-check
// rrweb's recorder and what a page has named: it asks the browser of a node, not the node itself, and takes documents of XML as
// those of HTML. `nodes` is the customer's module of that name.

/** @import { Patch } from "./rrweb.mjs" */

/** @type {Record<string, Patch>} */
export const NODES = {
  "types of nodes": [/(?<![\w.])(n|node|parent|parentNode2)\.nodeType\b/g, "nodes.nodeType($1)", 8],
  "names of elements": [/(?<![\w.])(n|parent|parentNode2|textarea|m\.target|target)\.(?:tagName|nodeName)\b/g, "nodes.tagName($1)", 12],
  "names without prefixes": ["toLowerCase(element.tagName)", "nodes.localName(element).toLowerCase()"],
  "drawings": ['Boolean(el.tagName === "svg" || el.ownerSVGElement)', 'nodes.namespaceOf(el) === "http://www.w3.org/2000/svg"'],
  "attributes": [/(?<![\w.])n\.attributes\b/g, "nodes.attributesOf(n)", 2],
  "an attribute": ["m.target.getAttribute(attributeName)", "nodes.attributeOf(m.target, attributeName)"],
  "selectors": [/(?<![\w.])(element|el|target|n)\.(matches|closest)\(/g, "nodes.$2($1, ", 10],
  "styles": [/(?<![\w.])target\.style\b/g, "nodes.styleOf(target)", 4],
  "hosts": ['if (!n || !("host" in n)) return null;', 'if (!n || nodes.nodeType(n) !== Node.DOCUMENT_FRAGMENT_NODE || !("host" in n)) return null;'],
  // Sections of CDATA are text; an instruction is a style sheet, or has its place all the same.
  "no sections": [/ {4}case n\.CDATA_SECTION_NODE:\n[\s\S]*?\};\n/, ""],
  "sections": ["case n.TEXT_NODE:\n", "case n.TEXT_NODE:\n    case n.CDATA_SECTION_NODE:\n"],
  "sections of styles": ["nodes.nodeType(n) === Node.TEXT_NODE", "[Node.TEXT_NODE, Node.CDATA_SECTION_NODE].includes(nodes.nodeType(n))"],
  "instructions": [
    "default:\n      return false;",
    `default:
      if (n.sheet) return { type: NodeType.Element, tagName: "style", attributes: { _cssText: stringifyStylesheet(n.sheet) }, childNodes: [], rootId };
      return { type: NodeType.Comment, textContent: "", rootId };`,
  ],
};
