// @ts-check
// Addresses. `URL.canParse` and `URL.parse` are younger than the floor of versions (cotab_kit/tools/floor).

/** @param {string} text @param {string} [base] @returns {URL | null} null if it is no address */
export function urlOf(text, base) {
  try {
    return new URL(text, base);
  } catch {
    return null;
  }
}
