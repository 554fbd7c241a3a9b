"""A tab that serves two hundred sessions holds no more at the end than after the first few."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from cotab_kit.testing import Tab

CONNECTED, ENDED = "CobrowseConnectedEvent", "CobrowseEndedEvent"

# Whole sessions, as fast as the page goes: every state is waited for, and the provider has ended each session.
SESSIONS = """
async (count) => {
  const state = (wanted) => new Promise((resolve) => {
    const look = () => document.documentElement.dataset.state === wanted && (observer.disconnect(), resolve());
    const observer = new MutationObserver(look);
    observer.observe(document.documentElement, { attributeFilter: ["data-state"] });
    look();
  });
  const press = (id) => document.getElementById(id).click();
  const ended = async () => {
    while (!FakeSdk.current.stored.over) await new Promise((resolve) => setTimeout(resolve));
  };
  for (let number = 0; number < count; number += 1) {
    await state("inviting");
    FakeSdk.current.simulate("joined", { name: "Casey Customer" });
    await state("connected");
    FakeSdk.current.simulate("quality", "fair");
    press("tool-pointer");
    if (number % 2) press("end-session");
    else FakeSdk.current.simulate("left");
    await state("ended");
    await ended();
    press("start-again");
  }
  await state("inviting");
}
"""

# Python objects that JavaScript holds: a tracing that Pyodide has for its own tests.
TRACE = "() => python._module.enable_pyproxy_allocation_tracing()"
HELD = "() => python._module.pyproxy_alloc_map.size"

ELEMENTS = "() => document.querySelectorAll('*').length"

# What Python holds, by type. Timers that were cancelled stay until their time has come; that is no leak.
OBJECTS = """
import gc, json
from collections import Counter
gc.collect()
kinds = Counter(f"{type(thing).__module__}.{type(thing).__name__}" for thing in gc.get_objects())
ours = ("cotab.", "main.", "pyodide.", "_asyncio.", "asyncio.tasks.", "asyncio.futures.", "asyncio.timeouts.")
json.dumps({kind: count for kind, count in kinds.items() if kind.startswith(ours)})
"""


@pytest.mark.full
@pytest.mark.variant(project="faults")
def test_two_hundred_sessions_leave_nothing_behind(tab: Tab, python: Callable[[str], Any]) -> None:
    def measure() -> dict[str, int]:
        held: dict[str, int] = json.loads(python(OBJECTS))
        return held | {"proxies": tab.frame.evaluate(HELD), "elements": tab.frame.evaluate(ELEMENTS)}

    tab.open()
    tab.expect_state("inviting")
    tab.frame.evaluate(TRACE)
    tab.frame.evaluate(SESSIONS, 10)
    warm = measure()
    assert warm["proxies"] > 0  # the callbacks of the session that waits: the tracing works
    assert warm["cotab._tab.runner.Runner"] <= 2
    tab.frame.evaluate(SESSIONS, 190)
    assert measure() == warm
    assert tab.events == [CONNECTED, ENDED] * 200
