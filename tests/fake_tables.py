"""The tables of the set-up in memory, behind the WebApi of cotab_setup.provisioning: for tests that need no org.

Faults go by the number of the request: `lose` cuts the connection before or after the request has been carried out,
`refuse` answers with a status.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote

from cotab_setup.provisioning import LostConnectionError, Reply
from cotab_setup.provisioning.rows import TABLES

IDS = {table.entity_set: table.id_column for table in TABLES.values()} | {
    "msdyn_livechatconfigs": "msdyn_livechatconfigid",
    "msdyn_applicationtabtemplates": "msdyn_applicationtabtemplateid",
    "environmentvariabledefinitions": "environmentvariabledefinitionid",
    "environmentvariablevalues": "environmentvariablevalueid",
    "solutioncomponents": "solutioncomponentid",
}
ROW = re.compile(r"(\w+)\(([0-9a-f-]{36})\)")
TERM = re.compile(r"(?:startswith\((\w+),'([^']*)'\)|([\w/]+) eq ('[^']*'|[\w-]+))(?: or )?")
USER = "5e5e5e5e-0000-4000-8000-000000000001"

Row = dict[str, Any]


@dataclass
class FakeTables:
    """An org that knows nothing but rows."""

    rows: dict[str, dict[str, Row]] = field(default_factory=lambda: {name: {} for name in IDS})
    privileges: list[str] = field(default_factory=list)
    page: int = 1000
    requests: list[str] = field(default_factory=list)
    lose: dict[int, str] = field(default_factory=dict)
    refuse: dict[int, int] = field(default_factory=dict)

    async def request(
        self, method: str, path: str, *, body: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
    ) -> Reply:
        number = len(self.requests)
        self.requests.append(f"{method} {path}")
        if number in self.refuse:
            return refusal(self.refuse[number], "not now")
        if self.lose.get(number) == "before":
            raise LostConnectionError("asking", reason="cut")
        reply = self._answer(method, path, dict(body or {}), dict(headers or {}))
        if self.lose.get(number) == "after":
            raise LostConnectionError("asking", reason="cut")
        return reply

    def put(self, entity_set: str, guid: str, **values: Any) -> None:  # noqa: ANN401 - a column's value
        self.rows[entity_set][guid] = {IDS[entity_set]: guid, "statecode": 0, "statuscode": 1, **values}

    def _answer(self, method: str, path: str, body: Row, headers: Mapping[str, str]) -> Reply:
        if path == "WhoAmI":
            return Reply(200, {}, {"UserId": USER})
        if path.startswith("systemusers"):
            return Reply(200, {}, {"RolePrivileges": [{"PrivilegeName": name} for name in self.privileges]})
        name, _, options = path.partition("?")
        row = ROW.fullmatch(name)
        if row:
            return self._one(method, row[1], row[2], body, headers)
        if name not in self.rows:
            return refusal(404, f"Resource not found for the segment '{name}'.")
        return self._list(name, parse_qs(options))

    def _one(self, method: str, name: str, guid: str, body: Row, headers: Mapping[str, str]) -> Reply:
        there = guid in self.rows[name]
        if method == "DELETE":
            if not there:
                return refusal(404, f"{name} With Id = {guid} Does Not Exist")
            del self.rows[name][guid]
            self._clear_lookups(guid)
            return Reply(204)
        if "If-None-Match" in headers and there:
            return refusal(412, "A record with matching key values already exists.")
        if "If-Match" in headers and not there:
            return refusal(404, f"{name} With Id = {guid} Does Not Exist")
        self.put(name, guid, **{**self.rows[name].get(guid, {}), **dict(map(_stored, body.items()))})
        return Reply(204)

    def _clear_lookups(self, guid: str) -> None:
        for rows in self.rows.values():
            for row in rows.values():
                row.update({column: None for column, value in row.items() if column[0] == "_" and value == guid})

    def _list(self, name: str, options: Mapping[str, list[str]]) -> Reply:
        where = options.get("$filter", [""])[0]
        found = [row for row in self.rows[name].values() if not where or any(_terms(where, row))]
        start = int(options.get("skip", ["0"])[0])
        body: Row = {"value": found[start : start + self.page]}
        if start + self.page < len(found):
            query = "&".join(f"{key}={values[0]}" for key, values in options.items() if key != "skip")
            body["@odata.nextLink"] = f"https://org/api/data/v9.2/{name}?{query}&skip={start + self.page}"
        return Reply(200, {}, body)


def refusal(status: int, message: str) -> Reply:
    """An error in Dataverse's form."""
    return Reply(status, {}, {"error": {"code": "0x80040000", "message": message}})


def _stored(item: tuple[str, Any]) -> tuple[str, Any]:
    name, value = item
    if not name.endswith("@odata.bind"):
        return name, value
    return f"_{name.removesuffix('@odata.bind').lower()}_value", value.partition("(")[2].rstrip(")")


def _terms(where: str, row: Row) -> Iterator[bool]:
    end = 0
    for match in TERM.finditer(unquote(where)):
        end = match.end()
        column, start, other, value = match.groups()
        if column:
            yield str(row.get(column) or "").startswith(start)
        else:
            yield row.get(other) == (None if value == "null" else value.strip("'"))
    assert end == len(unquote(where)), f"not understood: {where}"
