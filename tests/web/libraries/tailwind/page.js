import "./page.css";

window.state = {};
window.act = () => {
  document.documentElement.dataset.theme = "dark";
  document.getElementById("menu").dataset.state = "open";
  document.getElementById("details").open = true;
  document.getElementById("peer").checked = true;
  document.getElementById("busy").ariaBusy = "true";
};
