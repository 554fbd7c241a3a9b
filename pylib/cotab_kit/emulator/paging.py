"""Order and pages. A page begins behind the last row of the one before, so rows that go meanwhile move nothing.

The place is kept in a paging cookie: XML in XML, encoded for an address, as Dataverse writes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote
from xml.sax.saxutils import quoteattr

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from cotab_kit.emulator.errors import RefusedError, bad_query, invalid
from cotab_kit.emulator.schema import NUMBERS, YES_NO, Attribute, Scalar, Type

MAX_NUMBER = 18  # digits
MAX_ENCODED = 2  # times


@dataclass(frozen=True)
class Order:
    """What rows are ordered by: SQL, under a name for the cookie."""

    name: str
    attribute: Attribute
    sql: str
    descending: bool = False

    @property
    def clause(self) -> str:
        """The part of ORDER BY."""
        return f"{self.sql} {'desc' if self.descending else 'asc'}"

    def beyond(self, last: Scalar) -> tuple[str, list[Scalar]]:
        """Return SQL for what comes after a value; what is empty comes first, and last where the order descends."""
        if self.descending:
            return ("0", []) if last is None else (f"({self.sql} < ? OR {self.sql} IS NULL)", [last])
        return (f"{self.sql} IS NOT NULL", []) if last is None else (f"{self.sql} > ?", [last])


@dataclass(frozen=True)
class Cookie:
    """Where a page begins: its number, and the last row of the one before (by what the rows are ordered by)."""

    page: int
    last: tuple[Scalar, ...] = ()

    def written(self, orders: Sequence[Order], encoded: int = 2) -> str:
        """Return the cookie as FetchXML has it, or as $skiptoken, where the inner one is encoded once."""
        columns = "".join(
            f"<{order.name} last={quoteattr(str(value))} />" if value is not None else f"<{order.name} lastnull='1' />"
            for order, value in zip(orders, self.last, strict=True)
        )
        inner = f'<cookie page="{self.page - 1}">{columns}</cookie>'
        for _ in range(encoded):
            inner = quote(inner, safe="")
        return f'<cookie pagenumber="{self.page}" pagingcookie="{inner}" istracking="False" />'


def cookie(text: str, orders: Sequence[Order]) -> Cookie:
    """Read what `written` wrote, decoded once or twice or not at all. Raises RefusedError for another order."""
    try:
        outer = fromstring(text, forbid_dtd=True)
        inner = outer.get("pagingcookie")
        page = int(outer.get("pagenumber" if inner else "page", "1")[:9]) + (0 if inner else 1)
        found = fromstring(_decoded(inner), forbid_dtd=True) if inner else outer
        last = tuple(_value(order, each.get("last")) for order, each in zip(orders, found, strict=True))
        fits = [each.tag for each in found] == [order.name for order in orders]
    except (SyntaxError, DefusedXmlException, ValueError):
        fits = False
    if not fits:
        raise invalid("0x80041129", "Order by columns do not match those in paging cookie.")
    return Cookie(page, last)


def _decoded(inner: str) -> str:
    """Undo the encoding of an inner cookie, however often the client has left it on."""
    for _ in range(MAX_ENCODED):
        inner = inner if inner.startswith("<") else unquote(inner)
    return inner


def _value(order: Order, text: str | None) -> Scalar:
    if text is None:
        return None
    if order.attribute.type is Type.DOUBLE:
        return float(text)
    return int(text if len(text) <= MAX_NUMBER else "too long") if order.attribute.type in NUMBERS | YES_NO else text


def behind(orders: Sequence[Order], last: Sequence[Scalar]) -> tuple[str, list[Scalar]]:
    """Return SQL for the rows behind the one with these values."""
    found: list[str] = []
    values: list[Scalar] = []
    equal, given = "", list[Scalar]()
    for order, value in zip(orders, last, strict=True):
        test, more = order.beyond(value)
        found.append(f"({equal}{test})")
        values += [*given, *more]
        equal += f"{order.sql} IS ? AND "
        given.append(value)
    return f"({' OR '.join(found)})", values


def address(path: str, given: Mapping[str, str]) -> str:
    """Return an address with query options."""
    pairs = "&".join(f"{name}={quote(value, safe='=/')}" for name, value in given.items())
    return f"{path}?{pairs}" if pairs else path


def number(name: str, text: str) -> int:
    """Read a number of rows or pages. Raises RefusedError."""
    if not text.isascii() or not text.isdigit() or len(text) > 9:  # noqa: PLR2004 - more rows than any table has
        raise _wrong(name, text)
    return int(text)


def _wrong(name: str, text: str) -> RefusedError:
    return bad_query(f"Invalid value '{text[:50]}' for {name} query option found.")
