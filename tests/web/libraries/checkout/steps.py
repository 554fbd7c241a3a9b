"""A checkout with frames of its own origin and of another one."""

from web.steps import choose, click, keys, step, write

STEPS = [
    step("name", click("#name"), write("Ada"), state="$('#name').value"),
    step("country", choose("#country", "France"), state="state.country"),
    step("shipping", click("#express"), state="state.shipping"),
    step("coupon", click("#coupon"), write("TEN"), click("#apply"), state="state.coupon"),
    step("terms", click("#terms"), state="state.terms"),
    step("card field", click("#card"), keys("End"), write("9"), state="$('#card').value"),
    step("payment frame of another origin", click("#pay", (0.5, 0.5)), state="state.paid"),
    step(
        "same-origin frame: type",
        click("#own / #fa"),
        write("Bath"),
        state="$('#own').contentDocument.querySelector('#fa').value",
    ),
    step(
        "same-origin frame: Tab from a field",
        click("#own / #fa"),
        keys("Tab"),
        state="$('#own').contentDocument.activeElement.id",
    ),
    step("same-origin frame: a button", click("#own / #fc"), state="state.frame"),
    step("srcdoc frame: a button", click("#srcdoc / #sb"), state="state.srcdoc"),
    step("late frame: a button", click("#load"), click("#late / #lb"), state="state.late"),
    step("submit", click("#submit"), state="state.sent"),
]
