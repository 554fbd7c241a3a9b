// @ts-check
// The looks of what the script shows. As constructable style sheets they need no permission of the site's policy, and reach
// nothing of the site.

const LOOKS = `
:host {
  all: initial !important; position: fixed !important; inset: 0 auto auto 0 !important; display: block !important;
  inline-size: 0 !important; block-size: 0 !important; visibility: visible !important; opacity: 1 !important;
  overflow: visible !important; pointer-events: none !important; z-index: 2147483647 !important;
}
:host::backdrop { display: none !important; }
* { box-sizing: border-box; }
.ui { position: fixed; inset: 0 auto auto 0; transform-origin: 0 0; pointer-events: none; }
.banner, dialog { pointer-events: auto; }
.ui { font: 16px/1.5 system-ui, "Segoe UI", Roboto, sans-serif; color: #242424; }
.banner {
  position: absolute; inset-block-end: 16px; inset-inline: 0; margin-inline: auto; z-index: 2147483647;
  inline-size: fit-content; max-inline-size: calc(100% - 32px);
  display: flex; flex-wrap: wrap; align-items: center; gap: 8px 12px; padding: 10px 12px 10px 16px;
  background: #fff; border: 2px solid #c50f1f; border-radius: 10px; box-shadow: 0 8px 24px rgb(0 0 0 / .3);
}
.banner::before { content: ""; inline-size: 12px; block-size: 12px; border-radius: 50%; background: #c50f1f; flex: none; }
.banner:not([data-state="live"]) { border-color: #8a5100; }
.banner:not([data-state="live"])::before { background: #fff; border: 3px solid #8a5100; }
.banner p { margin: 0; flex: 1 1 auto; }
.banner video { display: block; max-inline-size: 240px; max-block-size: 135px; background: #000; }
.screen { position: relative; }
.screen canvas { position: absolute; inset: 0; inline-size: 100%; block-size: 100%; }
.overlay { position: absolute; inset: 0; inline-size: 100%; block-size: 100%; pointer-events: none; z-index: 2147483646; }
dialog {
  border: 0; border-radius: 12px; padding: 24px; max-inline-size: min(30rem, calc(100vw - 32px));
  background: #fff; color: #242424; box-shadow: 0 16px 48px rgb(0 0 0 / .4); z-index: 2147483647;
}
dialog::backdrop { background: rgb(0 0 0 / .5); }
h2 { font-size: 20px; line-height: 1.3; margin: 0 0 12px; }
dialog p { margin: 0 0 12px; }
.error { color: #a80000; }
.error:empty { display: none; }
label { display: block; font-weight: 600; margin-block-end: 4px; }
input {
  font: inherit; font-size: 24px; letter-spacing: .2em; inline-size: 100%; padding: 8px 12px; margin-block-end: 12px;
  border: 1px solid #616161; border-radius: 6px; color: inherit; background: #fff; direction: ltr;
}
.buttons { display: flex; flex-wrap: wrap; gap: 8px; justify-content: flex-end; margin-block-start: 20px; }
button {
  font: inherit; font-weight: 600; min-block-size: 40px; padding: 6px 16px; border-radius: 6px; cursor: pointer;
  border: 1px solid #616161; background: #fff; color: #242424;
}
button.main { background: #0f548c; border-color: #0f548c; color: #fff; }
button.stop { background: #c50f1f; border-color: #c50f1f; color: #fff; }
button:focus-visible, input:focus-visible { outline: 3px solid #0f548c; outline-offset: 2px; }
@media (forced-colors: active) { .banner, button { border: 2px solid ButtonText; } }
`;

/** @param {string} css */
export function sheet(css) {
  const made = new CSSStyleSheet();
  made.replaceSync(css);
  return made;
}

export const looks = () => sheet(LOOKS);
