import { mount } from "svelte";
import Page from "./Page.svelte";

window.state = {};
mount(Page, { target: document.getElementById("app") });
