import "bootstrap/dist/css/bootstrap.css";
import { Dropdown, Offcanvas, Tab, Toast, Tooltip } from "bootstrap";

window.state = {};
const byId = (id) => document.getElementById(id);
const shown = (id, type) => new Promise((resolve) => byId(id).addEventListener(type, resolve, { once: true }));

window.act = async () => {
  const done = [shown("second", "shown.bs.collapse"), shown("toast", "shown.bs.toast"), shown("other", "shown.bs.tab")];
  byId("open-second").click();
  Toast.getOrCreateInstance(byId("toast")).show();
  new Tab(byId("other")).show();
  await Promise.all(done);
  Dropdown.getOrCreateInstance(byId("menu")).show();
  new Tooltip(byId("card"), { title: "A tip", placement: "bottom", trigger: "manual" }).show();
  const open = shown("offcanvas", "shown.bs.offcanvas");
  Offcanvas.getOrCreateInstance(byId("offcanvas"), { backdrop: false, scroll: true }).show();
  await open;
};
