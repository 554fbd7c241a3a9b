"""react-select, Headless UI and React Aria."""

from web.steps import START, click, keys, step, write

STEPS = [
    step("react-select: click", click("#rs .rs__control"), click("#rs .rs__option >> nth=1"), state="state.color"),
    step("react-select: type, Enter", click("#rs .rs__control"), write("gr"), keys("Enter"), state="state.color"),
    step("react-select: ArrowDown, Enter", click("#rs .rs__control"), keys("ArrowDown", "Enter"), state="state.color"),
    step(
        "react-select: add to several",
        click("#rm .rs__control", (0.5, 0.5)),
        click("#rm .rs__option >> nth=0"),
        state="state.colors",
    ),
    step("react-select: remove one", click("#rm .rs__multi-value__remove >> nth=0"), state="state.colors"),
    step("Headless menu", click("#hm"), click("text=Duplicate"), state="state.menu"),
    step("Headless menu: keys", click("#hm"), keys("ArrowDown", "ArrowDown", "ArrowDown", "Enter"), state="state.menu"),
    step("Headless list box", click("#hl"), click(".hl-option >> nth=2"), state="state.person"),
    step(
        "Headless combo box",
        click("#hc"),
        keys("Control+a"),
        write("Wad"),
        click(".hc-option >> nth=0"),
        state="state.guest",
    ),
    step("Headless switch", click("#hs"), state="state.switch"),
    step("Headless tabs", click("#ht2"), state="state.tab"),
    step("Headless disclosure", click("#hd"), state="state.disclosed"),
    step("Headless dialog: open", click("#open"), state="state.dialog"),
    step("Headless dialog: Escape", keys("Escape"), state="state.dialog"),
    step("React Aria: button", click("#ab"), state="state.presses"),
    step("React Aria: checkbox", click("#ac"), state="state.aria"),
    step("React Aria: select", click(".as button"), click(".as-item >> nth=1"), state="state.animal"),
    step("React Aria: combo box", click(".acb input"), write("Kan"), keys("ArrowDown", "Enter"), state="state.beast"),
    step("React Aria: number, stepper", click(".an .increment"), state="state.number"),
    step(
        "React Aria: number, type",
        click(".an input"),
        keys("Control+a"),
        write("12"),
        keys("Tab"),
        state="state.number",
    ),
    step("React Aria: date by segments", click(".ad .segment >> nth=0"), write("04052026"), state="state.date"),
    step("React Aria: slider, click", click(".al .track", (0.8, 0.5)), state="state.level"),
    step("React Aria: text", click(".at input", START), write("Ada"), state="state.text"),
]
