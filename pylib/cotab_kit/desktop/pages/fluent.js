/** The parts of Fluent UI that the pages use, and its theme: light or dark, as the machine has it. */

import "@fluentui/web-components/avatar/define.js";
import "@fluentui/web-components/badge/define.js";
import "@fluentui/web-components/button/define.js";
import "@fluentui/web-components/message-bar/define.js";
import "@fluentui/web-components/spinner/define.js";
import { setTheme } from "@fluentui/web-components/theme/set-theme.js";
import { webDarkTheme, webLightTheme } from "@fluentui/tokens";

/** Follow the machine's choice of light or dark, also when it changes. */
export function followScheme() {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const choose = () => {
    setTheme(dark.matches ? webDarkTheme : webLightTheme);
    document.documentElement.dataset.scheme = dark.matches ? "dark" : "light";
  };
  dark.addEventListener("change", choose);
  choose();
}
