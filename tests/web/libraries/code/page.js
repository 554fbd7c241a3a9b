import { history } from "@codemirror/commands";
import { EditorView, basicSetup } from "codemirror";
import { javascript } from "@codemirror/lang-javascript";

const lines = Array.from({ length: 100 }, (_each, at) => `// line ${at}`);
// How fast somebody types must not decide what is undone at once.
const undoing = history({ newGroupDelay: 1e9 });
const view = new EditorView({
  doc: ["function hello() {", '  return "MARK-801";', "}", ...lines].join("\n"),
  extensions: [undoing, basicSetup, javascript(), EditorView.theme({ "&": { height: "420px" } })],
  parent: document.getElementById("editor"),
});
window.state = { line: (number) => view.state.doc.line(Math.min(number, view.state.doc.lines)).text, lines: () => view.state.doc.lines };
