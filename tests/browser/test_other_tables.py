"""Engines that answer otherwise when asked for the functions in a table: a snapshot is full of their places.

WebKit does (`table.get(1) === exports.f` is false there); here it is done to the browser at hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from browser.parts import ORDINARY, log

if TYPE_CHECKING:
    from cotab_kit.testing import Tab

# What was put into a table comes out of it again; what stood in it from the beginning comes out as another object.
OTHER_OBJECTS = """
const { get, set } = WebAssembly.Table.prototype;
const known = new WeakMap();
const of = (table) => known.get(table) ?? known.set(table, new Map()).get(table);
WebAssembly.Table.prototype.set = function (place, value) {
  set.call(this, place, value);
  of(this).set(place, value);
};
WebAssembly.Table.prototype.get = function (place) {
  const found = get.call(this, place);
  if (found && !of(this).has(place)) of(this).set(place, (...values) => found(...values));
  return found && of(this).get(place);
};
"""
ONE_PLACE_MORE = """
const { instantiate } = WebAssembly;
WebAssembly.instantiate = async (...values) => {
  const made = await instantiate(...values);
  made.exports?.__indirect_function_table?.grow(1);
  return made;
};
"""


@pytest.mark.full
def test_a_tab_is_restored_where_functions_come_out_of_tables_as_other_objects(tab: Tab) -> None:
    tab.context.add_init_script(OTHER_OBJECTS)
    tab.open()
    tab.expect_state("inviting")
    assert ORDINARY not in log(tab)


@pytest.mark.full
def test_a_tab_starts_ordinarily_where_functions_stand_elsewhere(tab: Tab) -> None:
    tab.context.add_init_script(ONE_PLACE_MORE)
    tab.open()
    tab.expect_state("inviting")
    assert f"{ORDINARY}, because the snapshot cannot be restored: Error: " in log(tab)
