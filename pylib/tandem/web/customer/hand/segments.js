// @ts-check
// Texts in the pieces by which a caret goes: signs as a reader sees them, and words.

/** @typedef {{ index: number, segment: string, isWordLike?: boolean }} Piece */

/** For Firefox before 125, which has no Intl.Segmenter. */
const PATTERNS = {
  grapheme: /\r\n|\p{RI}\p{RI}|\P{M}(?:[\p{M}\p{EMod}]|\u200d\P{M})*|\p{M}+/gu,
  word: /[\p{L}\p{N}_](?:[\p{L}\p{M}\p{N}_]|['’](?=\p{L}))*|\s+|[^]/gu,
};

/** @param {string} text @param {"grapheme" | "word"} [granularity] @returns {Piece[]} */
export function piecesOf(text, granularity = "grapheme") {
  if (typeof Intl.Segmenter === "function") return [...new Intl.Segmenter(undefined, { granularity }).segment(text)];
  return [...text.matchAll(PATTERNS[granularity])].map(({ 0: segment, index }) => ({ index, segment, isWordLike: /[\p{L}\p{N}_]/u.test(segment) }));
}
