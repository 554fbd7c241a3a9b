import "pdfjs-dist/web/pdf_viewer.css";
import * as worker from "pdfjs-dist/legacy/build/pdf.worker.mjs";
import * as pdf from "pdfjs-dist/legacy/build/pdf.mjs";

window.state = undefined;
globalThis.pdfjsWorker = worker;
globalThis.pdfjsLib = pdf;

/** A document of so many pages, each with two lines and a box. */
function made(pages) {
  const parts = [];
  const add = (text) => parts.push(text);
  add("<< /Type /Catalog /Pages 2 0 R >>");
  const kids = Array.from({ length: pages }, (_each, at) => `${4 + at * 2} 0 R`).join(" ");
  add(`<< /Type /Pages /Kids [${kids}] /Count ${pages} >>`);
  add("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>");
  for (let at = 0; at < pages; at += 1) {
    const content = `BT /F1 28 Tf 60 700 Td (Invoice page ${at + 1}) Tj 0 -40 Td (Total 12.50) Tj ET 0.2 0.5 0.8 rg 60 500 200 100 re f`;
    add(`<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents ${5 + at * 2} 0 R /Resources << /Font << /F1 3 0 R >> >> >>`);
    add(`<< /Length ${content.length} >>\nstream\n${content}\nendstream`);
  }
  let text = "%PDF-1.4\n";
  const places = parts.map((part, at) => { const place = text.length; text += `${at + 1} 0 obj\n${part}\nendobj\n`; return place; });
  const start = text.length;
  text += `xref\n0 ${parts.length + 1}\n0000000000 65535 f \n${places.map((place) => `${String(place).padStart(10, "0")} 00000 n \n`).join("")}trailer << /Size ${parts.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF`;
  return new TextEncoder().encode(text);
}

const { EventBus, PDFViewer } = await import("pdfjs-dist/legacy/web/pdf_viewer.mjs");
const eventBus = new EventBus();
const viewer = new PDFViewer({ container: document.getElementById("place"), viewer: document.getElementById("viewer"), eventBus });
const rendered = (number) => new Promise((resolve) => eventBus.on("pagerendered", ({ pageNumber }) => pageNumber === number && resolve()));
const first = rendered(1);
viewer.setDocument(await pdf.getDocument({ data: made(4), useSystemFonts: true }).promise);
await first;
window.state = {};
window.act = async () => {
  const again = rendered(1);
  viewer.currentScale = 1.2;
  await again;
};
window.scrolled = async () => {
  document.getElementById("place").scrollTop = 500;
};
