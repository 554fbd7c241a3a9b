// @ts-check
// What a browser itself says of a node. Pages put names of their own over it: a form answers by those of its fields, a component
// by what its class has, and a script may call `Node` what it likes.

const HTML = "http://www.w3.org/1999/xhtml";

/** What the browser has of a name, however far up. @param {Node} node @param {string} name @returns {PropertyDescriptor & Record<string, any>} */
function native(node, name) {
  let owner = Object.getPrototypeOf(node);
  while (!Object.hasOwn(owner, name)) owner = Object.getPrototypeOf(owner);
  return /** @type {PropertyDescriptor} */ (Object.getOwnPropertyDescriptor(owner, name));
}

/** An element of HTML, in documents of any kind. @param {string} name @returns {HTMLElement} */
export const createElement = (name) => /** @type {HTMLElement} */ (document.createElementNS(HTML, name));

/** The document as the browser has it, whatever pictures and frames a page calls `title` or `body`. */
export const page = /** @type {Document} */ (
  new Proxy(
    {}, // not the document itself: of that a proxy has to tell what a page has fixed
    {
      get(_, name) {
        const found = Reflect.get(Object.getPrototypeOf(document), name, document);
        return typeof found === "function" ? found.bind(document) : found;
      },
    },
  )
);

const form = createElement("form");
/** @param {string} name @returns {(node: Node) => any} */
const reader = (name) => ((get) => (/** @type {Node} */ node) => Reflect.apply(get, node, []))(native(form, name).get ?? (() => {}));
/** @param {string} name @returns {(node: Node, given?: string) => any} */
const caller = (name) => ((call) => (/** @type {Node} */ node, /** @type {string | undefined} */ given) => Reflect.apply(call, node, [given]))(native(form, name).value);

/** @type {(node: Node) => number} */
export const nodeType = reader("nodeType");
/** @type {(node: Node) => Element | null} */
export const parentElement = reader("parentElement");
/** @type {(node: Node) => ParentNode | null} */
export const parentNode = reader("parentNode");
/** @type {(node: Node) => NodeListOf<ChildNode>} */
export const childNodesOf = reader("childNodes");
/** @type {(node: Node) => boolean} */
export const isConnected = reader("isConnected");
/** @type {(node: Node) => Document} */
export const ownerOf = reader("ownerDocument");
/** @type {(element: Element) => HTMLSlotElement | null} */
export const slotIn = reader("assignedSlot");
/** @type {(element: Element) => string | null} */
export const namespaceOf = reader("namespaceURI");
/** @type {(element: Element) => NamedNodeMap} */
export const attributesOf = reader("attributes");
/** @type {(element: Element) => HTMLCollection} */
export const childrenOf = reader("children");
/** @type {(element: Element) => ShadowRoot | null} */
export const openRoot = reader("shadowRoot");
/** @type {(node: Node) => Node} */
export const rootNode = caller("getRootNode");
/** @type {(element: Element, selector: string) => boolean} */
export const matches = caller("matches");
/** @type {(element: Element, selector: string) => Element | null} */
export const closest = caller("closest");
/** @type {(element: Element, selector: string) => NodeListOf<Element>} */
export const queryAll = caller("querySelectorAll");
/** @type {(element: Element, name: string) => string | null} */
export const attributeOf = caller("getAttribute");

const nameOf = reader("localName");
const style = reader("style");

/** @param {EventTarget | null | undefined} node @returns {node is Element} */
export const isElement = (node) => Boolean(node && "nodeType" in node && nodeType(/** @type {Node} */ (node)) === 1);
/** The name of an element, "" of any other node. @param {Node} node @returns {string} */
export const localName = (node) => (isElement(node) ? nameOf(node) : "");
/** The same as documents of HTML have it. @param {Node} node */
export const tagName = (node) => localName(node).toUpperCase();
/** Elements of XML that browsers do not know have none: that is empty. @param {Element} element @returns {CSSStyleDeclaration} */
export const styleOf = (element) => (namespaceOf(element) === HTML ? style(element) : (/** @type {SVGElement} */ (element).style ?? style(form)));

/** An element as the browser has it, for what is seldom asked: what all elements of its kind have, or a form. @param {Element} element @returns {HTMLFormElement} */
export const bare = (element) =>
  /** @type {HTMLFormElement} */ (
    new Proxy(
      {},
      {
        get(_, name) {
          const { get, value } = native(namespaceOf(element) === HTML ? form : element, /** @type {string} */ (name));
          return get ? Reflect.apply(get, element, []) : value.bind(element);
        },
      },
    )
  );
