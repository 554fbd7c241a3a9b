// @ts-check
// Why a customer is asked, in six languages.

/** @type {Record<string, string>} */
const WHY = {
  en: "You are asked because of your chat on {site}.",
  de: "Sie werden wegen Ihres Chats auf {site} gefragt.",
  fr: "Cette question vous est posée à la suite de votre conversation sur {site}.",
  es: "Se le pregunta por su chat en {site}.",
  ja: "{site} でのチャットについてお尋ねしています。",
  ar: "يُطرح عليك هذا السؤال بسبب محادثتك على {site}.",
};

/** @param {string} language @param {string} site */
export const whyOf = (language, site) => (WHY[language] ?? WHY.en).replace("{site}", site);
