import { createRoot } from "react-dom/client";
import * as Radix from "radix-ui";
import "./page.css";

const { Accordion, Checkbox, ContextMenu, Dialog, DropdownMenu, Popover, RadioGroup, Select, Slider, Switch, Tabs, Tooltip } = Radix;
const state = (window.state = { level: [4], dialog: false, opened: 0 });
const note = (name) => (value) => { state[name] = value; };
const opening = (open) => { state.popover = open; state.opened += open ? 1 : 0; };

const items = (Item) => ["New", "Rename", "Delete"].map((each) => <Item key={each} className="item" onSelect={() => note("menu")(each)}>{each}</Item>);

const widgets = (
  <>
    <Select.Root defaultValue="Apple" onValueChange={note("fruit")}>
      <Select.Trigger id="select" className="button"><Select.Value /></Select.Trigger>
      <Select.Portal><Select.Content className="panel" position="popper"><Select.Viewport>
        {["Apple", "Pear", "Plum"].map((each) => <Select.Item key={each} value={each} className="item"><Select.ItemText>{each}</Select.ItemText></Select.Item>)}
      </Select.Viewport></Select.Content></Select.Portal>
    </Select.Root>
    <DropdownMenu.Root>
      <DropdownMenu.Trigger id="menu" className="button">File</DropdownMenu.Trigger>
      <DropdownMenu.Portal><DropdownMenu.Content className="panel">{items(DropdownMenu.Item)}</DropdownMenu.Content></DropdownMenu.Portal>
    </DropdownMenu.Root>
    <ContextMenu.Root>
      <ContextMenu.Trigger id="area" className="area">Right click here</ContextMenu.Trigger>
      <ContextMenu.Portal><ContextMenu.Content className="panel">
        <ContextMenu.Item className="item" onSelect={() => note("context")("reload")}>Reload</ContextMenu.Item>
      </ContextMenu.Content></ContextMenu.Portal>
    </ContextMenu.Root>
    <Dialog.Root onOpenChange={note("dialog")}>
      <Dialog.Trigger id="dialog" className="button">Dialog</Dialog.Trigger>
      <Dialog.Portal><Dialog.Overlay className="overlay" /><Dialog.Content className="dialog" aria-describedby={undefined}><Dialog.Title>A dialog</Dialog.Title><Dialog.Close>Close</Dialog.Close></Dialog.Content></Dialog.Portal>
    </Dialog.Root>
    <Checkbox.Root id="checkbox" className="box" onCheckedChange={note("agree")}><Checkbox.Indicator>x</Checkbox.Indicator></Checkbox.Root>
    <Switch.Root id="switch" className="switch" onCheckedChange={note("on")}><Switch.Thumb className="thumb" /></Switch.Root>
    <RadioGroup.Root defaultValue="a" onValueChange={note("choice")}>
      {["a", "b"].map((each) => <RadioGroup.Item key={each} id={`radio-${each}`} value={each} className="box"><RadioGroup.Indicator>o</RadioGroup.Indicator></RadioGroup.Item>)}
    </RadioGroup.Root>
    <Tabs.Root defaultValue="a" onValueChange={note("tab")}>
      <Tabs.List>{["a", "b"].map((each) => <Tabs.Trigger key={each} id={`tab-${each}`} value={each} className="button">Tab {each}</Tabs.Trigger>)}</Tabs.List>
      {["a", "b"].map((each) => <Tabs.Content key={each} value={each}>Content {each}</Tabs.Content>)}
    </Tabs.Root>
    <Accordion.Root type="single" collapsible onValueChange={note("panel")}>
      {["a", "b"].map((each) => <Accordion.Item key={each} value={each}><Accordion.Trigger id={`accordion-${each}`}>Part {each}</Accordion.Trigger><Accordion.Content>Inside {each}</Accordion.Content></Accordion.Item>)}
    </Accordion.Root>
    <Popover.Root onOpenChange={opening}>
      <Popover.Trigger id="popover" className="button">Popover</Popover.Trigger>
      <Popover.Portal><Popover.Content className="panel">Inside</Popover.Content></Popover.Portal>
    </Popover.Root>
    <Tooltip.Provider delayDuration={100}><Tooltip.Root onOpenChange={note("tip")}>
      <Tooltip.Trigger id="tip" className="button">Hint</Tooltip.Trigger>
      <Tooltip.Portal><Tooltip.Content className="panel">A hint</Tooltip.Content></Tooltip.Portal>
    </Tooltip.Root></Tooltip.Provider>
    <Slider.Root id="slider" className="slider" defaultValue={[4]} min={0} max={10} onValueChange={note("level")}>
      <Slider.Track className="track"><Slider.Range className="range" /></Slider.Track><Slider.Thumb id="thumb" className="knob" aria-label="Level" />
    </Slider.Root>
  </>
);

createRoot(document.getElementById("app")).render(widgets);
