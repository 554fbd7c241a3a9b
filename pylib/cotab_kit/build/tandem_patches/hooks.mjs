// @ts-check
// rrweb's recorder and the page's own functions: it takes the browser's from where no page has replaced them, and gives back
// what it replaces. `hook`, `listen` and the like are injected (customer/hooks.js, customer/natives.js).

/** @import { Patch } from "./rrweb.mjs" */

const HOOKED = "(insertRule|deleteRule|replace|replaceSync|setProperty|removeProperty)";

/** @type {Record<string, Patch>} */
export const HOOKS = {
  // Its own search makes a frame in the page for each class wherever zone.js is.
  "observers of the browser": ['getUntaintedPrototype("MutationObserver").constructor,', "MutationObserver,"],
  "prototypes with zone.js": ["return !!globalThis.Zone;", "return false;"],
  "prototypes of an untouched window": [
    'const iframeEl = document.createElement("iframe");\n    iframeEl.style.display = "none";\n    document.body.appendChild(iframeEl);\n    const win = iframeEl.contentWindow;',
    'const iframeEl = document.createElement("i");\n    const win = untouchedWindow();',
  ],
  "listeners of the browser": [
    "target.addEventListener(type, fn, options);\n  return () => target.removeEventListener(type, fn, options);",
    "listen(target, type, fn, options);\n  return () => unlisten(target, type, fn, options);",
  ],
  "listeners of frames and links": [/(iframeEl|link)\.addEventListener\(("load")/g, "listen($1, $2", 4],
  // A broken Array.from is not ours to replace: the bundle has its own.
  "the page's Array.from": ["Array.from = ((_a = cleanFrame.contentWindow) == null ? void 0 : _a.Array.from) || Array.from;", ""],
  // A style attribute is reported where a policy forbids it, even in a document that nobody sees.
  "styles without a report": ['old.setAttribute("style", m.oldValue);', "old.style.cssText = m.oldValue;"],
  "functions are hooked": [
    new RegExp(`([\\w.]+\\.prototype)\\.${HOOKED} = new Proxy\\(\\s*[\\w.[\\]]+,\\s*\\{`, "g"),
    'hook($1, "$2", {',
    8,
  ],
  "functions are given back": [new RegExp(`([\\w.]+\\.prototype)\\.${HOOKED} = (?:\\2|unmodifiedFunctions\\[typeKey\\]\\.\\2)\\b`, "g"), 'unhook($1, "$2")', 8],
  // These two were never given back, and answered other numbers than the browser.
  "old names for adding rules": [
    "win.CSSStyleSheet.prototype.addRule = function(selector, styleBlock, index2 = this.cssRules.length) {\n    const rule = `${selector} { ${styleBlock} }`;\n    return win.CSSStyleSheet.prototype.insertRule.apply(this, [rule, index2]);\n  };",
    `const noteRule = (sheet, change) => {
      const ids = getIdAndStyleId(sheet, mirror2, stylesheetManager.styleMirror);
      if (ids.id > 0 || ids.styleId > 0) styleSheetRuleCb({ ...ids, ...change });
    };
    hook(win.CSSStyleSheet.prototype, "addRule", {
      apply: callbackWrapper((_, sheet, [selector, block, index2 = sheet.cssRules.length - 1]) =>
        noteRule(sheet, { adds: [{ rule: \`\${selector} { \${block} }\`, index: index2 }] })),
    });`,
  ],
  "old names for removing rules": [
    "win.CSSStyleSheet.prototype.removeRule = function(index2) {\n    return win.CSSStyleSheet.prototype.deleteRule.apply(this, [index2]);\n  };",
    `hook(win.CSSStyleSheet.prototype, "removeRule", {
      apply: callbackWrapper((_, sheet, [index2 = 0]) => noteRule(sheet, { removes: [{ index: index2 }] })),
    });`,
  ],
  "old names are given back": [
    'replace && (unhook(win.CSSStyleSheet.prototype, "replace"));',
    'for (const each of ["replace", "addRule", "removeRule"]) unhook(win.CSSStyleSheet.prototype, each);',
  ],
  "functions that are put in place are given back": ["source[name] = wrapped;\n    return () => {\n      source[name] = original;\n    };", "return substitute(source, name, wrapped);"],
  "setters are given back": [
    /function hookSetter\([\s\S]*?\n\}\n/,
    "function hookSetter(target, key, d) {\n  return hookSet(target, key, d);\n}\n",
  ],
  "adopted sheets are given back": [
    /return callbackWrapper\(\(\) => \{\s*Object\.defineProperty\(host2, "adoptedStyleSheets", \{[\s\S]*?\}\);\s*\}\);/,
    `const { set } = Object.getOwnPropertyDescriptor(host2, "adoptedStyleSheets");
  return callbackWrapper(() => {
    if (Object.getOwnPropertyDescriptor(host2, "adoptedStyleSheets")?.set === set) delete host2.adoptedStyleSheets;
  });`,
  ],
};
