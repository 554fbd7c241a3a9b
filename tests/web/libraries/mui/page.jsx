import { useState } from "react";
import { createRoot } from "react-dom/client";
import * as Mui from "@mui/material";
import { AdapterDayjs } from "@mui/x-date-pickers/AdapterDayjs";
import { DatePicker, LocalizationProvider, TimePicker } from "@mui/x-date-pickers";
import dayjs from "dayjs";

const state = (window.state = { chip: true });
const note = (name) => (_event, value) => { state[name] = value; };
const typed = (name) => (event) => { state[name] = event.target.value; };
const ticked = (name) => (event) => { state[name] = event.target.checked; };

function useNoted(name, initial) {
  const [value, set] = useState(initial);
  state[name] = value;
  return [value, set];
}

const FILMS = ["The Godfather", "Pulp Fiction", "Casablanca"];

function Inputs() {
  const [age, setAge] = useNoted("age", 10);
  const [align, setAlign] = useNoted("align", "left");
  return (
    <>
      <Mui.TextField id="name" label="Name" onChange={typed("name")} />
      <Mui.TextField id="notes" label="Notes" multiline onChange={typed("notes")} />
      <Mui.Select SelectDisplayProps={{ id: "age" }} MenuProps={{ id: "menu-age" }} value={age} onChange={(event) => setAge(event.target.value)}>
        {[10, 20, 30, 40].map((each) => <Mui.MenuItem key={each} value={each}>{each} years</Mui.MenuItem>)}
      </Mui.Select>
      <Mui.Autocomplete id="film" options={FILMS} onChange={note("film")} renderInput={(given) => <Mui.TextField {...given} label="Film" />} />
      <Mui.Autocomplete id="tags" multiple options={FILMS} defaultValue={[FILMS[0]]} onChange={note("tags")} renderInput={(given) => <Mui.TextField {...given} label="Tags" />} />
      <Mui.FormControlLabel control={<Mui.Checkbox id="agree" onChange={ticked("agree")} />} label="I agree" />
      <Mui.FormControlLabel control={<Mui.Switch id="wifi" onChange={ticked("wifi")} />} label="Wi-Fi" />
      <Mui.RadioGroup row onChange={typed("color")}>
        {["red", "blue"].map((each) => <Mui.FormControlLabel key={each} value={each} label={each} control={<Mui.Radio id={each} />} />)}
      </Mui.RadioGroup>
      <Mui.ToggleButtonGroup exclusive value={align} onChange={(_event, value) => setAlign(value)}>
        {["left", "right"].map((each) => <Mui.ToggleButton key={each} id={each} value={each}>{each}</Mui.ToggleButton>)}
      </Mui.ToggleButtonGroup>
      <Mui.Rating id="rating" name="rating" defaultValue={1} onChange={note("rating")} />
      <Mui.Slider id="slider" defaultValue={5} min={0} max={10} onChange={note("level")} sx={{ width: 280 }} />
    </>
  );
}

function Layers() {
  const [anchor, setAnchor] = useState(null);
  const [dialog, setDialog] = useNoted("dialog", false);
  const choose = (name) => () => { state.menu = name; setAnchor(null); };
  const confirm = () => { state.confirmed = true; setDialog(false); };
  return (
    <>
      <Mui.Button id="menu-button" onClick={(event) => setAnchor(event.currentTarget)}>Menu</Mui.Button>
      <Mui.Menu anchorEl={anchor} open={Boolean(anchor)} onClose={() => setAnchor(null)}>
        {["profile", "settings"].map((each) => <Mui.MenuItem key={each} id={each} onClick={choose(each)}>{each}</Mui.MenuItem>)}
      </Mui.Menu>
      <Mui.Button id="dialog-button" variant="contained" onClick={() => setDialog(true)}>Dialog</Mui.Button>
      <Mui.Dialog open={dialog} onClose={() => setDialog(false)}>
        <Mui.DialogTitle>Really?</Mui.DialogTitle>
        <Mui.DialogActions><Mui.Button id="confirm" onClick={confirm}>Yes</Mui.Button></Mui.DialogActions>
      </Mui.Dialog>
      <Mui.Tooltip title="A hint" onOpen={() => { state.hint = true; }} onClose={() => { state.hint = false; }}><Mui.Button id="hint">Hint</Mui.Button></Mui.Tooltip>
    </>
  );
}

function Parts() {
  const [tab, setTab] = useNoted("tab", 0);
  const [order, setOrder] = useNoted("order", "asc");
  const [chip, setChip] = useNoted("chip", true);
  return (
    <>
      <Mui.Tabs value={tab} onChange={(_event, value) => setTab(value)}>
        {[0, 1, 2].map((each) => <Mui.Tab key={each} id={`tab-${each}`} label={`Tab ${each}`} />)}
      </Mui.Tabs>
      <Mui.Accordion onChange={note("open")}>
        <Mui.AccordionSummary id="accordion-header">More</Mui.AccordionSummary>
        <Mui.AccordionDetails>Details MARK-210</Mui.AccordionDetails>
      </Mui.Accordion>
      <Mui.Pagination id="pages" count={4} onChange={note("page")} />
      <Mui.Table><Mui.TableHead><Mui.TableRow><Mui.TableCell>
        <Mui.TableSortLabel id="sort" active direction={order} onClick={() => setOrder(order === "asc" ? "desc" : "asc")}>Price</Mui.TableSortLabel>
      </Mui.TableCell></Mui.TableRow></Mui.TableHead></Mui.Table>
      <div>{chip && <Mui.Chip id="chip" label="A chip" onDelete={() => setChip(false)} />}</div>
    </>
  );
}

function Pickers() {
  return (
    <LocalizationProvider dateAdapter={AdapterDayjs}>
      <div id="date"><DatePicker label="Date" defaultValue={dayjs("2025-03-10")} onChange={(date) => { state.date = date?.isValid() ? date.format("YYYY-MM-DD") : null; }} /></div>
      <div id="time"><TimePicker label="Time" onChange={(date) => { state.time = date?.isValid() ? date.format("HH:mm") : null; }} /></div>
    </LocalizationProvider>
  );
}

createRoot(document.getElementById("app")).render(<><Inputs /><Layers /><Parts /><Pickers /></>);
