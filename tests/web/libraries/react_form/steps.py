"""React: controlled fields, formatters, and react-hook-form."""

from web.steps import START, choose, click, double, drag, hover, keys, paste, step, write

STEPS = [
    step("type into an empty field", click("#mail"), write("ada@example.com"), state="state.mail"),
    step("in the middle: Home, type", click("#first"), keys("Home"), write("Dr "), state="state.first"),
    step("End, Backspace", click("#first"), keys("End", "Backspace"), state="state.first"),
    step("select all and overtype", click("#first"), keys("Control+a"), write("Byron"), state="state.first"),
    step("paste into an empty field", click("#memo"), paste("from elsewhere"), state="state.memo"),
    step("maxlength", click("#code"), write("123456"), state="state.code"),
    step("a field taken on leaving", click("#lazy"), write("late"), keys("Tab"), state="state.lazy"),
    step("formatted phone", click("#phone"), write("5551234567"), state="state.phone"),
    step("Backspace twice in the phone", click("#phone"), keys("End", "Backspace", "Backspace"), state="state.phone"),
    step("number: select all, type 7", click("#count"), keys("Control+a"), write("7"), state="state.count"),
    step("number: ArrowUp", click("#count"), keys("ArrowUp"), state="state.count"),
    step("date typed", click("#date", START), write("03152025"), state="state.date"),
    step("range: click at 80 %", click("#range", (0.8, 0.5)), state="state.range"),
    step("range: drag to 10 %", drag("#range", "#range", start=(0.79, 0.5), end=(0.1, 0.5)), state="state.range"),
    step(
        "textarea: Enter and text", click("#notes"), keys("Control+End", "Enter"), write("third"), state="state.notes"
    ),
    step(
        "textarea: arrows, type",
        click("#notes"),
        keys("Control+Home", *["ArrowRight"] * 4),
        write("X"),
        state="state.notes",
    ),
    step("radio: click", click("#bank"), state="state.pay"),
    step("radio: ArrowUp", click("#bank"), keys("ArrowUp"), state="state.pay"),
    step("checkbox: click", click("#agree"), state="state.agree"),
    step("checkbox: Space", keys("Space"), state="state.agree"),
    step("checkbox: its label", click("#agree-label", (0.8, 0.5)), state="state.agree"),
    step("select: choose", choose("#plan", "Pro"), state="state.plan"),
    step("Tab forward", click("#first"), keys("Tab"), state="document.activeElement.id"),
    step("Shift+Tab back", click("#mail"), keys("Shift+Tab"), state="document.activeElement.id"),
    step("Tab, and type there", click("#first"), keys("Tab", "End"), write("!"), state="state.mail"),
    step("hover opens a menu", hover("#menu"), state="state.menu"),
    step("an item of the menu", click("#item"), state="state.item"),
    step(
        "leaving closes the hover menu", hover("#menu"), hover("#board", (0.9, 0.9)), state="[state.menu, state.left]"
    ),
    step("click position in an element", click("#board", (0.1, 0.2)), state="state.at"),
    step("Shift+click: modifiers and detail", click("#board", hold="Shift"), state="state.click"),
    step("double click", double("#board"), state="state.doubles"),
    step("right click", click("#board", button="right"), state="state.context"),
    step("key codes", click("#keys"), keys("Enter"), state="state.codes"),
    step("Ctrl+K", click("#first"), keys("Control+k"), state="state.palette"),
    step("hook form: required on leaving", click("#city"), keys("Tab"), state="state.errors"),
    step("hook form: the error goes", click("#city"), write("Bath"), keys("Tab"), state="state.errors"),
    step("hook form: Enter submits", click("#zip"), write("12345"), keys("Enter"), state="state.sent"),
    step("hook form: the button submits", click("#zip"), keys("End"), write("6"), click("#submit"), state="state.sent"),
]
