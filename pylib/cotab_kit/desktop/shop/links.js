// @ts-check
// The addresses in a text. What ends a sentence is no part of them, nor is a bracket that was opened before them.

const ADDRESS = /https?:\/\/[^\s<>"]+/g;
const SENTENCE_ENDS = /[.,;:!?'"“”‘’…。、]$/;
const BRACKETS = { ")": "(", "]": "[", "}": "{" };

/**
 * Split a text into what stands between addresses, and addresses: each second part is one.
 * @param {string} text
 * @returns {string[]}
 */
export function split(text) {
  const parts = [];
  let end = 0;
  for (const found of text.matchAll(ADDRESS)) {
    const address = trimmed(found[0]);
    parts.push(text.slice(end, found.index), address);
    end = found.index + address.length;
  }
  return [...parts, text.slice(end)];
}

/** @param {string} address @returns {string} */
function trimmed(address) {
  const last = /** @type {keyof typeof BRACKETS} */ (address.at(-1));
  const opening = BRACKETS[last];
  const isOpen = opening && count(address, opening) < count(address, last);
  return SENTENCE_ENDS.test(address) || isOpen ? trimmed(address.slice(0, -1)) : address;
}

/** @param {string} text @param {string} letter */
const count = (text, letter) => text.split(letter).length - 1;
