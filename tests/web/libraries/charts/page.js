import Chart from "chart.js/auto";

window.state = {};
Chart.defaults.animation = false;
Chart.defaults.maintainAspectRatio = false;
const byId = (id) => document.getElementById(id);
const labels = ["Mon", "Tue", "Wed", "Thu", "Fri"];
const make = (id, type, values) => new Chart(byId(id), { type, data: { labels, datasets: [{ label: "Sold", data: values }] } });
const charts = [make("bars", "bar", [3, 7, 2, 8, 5]), make("line", "line", [1, 4, 9, 16, 25]), make("pie", "doughnut", [5, 3, 2, 1, 1])];

const draw = (color) => {
  const pen = byId("framed").getContext("2d");
  pen.clearRect(0, 0, 200, 120);
  pen.fillStyle = color;
  pen.arc(100, 60, 40, 0, 7);
  pen.fill();
};
draw("tomato");

window.act = () => {
  for (const chart of charts) {
    chart.data.datasets[0].data.reverse();
    chart.update();
  }
  draw("navy");
};
