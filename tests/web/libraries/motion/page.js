import { gsap } from "gsap";
import { ScrollTrigger } from "gsap/ScrollTrigger";
import { SplitText } from "gsap/SplitText";

gsap.registerPlugin(ScrollTrigger, SplitText);
window.state = {};
const byId = (id) => document.getElementById(id);
ScrollTrigger.create({ trigger: "#pinned", start: "top top+=10", end: "+=600", pin: true });
byId("w1").animate([{ opacity: 0 }, { opacity: 1 }], { duration: 100, fill: "both" });
const half = byId("w3").animate([{ transform: "none" }, { transform: "translateY(20px) scale(0.5)" }], 1000);
half.pause();
half.currentTime = 500;

window.act = async () => {
  const line = gsap.timeline();
  line.to("#g1", { x: 120, rotation: 30, duration: 0.2 }).to("#g2", { y: 20, scale: 1.4, backgroundColor: "#936", duration: 0.1 }).to("#g3", { "--turn": "30deg", filter: "blur(3px)", borderRadius: "50%", duration: 0.1 });
  const split = SplitText.create("#split", { type: "chars" });
  const letters = gsap.from(split.chars, { y: 20, opacity: 0, stagger: 0.01, duration: 0.1 });
  byId("c1").classList.add("sliding");
  byId("t1").classList.add("on");
  const shown = byId("w2").animate([{ opacity: 0, translate: "0 30px" }, { opacity: 1, translate: "0 0" }], { duration: 150, fill: "forwards" });
  const kept = byId("w4").animate({ rotate: ["0deg", "90deg"] }, { duration: 100, fill: "forwards" });
  await Promise.all([line, letters, gsap.to("#path", { strokeDashoffset: 0, duration: 0.2 }), shown.finished, kept.finished]);
  kept.commitStyles();
  kept.cancel();
  await Promise.all(document.getAnimations().filter(({ playState, timeline }) => playState === "running" && timeline === document.timeline).map(({ finished }) => finished));
};
