"""Questions that rows of an org answer: in which form it stores what is not documented.

Only the form leaves these functions, never a value of a row. Rows of ours, which name `folder` where our web resources
lie, say nothing of an org and are passed over.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from cotab_setup.inspection.findings import Why
from cotab_setup.provisioning.rows import ACTIONS, CAPABILITIES, PROVIDERS
from cotab_setup.web_api import WebApi, any_of, literal, query, rows_of

__all__ = ["context_rows", "contexts", "event_parameters", "icons", "tab_parameters", "widget_names"]

Answer = dict[str, Any] | Why

WIDGETS = "msdyn_livechatconfigs"
CHOSEN = ("msdyn_cobrowseprovider", "msdyn_screensharingprovider")
TEMPLATES = "msdyn_applicationtabtemplates"
TEMPLATE_ID = "msdyn_applicationtabtemplateid"
PARAMETERS = "msdyn_templateparameters"
OPEN_TAB = 100_000_000  # msdyn_eventname: Open App Tab Template
ICONS = ("/webresource/", "/WebResources/", "$webresource:")
CONTEXTS = {"elastic": "msdyn_ocliveworkitemcontextitemelastic", "standard": "msdyn_ocliveworkitemcontextitem"}


async def widget_names(api: WebApi) -> Answer:
    """Ask by what a chat widget names its provider."""
    rows = await rows_of(api, query(WIDGETS, select=CHOSEN), "Reading the chat widgets")
    values = {plain(row[column]) for row in rows for column in CHOSEN if row.get(column)}
    forms = dict[str, set[str]]()
    for table, title in ((PROVIDERS, "provider"), (CAPABILITIES, "capability")):
        path = query(table.entity_set, select=[table.id_column, "msdyn_name"])
        known = await rows_of(api, path, f"Reading the table {table.title}")
        forms[f"{title} id"] = {plain(row.get(table.id_column)) for row in known}
        forms[f"{title} name"] = {plain(row.get("msdyn_name")) for row in known}
    return _told("widget_names", {_form(value, forms) for value in values})


async def event_parameters(api: WebApi) -> Answer:
    """Ask by what an action that opens a tab names its template."""
    where = f"msdyn_eventname eq {OPEN_TAB} and msdyn_eventparameter ne null"
    path = query(ACTIONS.entity_set, select=["msdyn_eventparameter"], where=where)
    rows = await rows_of(api, path, "Reading the conversation actions")
    names = query(TEMPLATES, select=[TEMPLATE_ID, "msdyn_name", "msdyn_uniquename"])
    known = await rows_of(api, names, "Reading the app tab templates")
    columns = {"unique name": "msdyn_uniquename", "name": "msdyn_name", "id": TEMPLATE_ID}
    forms = {form: {plain(row.get(column)) for row in known} for form, column in columns.items()}
    found = {plain(row["msdyn_eventparameter"]) for row in rows}
    telling = {value for value in found if len([form for form in forms.values() if value in form]) < len(columns) - 1}
    return _told("event_parameter", {_form(value, forms) for value in telling})


async def tab_parameters(api: WebApi, *, folder: str) -> Answer:
    """Ask where app tab templates have what they pass on: in the column, in rows, or in both."""
    columns = [TEMPLATE_ID, "msdyn_templateparameters"]
    templates = await rows_of(api, query(TEMPLATES, select=columns), "Reading the app tab templates")
    lookup = f"_{TEMPLATE_ID}_value"
    rows = await rows_of(api, query(PARAMETERS, select=[lookup]), "Reading the template parameters")
    having = {plain(row.get(lookup)) for row in rows}
    carriers = {(True, True): "both", (True, False): "column", (False, True): "rows", (False, False): "neither"}
    found = {
        carriers[bool(row.get("msdyn_templateparameters")), plain(row.get(TEMPLATE_ID)) in having]
        for row in templates
        if not _names(row.get("msdyn_templateparameters"), folder)
    }
    return _told("tab_parameters", found)


async def icons(api: WebApi, *, folder: str) -> Answer:
    """Ask in which form actions have the address of their icon; capital letters do not count in one."""
    path = query(ACTIONS.entity_set, select=["msdyn_icon"], where="msdyn_icon ne null")
    rows = await rows_of(api, path, "Reading the icons of the conversation actions")
    values = [str(row.get("msdyn_icon")).casefold() for row in rows if not _names(row.get("msdyn_icon"), folder)]
    found = [next((form for form in ICONS if form.casefold() in value), "other") for value in values]
    return _told("icons", found)


async def contexts(api: WebApi) -> Answer:
    """Ask which of the two tables has what a chat brings along."""
    there = list(await _context_sets(api))
    return {"contexts": "both" if len(there) > 1 else there[0] if there else "neither"}


async def context_rows(api: WebApi) -> Answer:
    """Ask whether rows are in them."""
    found = False
    for entity_set in (await _context_sets(api)).values():
        first = f"{entity_set}?$select=msdyn_name&$top=1"
        found = found or bool(await rows_of(api, first, "Looking for context of a chat"))
    return {"context_rows": found}


async def _context_sets(api: WebApi) -> dict[str, str]:
    """Find the entity sets of the two tables, as far as they are there."""
    where = any_of(f"LogicalName eq {literal(name)}" for name in CONTEXTS.values())
    path = query("EntityDefinitions", select=["LogicalName", "EntitySetName"], where=where)
    sets = {
        str(row.get("LogicalName")): str(row.get("EntitySetName"))
        for row in await rows_of(api, path, "Looking for the tables of context")
    }
    return {title: sets[name] for title, name in CONTEXTS.items() if name in sets}


def plain(value: object) -> str:
    """Return a text as it is compared: without regard to case, and to the braces of a GUID."""
    text = str(value or "").strip().casefold()
    try:
        return str(UUID(text))
    except ValueError:
        return text


def _names(value: object, folder: str) -> bool:
    """Return whether an address, or JSON with one, leads into the folder."""
    return f"{folder}/".casefold() in str(value or "").replace("\\/", "/").casefold()


def _form(value: str, forms: dict[str, set[str]]) -> str:
    return next((form for form, known in forms.items() if value in known), "other")


def _told(member: str, found: Iterable[str]) -> Answer:
    words = tuple(sorted(set(found)))
    return {member: words} if words else Why.NO_ROWS
