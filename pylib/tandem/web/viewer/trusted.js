// @ts-check
// Where a page has to say that it means a text to be taken as HTML (trusted types): the viewer does so of the doctype of a page
// in quirks mode, and of a drawing, of which only what is harmless is then taken. rrweb uses it, too (tandem_patches/rrweb.mjs).

/** @type {{ createHTML?: (text: string) => any } | undefined} where a browser knows of it */
const policy = /** @type {any} */ (window).trustedTypes?.createPolicy?.("tandem", { createHTML: (/** @type {string} */ text) => text });

/** @param {string} text @returns {any} the same, as a browser takes it */
export const trusted = (text) => policy?.createHTML?.(text) ?? text;
