// @ts-check
// What a shop does that has Cobrowse.io: start the customer's SDK, and let the customer enter a code.
// The SDK is the real one, from [preview.npm], served by the preview's customer's site. `data-user` names who is signed in.

const { api, user } = /** @type {HTMLScriptElement} */ (document.currentScript).dataset;

async function start() {
  const { default: cobrowse } = await import(new URL("/npm/cobrowse-sdk-js.js", location.href).href);
  Object.assign(cobrowse, { license: "license", api, customData: { user_id: user } });
  await cobrowse.start({ allowHeadless: true }); // in a headless browser, as that of the tests, it does nothing otherwise
  return cobrowse;
}

/** @param {(code: string) => Promise<unknown>} enter */
function askForCode(enter) {
  const form = document.createElement("form"), label = document.createElement("label"), code = document.createElement("input");
  const button = document.createElement("button"), trouble = document.createElement("p");
  Object.assign(form.style, { position: "fixed", insetInlineStart: "1rem", bottom: "1rem", padding: "1rem", background: "#fff" });
  Object.assign(code, { inputMode: "numeric", autocomplete: "off", required: true });
  label.append("Code from our agent ", code);
  button.textContent = "Let them look";
  trouble.setAttribute("role", "alert");
  form.append(label, " ", button, trouble);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    trouble.textContent = "";
    try {
      await enter(code.value.replace(/\s/g, ""));
    } catch {
      trouble.textContent = "There is no such code.";
    }
  });
  document.body.append(form);
}

const started = start();
addEventListener("DOMContentLoaded", () => askForCode(async (code) => (await started).getSession(code)));
