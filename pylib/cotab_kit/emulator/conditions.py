"""Conditions of a $filter, as SQL on a table `t`.

Every column that a filter names is read and folded once for a row, lookups joined, before the conditions look at it:
hundreds of conditions behind a lookup cost little more than one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from cotab_kit.emulator.csdl import edm
from cotab_kit.emulator.errors import RefusedError, bad_query, no_such_property, not_here
from cotab_kit.emulator.filters import Both, Comparison, Function, Lambda, Literal, Node, Not, Path, Search
from cotab_kit.emulator.operators import compared, pattern, test, time
from cotab_kit.emulator.relations import children, collection_target
from cotab_kit.emulator.schema import NUMBERS, TEXTS, YES_NO, Attribute, Entity, Scalar, Type
from cotab_kit.emulator.tables import ENTITIES

_GLOB = {"startswith": "{}*", "endswith": "*{}", "contains": "*{}*"}
_LITERALS = {
    "text": TEXTS | {Type.DATE},
    "guid": {Type.GUID, Type.LOOKUP},
    "number": NUMBERS,
    "boolean": YES_NO,
    "time": {Type.DATE},
    "null": set(Type),
}
_OPERATORS = {"eq": "Equal", "ne": "NotEqual", "gt": "GreaterThan", "ge": "GreaterThanOrEqual"}
_OPERATORS |= {"lt": "LessThan", "le": "LessThanOrEqual"}
_KINDS = {"text": "String", "guid": "Guid", "boolean": "Boolean", "time": "DateTimeOffset"}
_SIGNS = {"eq": "IS", "ne": "IS NOT", "gt": ">", "ge": ">=", "lt": "<", "le": "<="}  # between two columns
_NAMES = {"EqualUserId": "eq-userid", "NotEqualUserId": "ne-userid", "Last7Days": "last-seven-days"}
_NAMES |= {"Next7Days": "next-seven-days", "EndsWith": "ends-with", "Contains": "contains"}
Where = tuple[str, tuple[Scalar, ...]]


@dataclass
class _Scope:
    """A table whose rows are looked at, and the columns that the conditions need of each."""

    entity: Entity
    me: str
    joins: dict[tuple[str, ...], str] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)
    values: list[Scalar] = field(default_factory=list)

    def column(self, path: Path) -> tuple[Attribute, str]:
        """Return the column at the end of a path, and its name in the SQL."""
        steps, last = list(path.steps[:-1]), path.steps[-1]
        if last == "Value" and steps and _is_managed(self.entity, steps[-1]):
            last = steps.pop()
        entity, alias = self._joined(steps)
        attribute = entity.by_property.get(last)
        if attribute is None:
            raise no_such_property(last, entity.name)
        plain = f'{alias}."{attribute.name}"'
        read = f"fold({plain})" if attribute.type in TEXTS else plain
        return attribute, "f." + self.columns.setdefault(read, f"c{len(self.columns)}")

    def _joined(self, steps: list[str]) -> tuple[Entity, str]:
        entity, alias = self.entity, "b"
        taken: tuple[str, ...] = ()
        for step in steps:
            if step not in entity.by_navigation:
                raise no_such_property(step, entity.name)
            lookup, taken = entity.by_navigation[step], (*taken, step)
            entity, before = ENTITIES[lookup.target], alias
            alias = f"j{list(self.joins).index(taken) if taken in self.joins else len(self.joins)}"
            join = f'LEFT JOIN "{entity.name}" {alias} ON {alias}."{entity.primary_id}" = {before}."{lookup.name}"'
            self.joins.setdefault(taken, join)
        return entity, alias

    def sql(self, condition: str) -> str:
        """Return the condition on the table `t` that is true for the rows found."""
        key = self.entity.primary_id
        listed = ", ".join([f'b."{key}" AS id', *(f"{read} AS {name}" for read, name in self.columns.items())])
        source = " ".join([f'"{self.entity.name}" b', *self.joins.values()])
        read = f"WITH f AS MATERIALIZED (SELECT {listed} FROM {source})"
        return f't."{key}" IN ({read} SELECT f.id FROM f WHERE {condition})'


def where(entity: Entity, node: Node, me: str) -> Where:
    """Return the condition for the rows of a table that a filter finds. Raises RefusedError."""
    scope = _Scope(entity, me)
    condition = _condition(scope, node)
    return scope.sql(condition), tuple(scope.values)


def _is_managed(entity: Entity, name: str) -> bool:
    return name in entity.by_name and entity.by_name[name].type is Type.MANAGED


def _condition(scope: _Scope, node: Node) -> str:
    match node:
        case Both(word, left, right):
            return f"({_condition(scope, left)} {word} {_condition(scope, right)})"
        case Not(inner):
            return f"NOT coalesce({_condition(scope, inner)}, 0)"
        case Search():
            return _search(scope, node)
        case Function():
            return _function(scope, node)
        case Lambda():
            return _lambda(scope, node)
        case Comparison():
            return _comparison(scope, node)


def _search(scope: _Scope, node: Search) -> str:
    attribute, column = scope.column(node.path)
    if attribute.type not in TEXTS or node.text.kind != "text":
        raise bad_query(f"The function '{node.function}' takes texts; '{'/'.join(node.path.steps)}' is none.")
    scope.values.append(_GLOB[node.function].format(pattern(str(node.text.value).casefold())))
    return f"{column} GLOB ?"


def _function(scope: _Scope, node: Function) -> str:
    attribute, column = scope.column(_property(scope.entity, node.path))
    name = _NAMES.get(node.name) or re.sub(r"(?<!^)(?=[A-Z])", "-", node.name).lower().replace(
        "older-than", "olderthan"
    )
    found, values = test(name, column, attribute, node.values, scope.me)
    scope.values += values
    return found


def _property(entity: Entity, path: Path) -> Path:
    """Let a query function name a lookup by its logical name, as Dataverse does."""
    last = path.steps[-1]
    if len(path.steps) == 1 and last in entity.by_name:
        return Path((entity.by_name[last].property,))
    return path


def _lambda(scope: _Scope, node: Lambda) -> str:
    """Compare with the rows behind a navigation property. `all` is: none for which the condition is not true."""
    if len(node.path.steps) != 1:
        raise not_here(f"any and all behind a lookup: {'/'.join(node.path.steps)}")
    navigation = node.path.steps[0]
    target = collection_target(scope.entity, navigation)
    if target is None:
        raise no_such_property(navigation, scope.entity.name)
    parents, source = children(scope.entity, navigation)
    if node.node is None:
        return f"f.id IN (SELECT {parents} FROM {source})"
    inner = Not(node.node) if node.word == "all" else node.node
    condition, values = where(target, inner, scope.me)
    scope.values += values
    word = "NOT IN" if node.word == "all" else "IN"
    return f"f.id {word} (SELECT {parents} FROM {source} WHERE {parents} IS NOT NULL AND {condition})"


def _comparison(scope: _Scope, node: Comparison) -> str:
    last = node.left.steps[-1]
    if len(node.left.steps) == 1 and last in scope.entity.by_navigation and last not in scope.entity.by_property:
        raise _whole_row(scope.entity.by_navigation[last], node)
    attribute, column = scope.column(node.left)
    if isinstance(node.right, Path):
        other, right = scope.column(node.right)
        if not _comparable(attribute, other):
            raise _incompatible(f"Edm.{edm(attribute)}", f"Edm.{edm(other)}", node.operator)
        return f"{column} {_SIGNS[node.operator]} {right}"
    found, values = compared(node.operator, column, _value(attribute, node, node.right))
    scope.values += values
    return found


def _whole_row(lookup: Attribute, node: Comparison) -> RefusedError:
    """Return the error for what compares the row behind a lookup and not its id."""
    if isinstance(node.right, Path) or node.right.value is None:
        return not_here(f"a comparison with all of the row behind {node.left.steps[-1]}")
    return _incompatible(f"Microsoft.Dynamics.CRM.{lookup.target}", _kind(node.right), node.operator)


def _comparable(one: Attribute, other: Attribute) -> bool:
    kinds = (TEXTS, NUMBERS, YES_NO, {Type.GUID, Type.LOOKUP}, {Type.DATE})
    return any(one.type in kind and other.type in kind for kind in kinds)


def _incompatible(left: str, right: str, operator: str) -> RefusedError:
    """Return OData's error for a comparison of two types."""
    return bad_query(
        f"A binary operator with incompatible types was detected. Found operand types '{left}' and '{right}' for "
        f"operator kind '{_OPERATORS[operator]}'."
    )


def _kind(literal: Literal) -> str:
    """Return OData's name of a value's type."""
    number = "Int32" if isinstance(literal.value, int) else "Double"
    return f"Edm.{_KINDS.get(literal.kind, number)}"


def _value(attribute: Attribute, node: Comparison, literal: Literal) -> Scalar:
    """Return the value as the column compares it. Raises RefusedError if it cannot be compared with this column."""
    text = str(literal.value)
    if literal.kind == "text" and attribute.type in (Type.GUID, Type.LOOKUP) and len(text) == 36:  # noqa: PLR2004
        return text.lower()  # Dataverse takes a GUID in quotes
    if attribute.type not in _LITERALS[literal.kind]:
        raise _incompatible(f"Edm.{edm(attribute)}", _kind(literal), node.operator)
    if attribute.type is Type.DATE and literal.value is not None:
        return time(text)
    return text.casefold() if literal.kind == "text" else literal.value
