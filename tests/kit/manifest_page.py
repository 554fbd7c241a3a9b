"""The parts of docs/manifest.md that are made from the manifest's models: an example, and a table for each table.

They are renewed by

    cd tests
    ../.venv/bin/python -m kit.manifest_page
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cotab_kit.layout import source_root
from cotab_kit.manifest.keys import CHOSEN, KEYS, Key, example

PAGE = (source_root() or Path()) / "docs" / "manifest.md"
PART = re.compile(r"(<!-- made from the models: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def renewed(page: str) -> str:
    """Put these parts into the page as the models have them now."""
    parts = {
        "example": "```toml" + "\n".join(_sections(example())) + "\n```",
        "keys": "\n\n".join(_table(key) for name, key in KEYS.items() if key.table and name),
    }
    return PART.sub(lambda found: f"{found[1]}\n{parts[found[2]]}\n\n{found[3]}", page)


def _sections(table: dict[str, Any], *title: str) -> Iterator[str]:
    """A table as TOML, the tables in it after its own values."""
    values = {name: value for name, value in table.items() if not isinstance(value, dict)}
    if values:
        yield f"\n[{'.'.join(title)}]"
        yield from (f"{_toml_key(name)} = {json.dumps(value)}" for name, value in values.items())
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _sections(value, *title, _toml_key(name))


def _toml_key(name: str) -> str:
    return name if re.fullmatch(r"[\w-]+", name) else json.dumps(name)


def _table(table: Key) -> str:
    """What a table means, and a row for each key in it that has no table of its own on the page."""
    keys = [key for key in KEYS.values() if key.field and key.name[:-1] == table.name]
    rows = [_row(key) for key in keys if not key.table and not (key.chosen and key.chosen.table)]
    head = ["| key | what to write | what it means |", "|---|---|---|"]
    meaning = KEYS[table.name[:-1]].description if table.name[-1] == CHOSEN else table.description
    return "\n".join([f"### `{table.title}`", "", meaning, "", *head, *rows])


def _row(key: Key) -> str:
    assert key.field
    required, default = key.field.is_required(), key.field.default
    name = f"**`{key.name[-1]}`**" if required else f"`{key.name[-1]}`"
    form = f"{key.form}; each value: {key.chosen.form}" if key.chosen else key.form
    without = f" By default `{json.dumps(default)}`." if default and not required else ""
    return f"| {name} | {form} | {key.description}{without} |"


def main() -> None:
    """Renew the page."""
    PAGE.write_text(renewed(PAGE.read_text("utf-8")), "utf-8", newline="\n")


if __name__ == "__main__":
    main()
