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
  const box = document.createElement("div");
  box.innerHTML = `<input type="password" value="${secret(9000)}"><input type="hidden" value="${secret(9001)}">
    <input name="cvc" value="${secret(9002)}"><p hidden>${secret(9003)}</p><!-- ${secret(9004)} -->
    <div data-account="${secret(9005)}"><template>${secret(9006)}</template></div>
    <input value="${secret(9010)}"><textarea>${secret(9011)}</textarea><p title="${secret(9012)}">${secret(9013)}</p>
    <iframe srcdoc="<p>${secret(9014)}</p><input type=password value=${secret(9007)}>"></iframe>`;
  document.body.append(box);
  for (const mode of ["open", "closed"]) {
    const host = box.appendChild(document.createElement("div"));
    host.attachShadow({ mode }).innerHTML =
      `<p>${secret(9015)}</p><input value="${secret(9016)}"><input type="password" value="${secret(9008)}">`;
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
