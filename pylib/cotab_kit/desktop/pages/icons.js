/** Small line icons, drawn in the color of the text around them. They are decoration: the words stand beside them. */

const SVG = "http://www.w3.org/2000/svg";

/** @type {Record<string, string>} paths on a field of 20 by 20 */
const PATHS = {
  home: "M3 9l7-6 7 6v8h-5v-5H8v5H3z",
  chat: "M3 4h14v10H9l-4 3v-3H3z",
  add: "M10 4v12M4 10h12",
  close: "M5 5l10 10M15 5L5 15",
  refresh: "M16 10a6 6 0 1 1-2-4.5M16 2v4h-4",
  settings: "M4 6h6M14 6h2M4 14h2M10 14h6M12 4v4M8 12v4",
  send: "M3 10l14-7-4 14-3-6z",
  event: "M11 2L4 11h5l-1 7 8-10h-5z",
  message: "M3 4h14v10H9l-4 3v-3H3z",
  note: "M5 3h7l4 4v10H5zM12 3v4h4M7 11h6M7 14h6",
  call: "M4 7h11l-3-3M16 13H5l3 3",
  console: "M3 4h14v12H3zM6 8l2 2-2 2M10 12h4",
  violation: "M10 3l8 14H2zM10 8v4M10 14v1",
  tab: "M3 5h6l2 2h6v9H3z",
  cobrowse: "M3 4h14v9H3zM7 17h6M10 13v4M9 7l5 2-2 1-1 2z",
  apps: "M4 4h3v3H4zM13 4h3v3h-3zM4 13h3v3H4zM13 13h3v3h-3z",
  person: "M10 10a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM3 18c0-4 3-6 7-6s7 2 7 6",
  back: "M12 4l-6 6 6 6",
  timeline: "M5 3v14M5 6h10M5 10h7M5 14h9",
  bin: "M4 6h12M8 6V4h4v2M6 6l1 11h6l1-11",
  upload: "M10 13V4M6 8l4-4 4 4M4 16h12",
};

/** @param {string} name */
export function icon(name) {
  const drawn = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 20 20", class: "icon", "aria-hidden": "true" })) drawn.setAttribute(key, value);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name] ?? PATHS.tab);
  drawn.append(path);
  return drawn;
}
