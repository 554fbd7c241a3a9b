"""$select, $filter and $expand on lists of JSON objects, as metadata has them. Dataverse does no more there, either."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from pydantic import JsonValue

from cotab_kit.emulator.call import Json, allow
from cotab_kit.emulator.errors import RefusedError, not_here
from cotab_kit.emulator.filters import Both, Comparison, Literal, Node, Not, Path, Search, parse
from cotab_kit.emulator.query import parts

NAVIGATION = ("OptionSet", "GlobalOptionSet")  # shown where $expand names them, only
OPTIONS = ("$select", "$filter", "$expand")
_ENUM = re.compile(r"Microsoft\.Dynamics\.CRM\.\w+(?=')")
_TESTS: dict[str, Callable[..., bool]] = {
    "eq": operator.eq, "ne": operator.ne, "gt": operator.gt,
    "ge": operator.ge, "lt": operator.lt, "le": operator.le,
}  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """Which objects of a list are wanted, and what of each."""

    select: tuple[str, ...] = ()
    node: Node | None = None
    expand: Mapping[str, Wanted] = field(default_factory=dict)

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Wanted:
        """Read query options. Raises RefusedError."""
        allow(given, OPTIONS)
        inner = (each.strip().partition("(") for each in parts(given.get("$expand", ""), ","))
        names = (name.strip() for name in given.get("$select", "").split(","))
        return cls(
            tuple(name for name in names if name),
            parse(_ENUM.sub("", given["$filter"])) if "$filter" in given else None,
            {name: cls.nested(rest.removesuffix(")")) for name, _, rest in inner},
        )

    @classmethod
    def nested(cls, text: str) -> Wanted:
        """Read the options in the brackets of an $expand."""
        return cls.of({name.strip(): value for name, _, value in (each.partition("=") for each in parts(text, ";"))})

    def shown(self, found: list[Json]) -> list[Json]:
        """Return the objects that are wanted. Raises RefusedError for a name that none of them has."""
        here = {name for each in found for name in each}
        unknown = [name for name in (*self.select, *self.expand) if found and name not in here]
        if unknown:
            raise not_here(f"{unknown[0]} in metadata")
        return [self._object(each) for each in found if self.node is None or _true(self.node, each)]

    def _object(self, given: Json) -> Json:
        always = ("@odata.type", "MetadataId")
        made = {
            name: value
            for name, value in given.items()
            if name in always or (name not in NAVIGATION and (not self.select or name in self.select))
        }
        for name, inner in self.expand.items():
            value = given.get(name)
            if name in given:
                made[name] = inner.shown([value])[0] if isinstance(value, dict) else value
        return made


def _true(node: Node, given: Json) -> bool:
    match node:
        case Both("AND", left, right):
            return _true(left, given) and _true(right, given)
        case Both(_, left, right):
            return _true(left, given) or _true(right, given)
        case Not(inner):
            return not _true(inner, given)
        case Comparison(name, path, Literal(value, _)):
            return _compared(name, _at(given, path), value)
        case Search(function, _, _):
            said = f'The "{function}" function isn\'t supported for Metadata Entities'
            raise RefusedError(HTTPStatus.NOT_IMPLEMENTED, "0x8006088a", said)
    raise not_here("such a $filter on metadata")


def _compared(name: str, left: JsonValue, right: JsonValue) -> bool:
    try:
        return _TESTS[name](left, right)
    except TypeError:
        return False


def _at(given: Json, path: Path) -> JsonValue:
    found: JsonValue = given
    for step in path.steps:
        if not isinstance(found, dict) or step not in found:
            raise not_here(f"{'/'.join(path.steps)} in metadata")
        found = found[step]
    return found
