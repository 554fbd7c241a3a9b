// @ts-check
// The page's modules in one, for a page that is a single file (runtime "inline"). They run when they are asked for.

globalThis.cotabModules = {
  "interpreter.js": () => import("./interpreter.js"),
  "pyscript.js": () => import("cotab:pyscript"),
};
void globalThis.cotab.start();
