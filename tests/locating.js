// Finds elements as Playwright's locators do, as far as the tests that run in WebKit need it: through open shadow roots, and
// through frames of the same origin. `steps` narrow down what is found, one after the other.
function locate(steps) {
  const parts = (root) => [...root.querySelectorAll("*")].flatMap((each) => [each, ...(each.shadowRoot ? parts(each.shadowRoot) : [])]);
  const inside = (each) => [...(each.shadowRoot ? parts(each.shadowRoot) : []), ...parts(each)];
  const words = (text) => (text ?? "").trim().replace(/\s+/g, " ");
  const fits = (text, wanted, exact) => {
    const [said, sought] = [words(text), words(wanted)];
    return exact ? said === sought : said.toLowerCase().includes(sought.toLowerCase());
  };
  const shown = (each) => each.checkVisibility({ visibilityProperty: true }) && each.getClientRects().length > 0;
  const named = (each) => each.getAttribute("aria-labelledby")?.split(" ").map((id) => each.getRootNode().getElementById(id)?.textContent).join(" ");
  const labels = (each) => [each.getAttribute("aria-label"), named(each), ...[...(each.labels ?? [])].map((label) => label.textContent)];
  const nameOf = (each) => labels(each).find(Boolean) ?? each.innerText;
  const ROLES = {
    alert: "[role=alert]",
    button: "button:not([role]), [role=button], input[type=submit], fluent-button",
    combobox: "[role=combobox], select",
    dialog: "dialog, [role=dialog], [role=alertdialog]",
    heading: "h1, h2, h3, h4, [role=heading]",
    link: "a[href]",
    log: "[role=log]",
    navigation: "nav, [role=navigation]",
    option: "[role=option], option",
    tab: "[role=tab]",
    toolbar: "[role=toolbar]",
  };
  const FITS = {
    css: (each, selector) => each.matches(selector),
    label: (each, text, exact) => labels(each).some((label) => label && fits(label, text, exact)),
    role: (each, role, name, exact) => each.matches(ROLES[role]) && shown(each) && (name === null || fits(nameOf(each), name, exact)),
    text: (each, text, exact) => fits(each.textContent, text, exact) && !inside(each).some((inner) => fits(inner.textContent, text, exact)),
    title: (each, text, exact) => fits(each.title, text, exact),
  };
  let found = [document];
  for (const [kind, ...how] of steps) {
    if (kind === "nth") found = found.slice(how[0]).slice(0, 1);
    else if (kind === "frame") found = found.flatMap((each) => each.contentDocument ?? []);
    else if (kind === "visible") found = found.filter(shown);
    else if (kind === "saying") found = found.filter((each) => fits(each.textContent, how[0], false));
    else if (kind === "or") found = [...new Set([...found, ...locate(how[0])])];
    else if (kind === "and") found = found.filter((each) => locate(how[0]).includes(each));
    else found = [...new Set(found.flatMap(inside))].filter((each) => FITS[kind](each, ...how));
  }
  return found;
}
