/** Solutions: what is installed, what each contains, installing by upload, uninstalling, and what is left then. */

import { ask, one, rows, uninstall, upload } from "./api.js";
import { badge, button, element, make, redraw } from "./dom.js";
import { icon } from "./icons.js";

/** @typedef {import("./api.js").Row} Row */
/** @typedef {{kind: string, name: string}} Item */

export async function showSolutions() {
  const found = await rows("solutions?$filter=isvisible eq true&$orderby=uniquename");
  const cards = await Promise.all(found.map(card));
  const nothing = make("p", { class: "hint" }, "No solution is installed.");
  const unfolded = [...document.querySelectorAll("details[open]")].map((each) => each.id);
  redraw(element("solution-list", HTMLElement), ...(cards.length ? cards : [nothing]));
  for (const id of unfolded) document.getElementById(id)?.setAttribute("open", "");
}

/** @param {Row} solution */
async function card(solution) {
  const name = solution.uniquename;
  const contents = await ask(`contents/${encodeURIComponent(name)}`).catch(() => null);
  const head = make("header", {}, make("h3", {}, solution.friendlyname ?? name), badge(solution.ismanaged ? "Managed" : "Unmanaged", "informative"), make("span", { class: "grow" }));
  const page = await configuration(solution);
  if (page) head.append(page);
  const remove = button("Uninstall", () => removeSolution(name), { size: "small", "data-key": `uninstall ${name}`, "aria-label": `Uninstall ${solution.friendlyname ?? name}` });
  remove.prepend(icon("bin"));
  head.append(remove);
  return make("article", { class: "card solution", "data-solution": name }, head, make("p", { class: "hint" }, `${name} · version ${solution.version}`), ...(contents ? lists(name, contents) : []));
}

/** Link to the solution's own configuration page. @param {Row} solution */
async function configuration(solution) {
  const key = solution._configurationpageid_value ?? solution.configurationpageid;
  if (!key) return null;
  const resource = await one(`webresourceset(${key})?$select=name`).catch(() => null);
  return resource && make("a", { href: `/WebResources/${resource.name}`, target: "_blank" }, "Configuration page");
}

/** @param {string} name @param {{carried: Item[], owned: Item[], unknown: Item[]}} contents */
function lists(name, { carried, owned, unknown }) {
  const all = [list(name, "Components", carried), list(name, "Rows of its provider", owned), list(name, "Unknown to the local org, kept as they are", unknown)];
  return all.filter((each) => each !== null);
}

/** @param {string} name @param {string} title @param {Item[]} items */
function list(name, title, items) {
  if (!items.length) return null;
  const lines = items.map(({ kind, name }) => make("li", {}, make("span", {}, kind), make("b", {}, name)));
  return make("details", { id: `${name} ${title}` }, make("summary", {}, `${title} (${items.length})`), make("ul", {}, ...lines));
}

export function acceptFiles() {
  const field = element("file", HTMLInputElement);
  field.addEventListener("change", async () => {
    for (const file of [...(field.files ?? [])].sort(dataLast)) await send(file);
    field.value = "";
  });
  const place = element("upload", HTMLElement);
  place.addEventListener("dragover", (event) => event.preventDefault());
  place.addEventListener("drop", async (event) => {
    event.preventDefault();
    for (const file of [...(event.dataTransfer?.files ?? [])].sort(dataLast)) await send(file);
  });
}

/** Sort a data package behind the solution, as its rows need what that one brings. @param {File} one @param {File} other */
function dataLast(one, other) {
  return Number(one.name.endsWith("_data.zip")) - Number(other.name.endsWith("_data.zip"));
}

/** @param {File} file */
async function send(file) {
  try {
    await upload(file.slice(0, file.size, "application/zip"));
  } catch (error) {
    showProgress({ state: "failed", message: error instanceof Error ? error.message : String(error) });
  }
}

/** @param {Row} event */
export function showProgress({ state, message, hint }) {
  const progress = element("progress", HTMLElement);
  progress.dataset.state = state;
  progress.replaceChildren(...(state === "running" ? [document.createElement("fluent-spinner")] : []), [message, hint].filter(Boolean).join(" "));
}

/** @param {string} name */
async function removeSolution(name) {
  const report = element("report", HTMLElement);
  try {
    const { nothing, items } = await uninstall(name);
    const left = make("ul", {}, ...items.map((/** @type {{title: string}} */ { title }) => make("li", {}, title)));
    report.replaceChildren(make("div", { class: "card" }, make("h3", {}, `What is left of ${name}`), nothing ? make("p", {}, "Nothing.") : left));
  } catch (error) {
    report.replaceChildren(make("p", { class: "wrong" }, error instanceof Error ? error.message : String(error)));
  }
}
