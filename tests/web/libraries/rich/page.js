import Quill from "quill";
import "quill/dist/quill.snow.css";
import { Editor } from "@tiptap/core";
import StarterKit from "@tiptap/starter-kit";
import tinymce from "tinymce";
import "tinymce/icons/default";
import "tinymce/models/dom";
import "tinymce/plugins/lists";
import "tinymce/themes/silver";
import "tinymce/skins/ui/oxide/skin.css";
import "tinymce/skins/ui/oxide/content.js";

// How fast somebody types must not decide what is undone at once.
const quill = new Quill("#quill", { theme: "snow", modules: { history: { delay: 1e9 }, toolbar: ["bold", "italic"] } });
const tiptap = new Editor({
  element: document.getElementById("tiptap"),
  extensions: [StarterKit.configure({ undoRedo: { newGroupDelay: 1e9 } })],
  content: "<h3>Tiptap head</h3><p>Some <strong>bold</strong> MARK-702</p><ul><li><p>one</p></li></ul>",
});
const [tiny] = await tinymce.init({
  selector: "#tiny", license_key: "gpl", skin: false, content_css: false, plugins: "lists", menubar: false, toolbar: "bold italic bullist",
  height: 260, promotion: false, branding: false,
});

window.state = { quill: () => quill.root.innerHTML, tiptap: () => tiptap.getHTML(), tiny: () => tiny.getContent() };
