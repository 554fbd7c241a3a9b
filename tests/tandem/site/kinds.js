// Draws what can be scanned, in every way that pages draw it, and does to passwords what pages do to them.
const byId = (id) => document.getElementById(id);
const isOn = (x, y) => (x * 7 + y * 5 + x * y) % 3 === 0;
const modules = [...Array(21 * 21).keys()].map((at) => [at % 21, Math.floor(at / 21)]).filter(([x, y]) => isOn(x, y));
const rect = ([x, y]) => `<rect x="${x}" y="${y}" width="1" height="1"/>`;

window.draw = (prefix = "") => {
  byId("rects").innerHTML = modules.map(rect).join("");
  byId("code").innerHTML = modules.map(rect).join("");
  byId("modules").setAttribute("d", prefix + modules.map(([x, y]) => `M${x} ${y}h1v1h-1z`).join(""));
  const row = (y) => `<tr>${[...Array(21).keys()].map((x) => `<td${isOn(x, y) ? " class=on" : ""}></td>`).join("")}</tr>`;
  byId("table").innerHTML = [...Array(21).keys()].map(row).join("");
  byId("bars").innerHTML = [...Array(40).keys()].map((x) => `<i${isOn(x, x) ? " class=on" : ""}></i>`).join("");
  const shadows = modules.map(([x, y]) => `${x}px ${y}px 0 #000`).join(", ");
  const stops = [...Array(40).keys()].map((x) => `#${x % 2 ? "000" : "fff"} ${x}px ${x + 1}px`).join(", ");
  byId("shadow").style.boxShadow = shadows;
  byId("gradient").style.backgroundImage = `linear-gradient(90deg, ${stops})`;
  document.styleSheets[0].insertRule(`#sheet { box-shadow: ${shadows}; background: linear-gradient(90deg, ${stops}) }`);
};
window.draw();

/** "Show password", before anybody looks. */
window.reveal = () => { byId("word").type = "text"; };

/** The other ways in which a password becomes a text: another node, a clone, one that comes back, another form's field. */
window.swap = () => {
  const made = (attributes) => Object.assign(document.createElement("input"), attributes);
  byId("swapped").replaceWith(made({ id: "other", name: "passphrase", value: "secret-swapped-later" }));
  const clone = byId("again").cloneNode(true);
  byId("again").remove();
  Object.assign(clone, { type: "text", id: "clone" });
  byId("pay").append(clone, made({ id: "same", name: "same", value: "secret-again" }));
  byId("word").remove();
  byId("login").append(made({ id: "back", name: "password", value: "secret-back" }));
  byId("plain").value = "shown-plain-later";
};
