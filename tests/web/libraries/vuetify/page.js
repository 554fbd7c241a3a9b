import { createApp, reactive } from "vue";
import { createVuetify } from "vuetify/dist/vuetify.esm.js";
import { aliases, mdi } from "vuetify/iconsets/mdi-svg";
import "vuetify/dist/vuetify.css";

const state = (window.state = reactive({
  name: "", notes: "", fruit: "Apple", city: null, word: null, agree: false, wifi: false, color: "blue", level: 5, otp: "",
  rating: 1, menu: null, dialog: false, tab: "one", panel: null, date: null, order: [],
}));

const template = `
<v-app><v-main><div class="widgets">
  <v-text-field id="name" label="Name" v-model="state.name" />
  <v-textarea id="notes" label="Notes" rows="2" v-model="state.notes" />
  <v-select class="select" label="Fruit" :items="['Apple', 'Pear', 'Plum']" v-model="state.fruit" />
  <v-autocomplete id="city" label="City" :items="['Berlin', 'Paris', 'Rome']" v-model="state.city" />
  <v-combobox id="word" label="Word" :items="['old']" v-model="state.word" />
  <v-checkbox id="agree" label="I agree" v-model="state.agree" />
  <v-switch id="wifi" label="Wi-Fi" v-model="state.wifi" />
  <v-radio-group v-model="state.color"><v-radio id="red" label="red" value="red" /><v-radio id="blue" label="blue" value="blue" /></v-radio-group>
  <v-slider class="slider" :min="0" :max="10" :step="1" v-model="state.level" />
  <v-otp-input class="otp" :length="4" v-model="state.otp" />
  <v-rating class="rating" v-model="state.rating" />
  <div><v-btn id="menu">Menu<v-menu activator="parent"><v-list>
    <v-list-item @click="state.menu = 'new'">New</v-list-item><v-list-item id="rename" @click="state.menu = 'rename'">Rename</v-list-item>
  </v-list></v-menu></v-btn></div>
  <div><v-btn id="dialog" @click="state.dialog = true">Dialog</v-btn><v-dialog v-model="state.dialog" width="300"><v-card title="A dialog" text="Inside" /></v-dialog></div>
  <v-tabs v-model="state.tab"><v-tab id="tab-one" value="one">One</v-tab><v-tab id="tab-two" value="two">Two</v-tab></v-tabs>
  <v-expansion-panels v-model="state.panel"><v-expansion-panel id="panel" value="more" title="More" text="Details MARK-310" /></v-expansion-panels>
  <v-date-picker class="date" :year="2025" :month="2" @update:model-value="(date) => (state.date = date && date.toDateString())" />
  <v-data-table class="table" :headers="[{ title: 'Name', key: 'name' }, { title: 'Price', key: 'price' }]" :items="[{ name: 'b', price: 1 }, { name: 'a', price: 2 }]"
    @update:sort-by="(order) => (state.order = order)" hide-default-footer />
</div></v-main></v-app>`;

const vuetify = createVuetify({ icons: { defaultSet: "mdi", aliases, sets: { mdi } } });
createApp({ template, setup: () => ({ state }) }).use(vuetify).mount("#app");
