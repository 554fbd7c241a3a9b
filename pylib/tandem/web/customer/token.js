// @ts-check
// The token of an invitation link, or the code with which a session comes from another origin; and that of a chat. In old syntax:
// see tandem.js.

/** Take it out of the address before anybody reads it there. @returns {string | null} */
export function takeToken() {
  var found = /(?:^#|&)tandem=([\w.~-]+)/.exec(location.hash);
  if (!found) return null;
  var rest = location.hash.replace(found[0], "").replace(/^#?&?/, "");
  history.replaceState(history.state, "", location.pathname + location.search + (rest && "#" + rest));
  return found[1];
}

/** @returns {string} for a chat: 128 random bits */
export function newToken() {
  return crypto.getRandomValues(new Uint32Array(4)).join("-");
}
