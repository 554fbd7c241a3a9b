// @ts-check
// Texts in the pieces by which a caret goes: signs as a reader sees them, and words.

/** @typedef {{ index: number, segment: string, isWordLike?: boolean }} Piece */

/** For Firefox before 125, which has no Intl.Segmenter. */
const PATTERNS = {
  grapheme: /\r\n|\p{RI}\p{RI}|\P{M}(?:[\p{M}\p{EMod}]|\u200d\P{M})*|\p{M}+/gu,
  word: /[\p{L}\p{N}_](?:[\p{L}\p{M}\p{N}_]|['’](?=\p{L}))*|\s+|[^]/gu,
};

/** Signs that are looked at for one key: dividing a long text takes long. */
const NEAR = 1000;

/** @param {string} text @param {"grapheme" | "word"} [granularity] @returns {Piece[]} */
export function piecesOf(text, granularity = "grapheme") {
  if (typeof Intl.Segmenter === "function") return [...new Intl.Segmenter(undefined, { granularity }).segment(text)];
  return [...text.matchAll(PATTERNS[granularity])].map(({ 0: segment, index }) => ({ index, segment, isWordLike: /[\p{L}\p{N}_]/u.test(segment) }));
}

/** What a deletion takes away of a text where nothing is selected. @param {string} text @param {number} at @param {string} inputType @returns {[number, number]} */
export function reachOf(text, at, inputType) {
  const [, what, way] = /^delete(Content|Word|SoftLine)(Back|For)ward$/.exec(inputType) ?? [];
  if (!what) return [at, at];
  return way === "Back" ? [at - lengthAt(text.slice(0, at), what, true), at] : [at, at + lengthAt(text.slice(at), what, false)];
}

/** How much of a text goes at its end, or its beginning. @param {string} text @param {string} what @param {boolean} atEnd */
function lengthAt(text, what, atEnd) {
  if (what === "SoftLine") return (text.split("\n").at(atEnd ? -1 : 0) ?? "").length;
  const pieces = piecesOf(atEnd ? text.slice(-NEAR) : text.slice(0, NEAR), what === "Word" ? "word" : "grapheme");
  if (atEnd) pieces.reverse();
  const last = what === "Word" ? pieces.findIndex(({ isWordLike }) => isWordLike) : 0;
  return pieces.slice(0, last < 0 ? pieces.length : last + 1).reduce((sum, { segment }) => sum + segment.length, 0);
}
