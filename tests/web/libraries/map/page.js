import L from "leaflet";
import "leaflet/dist/leaflet.css";

const state = (window.state = { popup: false });

const Tiles = L.GridLayer.extend({
  createTile({ x, y, z }) {
    const tile = document.createElement("div");
    tile.textContent = `${z}/${x}/${y}`;
    tile.style = `outline: 1px solid #aaa; background: hsl(${(x * 40 + y * 70) % 360} 60% 90%)`;
    return tile;
  },
});

const map = L.map("map", { zoomAnimation: false, inertia: false }).setView([10, 10], 4);
new Tiles().addTo(map);
const icon = L.divIcon({ className: "leaflet-marker-icon", html: "X", iconSize: [24, 24] });
L.marker([12, 14], { icon }).addTo(map).bindPopup("Here MARK-601", { autoPan: false });

const round = ({ lat, lng }) => [Math.round(lat), Math.round(lng)];
map.on("click", ({ latlng }) => { state.clicked = round(latlng); });
map.on("zoomend", () => { state.zoom = map.getZoom(); });
map.on("moveend", () => { state.center = round(map.getCenter()); });
map.on("popupopen", () => { state.popup = true; });
map.on("popupclose", () => { state.popup = false; });

const canvas = document.getElementById("canvas");
const drawing = canvas.getContext("2d");
drawing.fillStyle = "#8cf";
drawing.fillRect(20, 20, 100, 60);
const cell = ({ offsetX, offsetY }) => [Math.floor(offsetX / 24), Math.floor(offsetY / 16)];
canvas.addEventListener("pointerdown", (event) => { state.down = cell(event); });
canvas.addEventListener("click", (event) => { state.click = cell(event); });
