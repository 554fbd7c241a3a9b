import $ from "./global.js";
import "jquery-ui/dist/jquery-ui.js";
import "jquery-ui/dist/themes/base/jquery-ui.css";
import select2 from "select2";
import "select2/dist/css/select2.css";

if (!$.fn.select2) select2(window, $);

const state = (window.state = { hover: [], dialog: false });
const value = (name) => (event) => { state[name] = $(event.target).val(); };

$("#rows").on("click", "button", (event) => { state.row = $(event.target).closest("tr").attr("id"); });
$("#name").on("change", value("name"));
$("#keys").on("keyup", (event) => { state.which = event.which; });
$("#form").on("submit", (event) => { event.preventDefault(); state.sent = $("#form").serialize(); });
$("#hover").hover(() => state.hover.push("in"), () => state.hover.push("out"));
$("#language").autocomplete({ source: ["JavaScript", "Java", "Python", "Perl"], delay: 0, select: (_event, { item }) => { state.language = item.value; } });
$("#states").select2().on("change", value("state"));
$("#several").select2().on("change", value("several"));
$("#date").datepicker({ onSelect: (date) => { state.date = date; } });
$("#slider").slider({ value: 5, max: 10, slide: (_event, ui) => { state.level = ui.value; } });
$("#spinner").spinner({ spin: (_event, ui) => { state.spin = ui.value; } });
$("#bold").checkboxradio().on("change", (event) => { state.bold = event.target.checked; });
$("#speed").selectmenu({ change: (_event, { item }) => { state.speed = item.value; } });
$("#tabs").tabs({ activate: (_event, ui) => { state.tab = ui.newPanel.attr("id"); } });
$("#accordion").accordion({ heightStyle: "content", activate: (_event, ui) => { state.panel = ui.newHeader.text(); } });
$("#dialog").dialog({ autoOpen: false, open: () => { state.dialog = true; }, close: () => { state.dialog = false; } });
$("#open").on("click", () => $("#dialog").dialog("open"));
$("#sortable").sortable({ update: () => { state.order = $("#sortable li").map((_at, item) => $(item).text()).get(); } });
$("#draggable").draggable();
$("#droppable").droppable({ drop: () => { state.dropped = true; } });
$("#resizable").resizable({ stop: (_event, { size }) => { state.size = [Math.round(size.width), Math.round(size.height)]; } });
