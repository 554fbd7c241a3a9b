"""Chat widgets whose settings still name the provider. Their columns are plain text, so nothing clears them by itself.

Which text Dynamics stores is not documented (docs/internals/dataverse.md#the-chat-widget), so every candidate is
compared.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from cotab_setup.provisioning.rows import CAPABILITIES, PROVIDERS, Provisioning, Table
from cotab_setup.web_api import ABSENT, Values, WebApi, WebApiError, any_of, call, literal, query, rows_of

__all__ = ["Widget", "reset_widgets", "widgets"]

ENTITY_SET = "msdyn_livechatconfigs"
WIDGET_ID = "msdyn_livechatconfigid"
NO_SUCH_COLUMN = "0x80060888"  # of an org whose chat is older than co-browse

# Which provider a widget has for a mode, and whether the mode is switched on there.
SETTINGS = {
    "msdyn_cobrowseprovider": "msdyn_enablecobrowse",
    "msdyn_screensharingprovider": "msdyn_enablescreensharing",
}


@dataclass(frozen=True)
class Widget:
    """A chat widget, and the columns of it that name the provider."""

    id: UUID
    name: str
    columns: tuple[str, ...]

    @property
    def path(self) -> str:
        """Its address in the Web API."""
        return f"{ENTITY_SET}({self.id})"


async def widgets(api: WebApi, provisioning: Provisioning) -> list[Widget]:
    """Find those that name the provider or one of its capabilities; none in an org without chat. Raises WebApiError."""
    path = query(ENTITY_SET, select=[WIDGET_ID, "msdyn_name", *SETTINGS])
    try:
        rows = await rows_of(api, path, "Reading the chat widgets", guid=WIDGET_ID, accepted=ABSENT)
    except WebApiError as error:
        if error.error_code != NO_SUCH_COLUMN:
            raise
        return []
    if not any(row.get(column) for row in rows for column in SETTINGS):
        return []
    names = await _names(api, provisioning)
    return [widget for row in rows if (widget := _widget(row, names)).columns]


async def _names(api: WebApi, provisioning: Provisioning) -> set[str]:
    """Return whatever may stand in a widget for the provider. A name that a row of others has too means that one."""
    names: set[str] = set()
    for table in (PROVIDERS, CAPABILITIES):
        known = provisioning.known(table)
        taken = await _names_of_others(api, provisioning, table)
        names |= {str(guid) for guid in known} | ({_plain(row.name) for row in provisioning.of_table(table)} - taken)
    return names


async def _names_of_others(api: WebApi, provisioning: Provisioning, table: Table) -> set[str]:
    where = any_of(f"msdyn_name eq {literal(row.name)}" for row in provisioning.of_table(table))
    path = query(table.entity_set, select=[table.id_column, "msdyn_name"], where=where)
    rows = await rows_of(api, path, f"Looking for others of the same name: {table.title}", guid=table.id_column)
    known = provisioning.known(table)
    return {_plain(row.get("msdyn_name")) for row in rows if UUID(row[table.id_column]) not in known}


def _plain(name: object) -> str:
    return str(name or "").strip().strip("{}").casefold()


def _widget(row: Values, names: set[str]) -> Widget:
    columns = tuple(column for column in SETTINGS if _plain(row.get(column)) in names)
    return Widget(UUID(row[WIDGET_ID]), str(row.get("msdyn_name") or ""), columns)


async def reset_widgets(api: WebApi, chosen: Iterable[Widget]) -> None:
    """Take the provider out of these widgets, and switch its modes off there. Raises WebApiError."""
    for widget in chosen:
        body: dict[str, bool | None] = {}
        for column in widget.columns:
            body |= {column: None, SETTINGS[column]: False}
        doing = f"Taking the provider out of the chat widget “{widget.name}”"
        await call(api, "PATCH", widget.path, doing, body=body, headers={"If-Match": "*"}, accepted=ABSENT)
