import { AllCommunityModule, ModuleRegistry, createGrid } from "ag-grid-community";
import { Virtualizer, elementScroll, observeElementOffset, observeElementRect } from "@tanstack/react-virtual";

const state = (window.state = { first: 0, top: 0 });
const byId = (id) => document.getElementById(id);

ModuleRegistry.registerModules([AllCommunityModule]);
const rows = Array.from({ length: 300 }, (_each, at) => ({ id: at, name: `Item ${at}`, price: (at * 37) % 100, note: `Note MARK-${at}` }));
createGrid(byId("grid"), {
  rowData: rows,
  columnDefs: [
    { field: "id", width: 110 }, { field: "name", editable: true, filter: true, floatingFilter: true, width: 180 },
    { field: "price", width: 120 }, { field: "note", width: 160 },
  ],
  rowSelection: { mode: "multiRow" },
  onSortChanged: ({ api }) => { state.sort = api.getColumnState().filter(({ sort }) => sort).map(({ colId, sort }) => [colId, sort]); },
  onSelectionChanged: ({ api }) => { state.selected = api.getSelectedRows().map(({ id }) => id); },
  onCellValueChanged: ({ data }) => { state.edited = [data.id, data.name]; },
  onCellFocused: ({ rowIndex, column }) => { state.focus = [rowIndex, column?.getColId()]; },
  onFilterChanged: ({ api }) => { state.shown = api.getDisplayedRowCount(); },
  onColumnMoved: ({ api, finished }) => { if (finished) state.columns = api.getColumnState().map(({ colId }) => colId); },
  onBodyScroll: ({ top }) => { state.first = top; },
});

const list = new Virtualizer({
  count: 1000, getScrollElement: () => byId("list"), estimateSize: () => 40, overscan: 3,
  scrollToFn: elementScroll, observeElementRect, observeElementOffset, onChange: draw,
});
list._didMount();
list._willUpdate();
draw();

function draw() {
  byId("inner").style.height = `${list.getTotalSize()}px`;
  byId("inner").replaceChildren(...list.getVirtualItems().map(({ index, start }) => {
    const row = Object.assign(document.createElement("div"), { id: `row-${index}` });
    row.style = `position: absolute; top: ${start}px; height: 40px`;
    const button = Object.assign(document.createElement("button"), { textContent: `Row ${index}` });
    button.addEventListener("click", () => { state.picked = index; });
    row.append(button);
    return row;
  }));
}

byId("list").addEventListener("scrollend", () => { state.top = Math.round(byId("list").scrollTop); });
