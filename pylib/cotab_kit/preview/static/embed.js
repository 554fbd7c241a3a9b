/** Embeds the page at ?src=, so that its window.top belongs to another origin than itself. */

const source = new URL(new URLSearchParams(location.search).get("src") ?? "", location.href);
if (!["http:", "https:"].includes(source.protocol)) throw new Error(`src must be a web address, not ${source.protocol}`);
const frame = document.createElement("iframe");
frame.title = "Embedded page";
frame.src = source.href;
document.body.append(frame);
