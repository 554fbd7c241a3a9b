import Cleave from "cleave.js";
import intlTelInput from "intl-tel-input/intlTelInputWithUtils";
import "intl-tel-input/styles";
import noUiSlider from "nouislider";
import "nouislider/dist/nouislider.css";

const byId = (id) => document.getElementById(id);
const state = (window.state = { several: () => [...byId("several").selectedOptions].map(({ value }) => value) });

intlTelInput(byId("tel"), { initialCountry: "us", strictMode: true });
new Cleave("#cleave-date", { date: true, datePattern: ["d", "m", "Y"] });
new Cleave("#cleave-blocks", { blocks: [4, 4, 4], uppercase: true });
new Cleave("#cleave-number", { numeral: true });

/** Put the caret behind as many digits as before. */
function mask(field, digits, format) {
  field.addEventListener("input", () => {
    const before = field.value.slice(0, field.selectionStart).replace(digits, "").length;
    field.value = format(field.value.replace(digits, ""));
    let at = 0;
    for (let count = 0; at < field.value.length && count < before; at += 1) if (!field.value[at].match(digits)) count += 1;
    field.setSelectionRange(at, at);
  });
}

function phone(text) {
  const parts = [text.slice(0, 1), text.slice(1, 4), text.slice(4, 7), text.slice(7, 9), text.slice(9, 11)];
  const signs = ["+", "(", ")", "-", "-"];
  return parts.map((part, at) => (part || at === 0 ? signs[at] + part : "")).join("");
}
mask(byId("mask"), /\D/g, phone);
mask(byId("amount"), /[^\d.]/g, (text) => text.replace(/\B(?<!\.\d*)(?=(\d{3})+(?!\d))/g, ","));

noUiSlider.create(byId("slider"), { start: 10, range: { min: 0, max: 20 }, step: 1, connect: true });
byId("slider").noUiSlider.on("update", ([value]) => { state.level = Number(value); });
