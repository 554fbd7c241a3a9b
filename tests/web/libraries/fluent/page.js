import { setTheme } from "@fluentui/web-components";
import { webLightTheme } from "@fluentui/tokens";
import "@fluentui/web-components/accordion.js";
import "@fluentui/web-components/accordion-item.js";
import "@fluentui/web-components/button.js";
import "@fluentui/web-components/checkbox.js";
import "@fluentui/web-components/dialog.js";
import "@fluentui/web-components/dialog-body.js";
import "@fluentui/web-components/dropdown.js";
import "@fluentui/web-components/field.js";
import "@fluentui/web-components/listbox.js";
import "@fluentui/web-components/menu.js";
import "@fluentui/web-components/menu-button.js";
import "@fluentui/web-components/menu-item.js";
import "@fluentui/web-components/menu-list.js";
import "@fluentui/web-components/option.js";
import "@fluentui/web-components/radio.js";
import "@fluentui/web-components/radio-group.js";
import "@fluentui/web-components/slider.js";
import "@fluentui/web-components/switch.js";
import "@fluentui/web-components/tab.js";
import "@fluentui/web-components/tablist.js";
import "@fluentui/web-components/text-input.js";
import "@fluentui/web-components/textarea.js";

const state = (window.state = { yes: 0 });
const byId = (id) => document.getElementById(id);

setTheme(webLightTheme);
byId("form").addEventListener("submit", (event) => {
  event.preventDefault();
  state.sent = Object.fromEntries(new FormData(byId("form")));
});
byId("open").addEventListener("click", () => byId("dialog").show());
byId("yes").addEventListener("click", () => { state.yes += 1; byId("dialog").hide(); });
for (const id of ["new", "rename"]) byId(id).addEventListener("click", () => { state.menu = id; });
