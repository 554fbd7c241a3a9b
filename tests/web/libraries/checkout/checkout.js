const state = (window.state = {});
const byId = (id) => document.getElementById(id);

// The same server under the name that makes it another origin.
byId("pay").src = `${location.origin.replace("127.0.0.1", "localhost")}/payment.html?plain=1`;
addEventListener("message", ({ data }) => { if (data === "paid") state.paid = true; });

byId("country").addEventListener("change", (event) => { state.country = event.target.value; });
byId("express").addEventListener("change", () => { state.shipping = "express"; });
byId("terms").addEventListener("change", (event) => { state.terms = event.target.checked; });
byId("apply").addEventListener("click", () => { state.coupon = byId("coupon").value; });
byId("load").addEventListener("click", () => {
  const frame = Object.assign(document.createElement("iframe"), { id: "late", title: "Late", src: "late.html?plain=1" });
  byId("place").append(frame);
});
byId("form").addEventListener("submit", (event) => {
  event.preventDefault();
  state.sent = Object.fromEntries(new FormData(byId("form")));
});
