// Playwright's driver asks every BiDi browser for what only some have. Loaded into the driver before all else, this makes a
// refusal of it no reason to give up.

const Module = require("node:module");

const ASKED = 'send("emulation.setMediaFeaturesOverride"';
const compile = Module.prototype._compile;
Module.prototype._compile = function (content, filename, ...others) {
  const patched = filename.endsWith("coreBundle.js") ? content.replaceAll(`.${ASKED}`, `.${ASKED.replace("send", "sendMayFail")}`) : content;
  return compile.call(this, patched, filename, ...others);
};
