// What the bundle brings in of Fluent UI (bundle.py); its own types are not needed for so little.

declare module "@fluentui/web-components/*/define.js" {}

declare module "@fluentui/web-components/theme/set-theme.js" {
  export function setTheme(theme: Record<string, string | number>): void;
}

declare module "@fluentui/tokens" {
  export const webLightTheme: Record<string, string | number>;
  export const webDarkTheme: Record<string, string | number>;
}
