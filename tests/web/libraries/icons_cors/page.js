import "../icons/page.js";
