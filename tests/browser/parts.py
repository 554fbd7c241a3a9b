"""The heavy parts of a page: what it asks the network for, what it has kept, and how they get lost.

For test_snapshot_in_the_page.py and test_second_half.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Route

    from cotab_kit.testing import Tab

ORDINARY = "an ordinary start"

# What a restored page asks the network for only if nothing nearer has it.
CARRIERS = ("snapshot_bin", "pyodide_asm_wasm", "pydantic_core", "late_json")


def carriers_requested(tab: Tab) -> list[str]:
    """Grows with every carrier the page asks the network for, from now on."""
    names: list[str] = []

    def note(url: str) -> None:
        name = url.partition("?")[0].rpartition("/")[2]
        if name.startswith(CARRIERS) or "pydantic_core" in name:
            names.append(name)

    tab.context.on("request", lambda request: note(request.url))
    return names


def wait_until_kept(tab: Tab) -> None:
    """Until the page has put its parts on the top window and into Cache Storage."""
    tab.page.evaluate(
        """async () => {
          for (;;) {
            const [name] = await caches.keys();
            const stored = name ? (await (await caches.open(name)).keys()).length : 0;
            if (window[Symbol.for("cotab.kept")]?.length && stored >= 6) return;
            await new Promise((resolve) => requestAnimationFrame(resolve));
          }
        }"""
    )


def log(tab: Tab) -> str:
    """The log the agent can copy."""
    tab.frame.evaluate("document.getElementById('log-panel').open = true")
    return tab.frame.locator("#log").inner_text()


def garble(route: Route) -> None:
    text = route.fetch().text()
    middle = len(text) // 2
    route.fulfill(body=text[:middle] + "AAAABBBB" + text[middle + 8 :], content_type="text/xml")


def not_there(route: Route) -> None:
    route.fulfill(status=404)


def cut(route: Route) -> None:
    """What a broken download leaves."""
    body = route.fetch().body()
    route.fulfill(body=body[: len(body) // 2], content_type="text/xml")


def unreachable(route: Route) -> None:
    route.abort()
