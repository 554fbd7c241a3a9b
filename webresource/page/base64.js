// @ts-check
// Base64, as binaries are carried in texts.

/**
 * @param {string} base64
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function fromBase64(base64) {
  const native = /** @type {{ fromBase64?(text: string): Uint8Array<ArrayBuffer> }} */ (
    /** @type {unknown} */ (Uint8Array)
  );
  return native.fromBase64?.(base64) ?? Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
