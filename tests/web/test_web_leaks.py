"""No secret leaves any page, whatever it is of: each gets secrets of every kind planted, and does all its steps."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from customers import Stage
from web.cases import KINDS, PARTS, cases
from web.sides import IMPATIENCE, Sides, opened
from web.sites import Tag, WebSite
from web.traffic import leaks

PAGES = sorted({page for pages in KINDS.values() for page in pages} - PARTS)
HEAVY = {"step9"}  # of 25: two megabytes of style sheets, a matter of performance
POLICIES = {"masked": Tag(), "blocked": Tag(block="body"), "allowed": Tag(allow="html")}

# What never leaves, and what may where all is allowed. Put together in the page, as no text of a script may be a hit.
NEVER = {f"SEKRET-{number}" for number in range(9000, 9010)}
SHOWN = {f"SEKRET-{number}" for number in range(9010, 9020)}
PLANT = """() => {
  const secret = (number) => ["SEKRET", number].join("-");
  const make = (tag, given = {}, ...within) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(given)) made.setAttribute(name, value);
    made.append(...within);
    return made;
  };
  const box = make("div", {},
    make("input", { type: "password", value: secret(9000) }), make("input", { type: "hidden", value: secret(9001) }),
    make("input", { name: "cvc", value: secret(9002) }), make("p", { hidden: "" }, secret(9003)),
    new Comment(secret(9004)), make("div", { "data-account": secret(9005) }, make("template", {}, secret(9006))),
    make("input", { value: secret(9010) }), make("textarea", {}, secret(9011)),
    make("p", { title: secret(9012) }, secret(9013)));
  document.body.append(box);
  const frame = box.appendChild(make("iframe"));
  frame.contentDocument.body.append(
    make("p", {}, secret(9014)), make("input", { type: "password", value: secret(9007) }));
  for (const mode of ["open", "closed"]) {
    const host = box.appendChild(document.createElement("div"));
    host.attachShadow({ mode }).append(make("p", {}, secret(9015)), make("input", { value: secret(9016) }),
      make("input", { type: "password", value: secret(9008) }));
  }
}"""


@cases("leaks", PAGES, *POLICIES)
def test_no_secret_leaves_any_page(browser: Browser, stage: Stage, site: WebSite, page: str, way: str) -> None:
    with opened(browser, stage, site) as sides:
        sides.load(f"{page}.html", POLICIES[way])
        sides.customer.page.evaluate(PLANT)
        sides.join()
        for step in sides.steps:
            if step not in HEAVY:
                sides.step(step)
        sides.pause(IMPATIENCE)
        assert kept(sides, way) == set()


def kept(sides: Sides, way: str) -> set[str]:
    """The planted secrets that have left and must not."""
    found = leaks(f"{sides.traffic.text}\n{sides.mirror_text}", [])
    return found & (NEVER if way == "allowed" else NEVER | SHOWN)


@pytest.mark.full
def test_what_is_planted_would_be_found(browser: Browser, stage: Stage, site: WebSite) -> None:
    with opened(browser, stage, site) as sides:
        sides.load("small.html", POLICIES["allowed"])
        sides.customer.page.evaluate(PLANT)
        sides.join()
        sides.pause(IMPATIENCE)
        found = leaks(sides.traffic.text, [])
        assert found & NEVER == set()
        assert {f"SEKRET-{number}" for number in (9010, 9011, 9013, 9014, 9015, 9016)} <= found
