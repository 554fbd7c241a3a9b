"""The keys of provider.toml as the models describe them: what each may be, an example, what to write instead.

The advice of findings and the tables of docs/manifest.md are made of this.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import EnumType
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from cotab_kit.manifest.model import Manifest
from cotab_kit.manifest.values import Form

Name = tuple[str, ...]

# The part of a name that the author chooses, and pydantic's word for an error in that part itself.
CHOSEN = "*"
CHOSEN_KEY = "[key]"


@dataclass(frozen=True)
class Key:
    """A key of the manifest. `field` is None where the author chooses the key's name."""

    name: Name
    kind: Any
    field: FieldInfo | None = None

    @property
    def form(self) -> str:
        """What its value may be."""
        return _form(self.kind)

    @property
    def description(self) -> str:
        """What it means."""
        return (self.field and self.field.description) or (self.table and self.table.__doc__) or ""

    @property
    def examples(self) -> list[Any]:
        """Values that it may have."""
        return self.field.examples or [self.field.default] if self.field else []

    @property
    def table(self) -> type[BaseModel] | None:
        """The model, if the key is a table with keys of the manifest."""
        bare = _bare(self.kind)
        return bare if isinstance(bare, type) and issubclass(bare, BaseModel) else None

    @property
    def chosen(self) -> Key | None:
        """The key of its values, if it is a table whose keys the author chooses."""
        return KEYS.get((*self.name, CHOSEN))

    @property
    def title(self) -> str:
        """Its heading in TOML, with the first example where the author chooses a name."""
        parts = [
            next(iter(KEYS[self.name[:place]].examples[0])) if part == CHOSEN else part
            for place, part in enumerate(self.name)
        ]
        return f"[{'.'.join(parts)}]"

    @property
    def advice(self) -> str:
        """What to write where nothing or something else stands."""
        if self.table:
            required = [name for name, field in self.table.model_fields.items() if field.is_required()]
            return f"add {self.title} with {listed(required, 'and')}"
        if self.chosen:
            return f"add {self.form}"
        examples = self.field and self.field.examples
        such_as = f", such as {json.dumps(examples[0], ensure_ascii=False)}" if examples else ""
        optional = self.field and not self.field.is_required() and self.field.default is None
        return f"write {self.form}{such_as}{', or leave it out' if optional else ''}"

    def instead_of(self, name: str) -> str:
        """Say what to do with a key that this table does not have."""
        names = list(self.table.model_fields) if self.table else []
        if match := get_close_matches(name, names, 1):
            return f"write {match[0]} instead"
        tables = [KEYS[tuple(table)].title for *table, part in filter(None, KEYS) if part == name and table]
        if tables:
            return f"move it to another table, such as {listed(tables, 'or')}"
        return f"remove it: the keys here are {listed(names, 'and')}"


def listed(words: Iterable[str], last: str) -> str:
    """Join words as people do, with "and" or "or" before the last one."""
    *others, end = words
    return f"{', '.join(others)} {last} {end}" if others else end


def _form(kind: Any) -> str:  # noqa: ANN401 - a type
    own = [each.text for each in getattr(kind, "__metadata__", ()) if isinstance(each, Form)]
    if own:
        return own[-1]
    args = get_args(kind)
    if get_origin(kind) is Annotated or type(None) in args:
        return _form(args[0])
    if get_origin(kind) is Literal or isinstance(kind, EnumType):
        return listed((f'"{value}"' for value in args or kind), "or")
    return "a table"


def _bare(kind: Any) -> Any:  # noqa: ANN401 - a type
    """Strip from a type what is said of it, and None."""
    args = get_args(kind)
    return _bare(args[0]) if get_origin(kind) is Annotated or type(None) in args else kind


def _keys(name: Name, kind: Any, field: FieldInfo | None = None) -> Iterator[Key]:  # noqa: ANN401 - a type
    """Walk a key, and all those in its table."""
    key = Key(name, kind, field)
    yield key
    bare = _bare(kind)
    if key.table:
        for inner, of_inner in key.table.model_fields.items():
            yield from _keys((*name, inner), of_inner.rebuild_annotation(), of_inner)
    elif get_origin(bare) is dict:
        chosen, value = get_args(bare)
        yield from _keys((*name, CHOSEN), value)
        yield Key((*name, CHOSEN, CHOSEN_KEY), chosen)


KEYS: Mapping[Name, Key] = {key.name: key for key in _keys((), Manifest)}


def key_at(place: Iterable[object]) -> Key:
    """Find the key at a place of the document; within a list or a setting, the key of these."""
    found: Name = ()
    for part in map(str, place):
        deeper = [name for name in ((*found, part), (*found, CHOSEN)) if name in KEYS]
        if not deeper:
            break
        found = deeper[0]
    return KEYS[found]


def example(name: Name = (), *, required: bool = False) -> Any:  # noqa: ANN401 - any value of the manifest
    """Give the first example of a key; that of a table has all its keys, or those only that must be there."""
    key = KEYS[name]
    if key.table:
        fields = key.table.model_fields.items()
        wanted = [inner for inner, field in fields if field.is_required() or not required]
        return {inner: example((*name, inner), required=required) for inner in wanted}
    if key.chosen and key.chosen.table:
        return {part: example(key.chosen.name, required=required) for part in key.examples[0]}
    return key.examples[0]
