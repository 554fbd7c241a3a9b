// @ts-check
// What the customer reads of a shared screen, in six languages; it comes with the parts that are loaded for that.

const en = {
  screen_title: "May {agent} see your screen?",
  screen_text: "You choose next whether {agent} sees a tab, a window or the whole screen, live, until you stop.",
  screen_masked: "Nothing is hidden in what you choose. Close what {agent} should not see.",
  screen_yes: "Choose what to share",
  screen_unable: "This browser cannot share a screen, so nothing is visible. {agent} has been told; a browser on a computer can.",
  banner_screen: "{agent} sees what you share",
  banner_pictures: "{agent} sees what you share, as single pictures",
  banner_idle: "Nothing is shared at the moment",
  share_again: "Share again",
  preview: "What you share",
};

/** @typedef {keyof typeof en} ScreenKey */
/** @typedef {Record<ScreenKey, string>} Texts */

/** @type {Texts} */
const de = {
  screen_title: "Darf {agent} Ihren Bildschirm sehen?",
  screen_text: "Sie wählen gleich, ob {agent} einen Tab, ein Fenster oder den ganzen Bildschirm sieht, live, bis Sie es beenden.",
  screen_masked: "In dem, was Sie wählen, ist nichts verborgen. Schließen Sie, was {agent} nicht sehen soll.",
  screen_yes: "Auswählen und teilen",
  screen_unable: "Dieser Browser kann keinen Bildschirm teilen; nichts ist sichtbar. {agent} weiß Bescheid; ein Browser auf einem Computer kann es.",
  banner_screen: "{agent} sieht, was Sie teilen",
  banner_pictures: "{agent} sieht in einzelnen Bildern, was Sie teilen",
  banner_idle: "Zurzeit wird nichts geteilt",
  share_again: "Erneut teilen",
  preview: "Was Sie teilen",
};

/** @type {Texts} */
const fr = {
  screen_title: "Autoriser {agent} à voir votre écran ?",
  screen_text: "Vous choisirez ensuite si {agent} voit un onglet, une fenêtre ou tout l’écran, en direct, jusqu’à ce que vous arrêtiez.",
  screen_masked: "Rien n’est masqué dans ce que vous choisissez. Fermez ce que {agent} ne doit pas voir.",
  screen_yes: "Choisir quoi partager",
  screen_unable: "Ce navigateur ne peut pas partager d’écran ; rien n’est visible. {agent} en est informé ; un navigateur sur ordinateur le peut.",
  banner_screen: "{agent} voit ce que vous partagez",
  banner_pictures: "{agent} voit ce que vous partagez, image par image",
  banner_idle: "Rien n’est partagé pour l’instant",
  share_again: "Partager à nouveau",
  preview: "Ce que vous partagez",
};

/** @type {Texts} */
const es = {
  screen_title: "¿Puede {agent} ver su pantalla?",
  screen_text: "A continuación elige si {agent} ve una pestaña, una ventana o toda la pantalla, en directo, hasta que usted lo detenga.",
  screen_masked: "En lo que elija no se oculta nada. Cierre lo que {agent} no deba ver.",
  screen_yes: "Elegir qué compartir",
  screen_unable: "Este navegador no puede compartir la pantalla; nada es visible. {agent} está al corriente; un navegador en un ordenador sí puede.",
  banner_screen: "{agent} ve lo que usted comparte",
  banner_pictures: "{agent} ve lo que usted comparte, en imágenes sueltas",
  banner_idle: "En este momento no se comparte nada",
  share_again: "Compartir de nuevo",
  preview: "Lo que comparte",
};

/** @type {Texts} */
const ja = {
  screen_title: "{agent} に画面を見せますか?",
  screen_text: "次に、{agent} に見せるタブ、ウィンドウ、または画面全体を選びます。終了するまでリアルタイムで表示されます。",
  screen_masked: "選んだものの中では何も隠されません。{agent} に見せたくないものは閉じてください。",
  screen_yes: "共有するものを選ぶ",
  screen_unable: "このブラウザーでは画面を共有できないため、何も表示されていません。{agent} にはお知らせしました。パソコンのブラウザーなら共有できます。",
  banner_screen: "{agent} が共有中の内容を見ています",
  banner_pictures: "{agent} が共有中の内容を静止画で見ています",
  banner_idle: "現在は何も共有していません",
  share_again: "もう一度共有する",
  preview: "共有している内容",
};

/** @type {Texts} */
const ar = {
  screen_title: "هل تسمح لـ {agent} برؤية شاشتك؟",
  screen_text: "ستختار الآن ما إذا كان {agent} يرى علامة تبويب أو نافذة أو الشاشة كلها، مباشرةً، إلى أن توقف ذلك.",
  screen_masked: "لا شيء مخفي فيما تختاره. أغلق ما لا ينبغي أن يراه {agent}.",
  screen_yes: "اختيار ما تشاركه",
  screen_unable: "لا يمكن لهذا المتصفح مشاركة الشاشة، لذلك لا شيء مرئي. تم إبلاغ {agent}؛ يمكن ذلك بمتصفح على جهاز كمبيوتر.",
  banner_screen: "{agent} يرى ما تشاركه",
  banner_pictures: "{agent} يرى ما تشاركه كصور منفردة",
  banner_idle: "لا تتم مشاركة شيء في الوقت الحالي",
  share_again: "المشاركة مرة أخرى",
  preview: "ما تشاركه",
};

/** @type {Record<string, Texts>} */
export const TEXTS = { en, de, fr, es, ja, ar };
