// What has happened in the frame, and whether its page has heard a message.
window.heard = 0;
addEventListener("message", () => (window.heard += 1));
addEventListener("DOMContentLoaded", () => {
  document.getElementById("inside").addEventListener("click", () => document.getElementById("said").append("pressed "));
  document.getElementById("note").addEventListener("input", ({ target }) => (document.getElementById("said").textContent = `wrote ${target.value}`));
});
