import { useState } from "react";
import { createRoot } from "react-dom/client";
import Select from "react-select";
import * as Headless from "@headlessui/react";
import * as Aria from "react-aria-components";

const state = (window.state = { presses: 0 });
const note = (name) => (value) => { state[name] = value; };

function useNoted(name, initial) {
  const [value, set] = useState(initial);
  state[name] = value;
  return [value, set];
}

const COLORS = ["red", "blue", "green", "black"].map((value) => ({ value, label: value }));
const values = (chosen) => chosen.map(({ value }) => value);

function Selects() {
  return (
    <>
      <Select inputId="rs-input" id="rs" classNamePrefix="rs" options={COLORS} onChange={({ value }) => note("color")(value)} />
      <Select inputId="rm-input" id="rm" classNamePrefix="rs" isMulti defaultValue={[COLORS[2]]} options={COLORS} onChange={(chosen) => note("colors")(values(chosen))} />
    </>
  );
}

const PEOPLE = ["Durward", "Kenton", "Therese", "Wade"];
const { Menu, MenuButton, MenuItems, MenuItem, Listbox, ListboxButton, ListboxOptions, ListboxOption } = Headless;
const { Combobox, ComboboxInput, ComboboxOptions, ComboboxOption } = Headless;

function HeadlessMenu() {
  return (
    <Menu>
      <MenuButton id="hm">Options</MenuButton>
      <MenuItems anchor="bottom start" style={{ background: "white", border: "1px solid", display: "grid" }}>
        {["Edit", "Duplicate", "Archive"].map((each) => <MenuItem key={each}><button onClick={() => note("menu")(each)}>{each}</button></MenuItem>)}
      </MenuItems>
    </Menu>
  );
}

function HeadlessLists() {
  const [person, setPerson] = useNoted("person", PEOPLE[0]);
  const [guest, setGuest] = useNoted("guest", PEOPLE[0]);
  const [query, setQuery] = useState("");
  const fits = PEOPLE.filter((each) => each.toLowerCase().includes(query.toLowerCase()));
  return (
    <>
      <Listbox value={person} onChange={setPerson}>
        <ListboxButton id="hl">{person}</ListboxButton>
        <ListboxOptions anchor="bottom" style={{ background: "white", border: "1px solid" }}>
          {PEOPLE.map((each) => <ListboxOption key={each} value={each} className="hl-option">{each}</ListboxOption>)}
        </ListboxOptions>
      </Listbox>
      <Combobox value={guest} onChange={setGuest} onClose={() => setQuery("")} immediate>
        <ComboboxInput id="hc" aria-label="Guest" displayValue={(each) => each} onChange={(event) => setQuery(event.target.value)} />
        <ComboboxOptions anchor="bottom" style={{ background: "white", border: "1px solid" }}>
          {fits.map((each) => <ComboboxOption key={each} value={each} className="hc-option">{each}</ComboboxOption>)}
        </ComboboxOptions>
      </Combobox>
    </>
  );
}

function HeadlessRest() {
  const [on, setOn] = useNoted("switch", false);
  const [open, setOpen] = useNoted("dialog", false);
  return (
    <>
      <Headless.Switch id="hs" checked={on} onChange={setOn} style={{ width: 60, height: 24, background: on ? "green" : "gray" }} />
      <Headless.TabGroup onChange={note("tab")}>
        <Headless.TabList><Headless.Tab id="ht1">One</Headless.Tab><Headless.Tab id="ht2">Two</Headless.Tab></Headless.TabList>
        <Headless.TabPanels><Headless.TabPanel>First</Headless.TabPanel><Headless.TabPanel>Second</Headless.TabPanel></Headless.TabPanels>
      </Headless.TabGroup>
      <Headless.Disclosure>{({ open: shown }) => {
        state.disclosed = shown;
        return <div><Headless.DisclosureButton id="hd">More</Headless.DisclosureButton><Headless.DisclosurePanel>Details</Headless.DisclosurePanel></div>;
      }}</Headless.Disclosure>
      <button id="open" onClick={() => setOpen(true)}>Open</button>
      <Headless.Dialog open={open} onClose={setOpen} style={{ position: "fixed", inset: "300px", background: "#eee" }}>
        <Headless.DialogPanel><Headless.DialogTitle>A dialog</Headless.DialogTitle><button>Fine</button></Headless.DialogPanel>
      </Headless.Dialog>
    </>
  );
}

const popover = { background: "white", border: "1px solid" };
const ANIMALS = ["Cat", "Dog", "Kangaroo"];
const items = ANIMALS.map((each) => <Aria.ListBoxItem key={each} id={each} textValue={each} className="as-item">{each}</Aria.ListBoxItem>);

function ReactAria() {
  return (
    <>
      <Aria.Button id="ab" onPress={() => (state.presses += 1)}>Press</Aria.Button>
      <Aria.Checkbox onChange={note("aria")}><span id="ac">A box</span></Aria.Checkbox>
      <Aria.Select className="as" aria-label="Animal" onSelectionChange={note("animal")}>
        <Aria.Button><Aria.SelectValue /></Aria.Button>
        <Aria.Popover style={popover}><Aria.ListBox>{items}</Aria.ListBox></Aria.Popover>
      </Aria.Select>
      <Aria.ComboBox className="acb" aria-label="Beast" onSelectionChange={note("beast")}>
        <Aria.Input /><Aria.Button>v</Aria.Button>
        <Aria.Popover style={popover}><Aria.ListBox>{items}</Aria.ListBox></Aria.Popover>
      </Aria.ComboBox>
      <Aria.NumberField className="an" aria-label="Number" defaultValue={1} onChange={note("number")}>
        <Aria.Input /><Aria.Button slot="increment" className="increment">+</Aria.Button><Aria.Button slot="decrement">-</Aria.Button>
      </Aria.NumberField>
      <Aria.DateField className="ad" aria-label="Date" onChange={(date) => note("date")(String(date))}>
        <Aria.DateInput style={{ display: "flex", border: "1px solid" }}>{(segment) => <Aria.DateSegment segment={segment} className={segment.isEditable ? "segment" : ""} />}</Aria.DateInput>
      </Aria.DateField>
      <Aria.Slider className="al" aria-label="Level" defaultValue={30} onChange={note("level")}>
        <Aria.SliderTrack className="track" style={{ height: 24, background: "#ddd" }}><Aria.SliderThumb style={{ width: 16, height: 16, top: 12, background: "#444" }} /></Aria.SliderTrack>
      </Aria.Slider>
      <Aria.TextField className="at" aria-label="Text" onChange={note("text")}><Aria.Input /></Aria.TextField>
    </>
  );
}

createRoot(document.getElementById("app")).render(<><Selects /><HeadlessMenu /><HeadlessLists /><HeadlessRest /><ReactAria /></>);
