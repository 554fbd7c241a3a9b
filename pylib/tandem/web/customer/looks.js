// @ts-check
// What looks like a secret, in the six languages: names and labels of passwords, codes and cards, and a card's number. Pure
// functions.

const NAMES = [
  // Passwords and PINs.
  /pass-?(?:word|wd|phrase|code|wort|key)|\bpwd?\b|\bpsw\b|kenn?wort|mot ?de ?passe|\bmdp\b|contrase(?:n|ñ)a|\bclave\b|パスワード|暗証|كلمة (?:المرور|السر)|الرقم السري/,
  /\bpin\b(?! ?(?:code|box))|\bpin-?nummer\b|\bpuk\b/,
  // Security codes of cards, and the cards.
  /\bc(?:vv?2?|vc2?|sc|vn|id)\b|\bcc ?(?:number|num|no|csc|cvc|code|exp\w*)\b|(?:security|card ?verification|card ?validation) ?(?:code|number|value)|sicherheitscode|pr(?:ü|ue)f(?:nummer|ziffer)|code ?(?:de ?)?s(?:é|e)curit(?:é|e)|cryptogramme|c(?:ó|o)digo ?(?:de ?)?seguridad|セキュリティ ?(?:コード|番号)|رمز (?:الأمان|الحماية)/,
  /(?:credit|debit|bank)? ?card ?(?:number|num|no|nr)\b|(?:kredit|bank|debit)?karten ?(?:nummer|nr)|num(?:é|e)ro ?(?:de ?)?(?:la ?)?carte|n(?:ú|u)mero ?(?:de ?)?(?:la ?)?tarjeta|カード ?番号|رقم البطاقة/,
  // Codes that are good once.
  /\botp\b|\btotp\b|\b[2m]fa\b|one ?time ?(?:pass\w*|code|pin)|(?:verification|auth\w*|confirmation|sms|two ?factor|login|access) ?code|\bm?tan\b|einmal ?(?:code|pass\w*|kennwort|pin)|(?:best(?:ä|ae)tigungs|verifizierungs|freischalt|zugangs|authentifizierungs) ?code/,
  /code ?(?:(?:à|a) ?usage ?unique|de ?v(?:é|e)rification|de ?confirmation|d.?acc(?:è|e)s|sms)|c(?:ó|o)digo ?(?:de ?)?(?:un ?solo ?uso|verificaci(?:ó|o)n|confirmaci(?:ó|o)n|acceso|sms)|ワンタイム|(?:認証|確認|検証)(?:コード|番号)|رمز (?:التحقق|التأكيد|لمرة واحدة|المرور)/,
];
/** Codes that are no secret. */
const PUBLIC = /post(?:al|leit|code)|\bzip|\bplz\b|promo|coupon|gutschein|discount|rabatt|voucher|gift|referral|country|l(?:ä|ae)nder|\barea\b|vorwahl|product|produkt|item|artikel|pays\b|pa(?:í|i)s\b|郵便|クーポン|国番号|بريدي|الخصم/;
const CODE = /code|código|コード|番号|رمز/;
/** A `pattern` that takes three to eight digits, and nothing else. */
const DIGITS = /^\^?(?:\\d|\[0-9\])(?:\{([3-8])(?:,[3-8])?\}|(?:\\d|\[0-9\]){2,7})\$?$/;
/** Whoever says so in `autocomplete` has another thing in the field. */
const PLAIN = /^(?:(?:section-\S+|shipping|billing|home|work|mobile|fax|pager)\s+)*(?:(?:\w+-)?name|honorific-\w+|nickname|email|username|organization(?:-title)?|street-address|address-\w+|country(?:-name)?|postal-code|tel(?:-\w+)*|bday(?:-\w+)?|sex|url|photo|language|transaction-\w+|impp)$/i;

/** Three to nineteen... a card's digits, perhaps in groups. */
const CARD = /(?<!\d)[2-6](?:[ \u00a0-]?\d){12,18}(?!\d)/g;
const ISSUERS = /^(?:4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11,14}|35\d{14}|6(?:011|4[4-9]\d|5\d\d)\d{12,15}|62\d{14,17}|(?:50|5[6-9]|6\d)\d{10,17})$/;

/** Words of a name as people write them: camelCase, snake_case and kebab-case apart. @param {string} name */
function worded(name) {
  return name
    .normalize("NFC")
    .replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2")
    .replace(/[_\-.:[\]*#]+/g, " ")
    .replace(/\s+/g, " ")
    .toLowerCase()
    .trim();
}

/**
 * What is known of a field.
 * @typedef {object} Field
 * @property {string[]} names its name, id, labels and placeholder
 * @property {string} [autocomplete]
 * @property {string} [pattern]
 * @property {number} [length] how long its content may be
 */

/** Whether a field looks as if it held a secret. @param {Field} field */
export function looksSecret({ names, autocomplete = "", pattern = "", length = -1 }) {
  if (PLAIN.test(autocomplete.trim())) return false;
  const said = names.map(worded).filter(Boolean);
  if (said.some((name) => NAMES.some((kind) => kind.test(name)))) return true;
  const digits = DIGITS.test(pattern) || (length >= 3 && length <= 8);
  return digits && said.some((name) => CODE.test(name)) && !said.some((name) => PUBLIC.test(name));
}

/** Whether digits are those of a payment card: its issuer's, with the right check digit. @param {string} digits */
export function isCard(digits) {
  if (!ISSUERS.test(digits)) return false;
  const sum = [...digits].reverse().reduce((before, sign, at) => before + weighed(Number(sign), at), 0);
  return sum % 10 === 0;
}

/** @param {number} digit @param {number} at */
function weighed(digit, at) {
  const twice = at % 2 ? digit * 2 : digit;
  return twice > 9 ? twice - 9 : twice;
}

/** A text without the numbers of cards in it. @param {string} text */
export function withoutCards(text) {
  if (!/\d/.test(text)) return text;
  return text.replace(CARD, (found) => (isCard(found.replace(/\D/g, "")) ? found.replace(/\d/g, "•") : found));
}
