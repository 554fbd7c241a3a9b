import { LitElement, css, html, unsafeCSS } from "lit";
import { classMap } from "lit/directives/class-map.js";
import { repeat } from "lit/directives/repeat.js";
import { styleMap } from "lit/directives/style-map.js";

window.state = {};
const shared = css`:host { display: block; box-sizing: border-box; margin: 0 0 12px } * { box-sizing: border-box }`;

class Card extends LitElement {
  static properties = { hot: { type: Boolean, reflect: true } };
  static styles = [shared, css`
    :host { border: 1px solid #999; border-radius: 8px; padding: 12px; background: #eef }
    :host([hot]) { background: #fed; border-color: orangered }
    :host([hot]) ::slotted(em), ::slotted(em) { color: crimson }
    header { font-weight: bold; border-bottom: 1px solid currentColor } slot[name=title]::slotted(*) { font-size: 20px }`];
  render() { return html`<header><slot name="title"></slot></header><slot></slot>`; }
}
class Toggle extends LitElement {
  static styles = [shared, css`:host { width: 60px; height: 24px; background: #ccc; border-radius: 12px } :host(:state(on)) { background: lightgreen }`];
  internals = this.attachInternals();
  toggle() { this.internals.states.add("on"); }
  render() { return html`<svg width="24" height="24"><circle cx="12" cy="12" r="9" fill="white"></circle></svg>`; }
}
class Tabs extends LitElement {
  static properties = { chosen: { state: true } };
  static styles = [shared, css`button { padding: 6px 16px; border: 0; border-bottom: 3px solid transparent; background: none; font: inherit } .pane { padding: 12px; background: ${unsafeCSS("#f4f4f4")} }`];
  constructor() { super(); this.chosen = 0; }
  render() {
    const names = ["First", "Second", "Third"];
    return html`${names.map((name, at) => html`<button part=${at === this.chosen ? "tab chosen" : "tab"} class=${classMap({ on: at === this.chosen })} @click=${() => { this.chosen = at; }}>${name}</button>`)}<div class="pane" style=${styleMap({ borderLeft: `${4 + this.chosen * 4}px solid var(--accent)` })}>Pane ${this.chosen}</div>`;
  }
}
class Sealed extends LitElement {
  static shadowRootOptions = { ...LitElement.shadowRootOptions, mode: "closed" };
  static styles = [shared, css`p { height: 60px; margin: 0; background: lavender; padding: 12px }`];
  render() { return html`<p>In a closed root</p>`; }
}
class List extends LitElement {
  static properties = { items: { state: true } };
  static styles = [shared, css`:host { height: 160px; overflow: auto; border: 1px solid #999 } li:nth-child(odd) { background: #ffe } ul { margin: 0 }`];
  constructor() { super(); this.items = Array.from({ length: 30 }, (_each, at) => at); }
  render() { return html`<ul>${repeat(this.items, (each) => each, (each) => html`<li>Item ${each}</li>`)}</ul>`; }
}
for (const [name, Kind] of Object.entries({ "x-card": Card, "x-toggle": Toggle, "x-tabs": Tabs, "x-sealed": Sealed, "x-list": List })) customElements.define(name, Kind);
const byId = (id) => document.getElementById(id);

window.act = async () => {
  byId("card").hot = false;
  byId("cold").hot = true;
  byId("toggle").toggle();
  byId("tabs").chosen = 1;
  byId("list").items = byId("list").items.toReversed().slice(3);
  await byId("list").updateComplete;
};
window.scrolled = () => { byId("list").scrollTop = 120; };
