import SignaturePad from "signature_pad";
import Sortable from "sortablejs";

const byId = (id) => document.getElementById(id);
const texts = (id) => () => [...byId(id).children].map(({ textContent }) => textContent);
const pad = new SignaturePad(byId("pad"));
/** How a stroke ran: from where to where, in steps of 30 pixels. */
const ends = ({ points }) => [points[0], points.at(-1)].map(({ x, y }) => [Math.round(x / 30), Math.round(y / 30)]);
const state = (window.state = { todo: texts("todo"), done: texts("done"), strokes: () => pad.toData().map(ends) });

for (const id of ["todo", "done"]) new Sortable(byId(id), { group: "tasks", animation: 100 });
byId("piece").addEventListener("dragstart", (event) => event.dataTransfer.setData("text/plain", "x"));
byId("target").addEventListener("dragover", (event) => event.preventDefault());
byId("target").addEventListener("drop", (event) => { event.preventDefault(); state.dropped = event.dataTransfer.getData("text/plain"); });
byId("clear").addEventListener("click", () => pad.clear());
