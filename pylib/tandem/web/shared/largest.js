// @ts-check
// In old syntax: see customer/tandem.js.

/** No asset larger than this is sent, in bytes. */
export var MAX_ASSET = 2 * 1024 * 1024 - 4096;
