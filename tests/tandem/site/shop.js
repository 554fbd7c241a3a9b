const log = document.getElementById("log");
const say = (text) => { log.textContent += `${text} `; };
for (const id of ["buy", "masked", "blocked", "file"]) document.getElementById(id).addEventListener("click", () => say(id));
document.getElementById("buy").addEventListener("dblclick", () => say("twice"));
document.getElementById("buy").addEventListener("mouseover", () => say("over"));
document.getElementById("name").addEventListener("input", ({ target }) => say(`name=${target.value}`));
document.getElementById("size").addEventListener("change", ({ target }) => say(`size=${target.value}`));
document.getElementById("gift").addEventListener("change", ({ target }) => say(`gift=${target.checked}`));
document.getElementById("form").addEventListener("submit", (event) => { event.preventDefault(); say("sent"); });
