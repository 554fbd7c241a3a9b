import Swiper from "swiper";
import { EffectCards, EffectCoverflow, Navigation, Pagination, Scrollbar } from "swiper/modules";
import "swiper/css";
import "swiper/css/bundle";
import "./page.css";

window.state = {};
for (const id of ["plain", "flow", "cards"]) {
  document.querySelector(`#${id} .swiper-wrapper`).innerHTML = Array.from({ length: 9 }, (_each, at) => `<div class="swiper-slide" id="${id}-${at}">Slide ${at}</div>`).join("");
}
const swipers = [
  new Swiper("#plain", { modules: [Navigation, Pagination, Scrollbar], slidesPerView: 2.5, spaceBetween: 16, speed: 200, loop: false, navigation: { nextEl: ".swiper-button-next", prevEl: ".swiper-button-prev" }, pagination: { el: ".swiper-pagination", clickable: true }, scrollbar: { el: ".swiper-scrollbar" } }),
  new Swiper("#flow", { modules: [EffectCoverflow], effect: "coverflow", slidesPerView: 3, centeredSlides: true, speed: 200, initialSlide: 2 }),
  new Swiper("#cards", { modules: [EffectCards], effect: "cards", speed: 200 }),
];
window.act = () => Promise.all(swipers.map((each) => new Promise((resolve) => {
  each.once("slideChangeTransitionEnd", resolve);
  each.slideTo(each.activeIndex + 2);
})));
