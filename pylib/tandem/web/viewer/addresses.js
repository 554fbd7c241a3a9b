// @ts-check
// Which addresses a mirrored page may make the agent's browser fetch, and what is left of its style sheets: pictures, fonts
// and styles from the page's own origin or from public https sites, never from the agent's own network.

import { NAME } from "../shared/assets.js";
import { urlOf } from "../shared/urls.js";

const PICTURE = /^data:image\/(?:png|jpe?g|gif|webp|avif|bmp|svg\+xml|x-icon|vnd\.microsoft\.icon)[;,]/i;
const FONT = /^data:(?:font\/|application\/(?:x-)?font)/i;
const NOWHERE = "data:,";

/** A host that anybody could reach: a name with a dot that is no number and not of a private network. */
const PUBLIC = /^(?=.*[a-z])(?!.*\.(?:local|localhost|internal|intranet|lan|home|corp|test|arpa)$)[a-z0-9-]+(?:\.[a-z0-9-]+)+$/;

/** @param {string} text @param {string} origin of the mirrored page @returns {string | null} the address, if it is harmless */
export function sanitizeAddress(text, origin) {
  if (PICTURE.test(text.trim()) || NAME.test(text)) return text.trim();
  const url = urlOf(text);
  if (!url || url.username || url.password) return null;
  if (url.origin === origin && /^https?:$/.test(url.protocol)) return url.href;
  return url.protocol === "https:" && PUBLIC.test(url.hostname) ? url.href : null;
}

/** @param {string} text of srcset @param {string} origin */
export function sanitizeSrcset(text, origin) {
  const parts = text.split(/,\s+/).map((part) => part.trim().split(/\s+/));
  const kept = parts.flatMap(([address, ...size]) => {
    const good = sanitizeAddress(address, origin);
    return good ? [[good, ...size].join(" ")] : [];
  });
  return kept.join(", ");
}

const QUOTED = String.raw`"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*'`;
/** A picture of `image-set()` by its address, which is looked at by itself, and for which density. */
const ONE = String.raw`url\((?:\s*(?:${QUOTED})\s*|[^)"']*)\) [\d.]+x`;
const LOADS = new RegExp(`@import[^;]*;?|url\\(\\s*(${QUOTED}|[^)"']*?)\\s*\\)|url\\(|(?:-webkit-)?image-set\\((?!${ONE}\\))|\\bsrc\\(|@charset[^;]*;?`, "gi");
/** Where a style sheet takes no variable in the place of an address. */
const FIXED = /(?:^|[;{])\s*(?:src|initial-value|symbols|prefix|suffix)\s*:[^;{}]*$/i;
const MAX_LOOK_BACK = 300;
const WORDS = /@import|url\(|image-set\(|\bsrc\(/gi;
const ESCAPE = /\\(?:([0-9a-f]{1,6})\s?|([\s\S]))/gi;

/**
 * A style sheet or declaration without anything it may not load. Whoever writes `u\72l(` hides something: nothing of such a
 * sheet is left.
 * @param {string} css
 * @param {string} origin
 * @param {(address: string) => string} [image] what stands for a picture's address
 */
export function sanitizeCss(css, origin, image) {
  const plain = unescaped(css);
  if (plain !== css && count(plain) !== count(css)) return "";
  return css.replace(LOADS, (part, /** @type {string | undefined} */ address, /** @type {number} */ at) => {
    if (address !== undefined) {
      const given = unescaped(address.replace(/^(["'])([\s\S]*)\1$/, "$2"));
      const kept = sanitizeUrl(given, origin);
      const isFixed = FIXED.test(css.slice(Math.max(0, at - MAX_LOOK_BACK), at));
      if (isFixed && (NAME.test(kept) || kept === NOWHERE)) return `url("${NOWHERE}${withheld(given)}")`;
      return image && !isFixed && (NAME.test(kept) || /^https?:[^#]*$/.test(kept)) ? image(kept) : `url("${kept}")`;
    }
    return part.startsWith("@") ? "" : `none-${part}`;
  });
}

/** @param {string} address @param {string} origin @returns {string} so that it ends neither the string nor a comment */
function sanitizeUrl(address, origin) {
  if (/^#[\w:.-]+$/.test(address)) return address;
  const good = FONT.test(address) ? address : sanitizeAddress(address, origin);
  return (good ?? NOWHERE).replace(/["\\\n\r*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

/** What must not be loaded here can be asked of the customer's page. @param {string} address */
function withheld(address) {
  return NAME.test(address) || (/^https?:/i.test(address) && urlOf(address)) ? address.replace(/["\\\n\r*]/g, "") : "";
}

/** @param {string} text */
function count(text) {
  return text.match(WORDS)?.length ?? 0;
}

/** @param {string} text */
function unescaped(text) {
  return text.replace(ESCAPE, (_, /** @type {string | undefined} */ code, /** @type {string} */ sign) => {
    const number = code === undefined ? 0 : parseInt(code, 16);
    return code === undefined ? sign : number > 0 && number <= 0x10ffff ? String.fromCodePoint(number) : "\ufffd";
  });
}
