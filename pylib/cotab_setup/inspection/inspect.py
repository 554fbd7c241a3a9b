"""Questions that an org itself can answer, each asked by reading: of metadata, rows and headers.

A question that cannot be answered ends nothing: the findings say why. Which questions there are:
docs/internals/dataverse.md#what-is-not-documented.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from http import HTTPStatus
from typing import Any, get_args

from pydantic import ValidationError

from cotab_setup.inspection.findings import MIME, Extension, Findings, Why
from cotab_setup.inspection.resources import Resources, policy_of, words_of
from cotab_setup.inspection.rows import (
    context_rows,
    contexts,
    event_parameters,
    icons,
    tab_parameters,
    widget_names,
)
from cotab_setup.inspection.trial import ANSWERED
from cotab_setup.web_api import WebApi, WebApiError, call, literal, object_of, query, rows_of

__all__ = ["inspect"]

REFUSALS = (HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.NOT_IMPLEMENTED)

Answer = dict[str, Any] | Why
Question = Callable[[WebApi], Awaitable[Answer]]


async def inspect(api: WebApi, resources: Resources, folder: str) -> Findings:
    """Ask an org everything that it can be asked. Raises WebApiError where it does not even answer.

    `folder` is where our web resources lie: their names begin with it.
    """
    await call(api, "GET", "WhoAmI", "Signing in")
    answers: dict[str, Any] = {}
    unanswered = dict.fromkeys(ANSWERED, Why.NEEDS_A_TRIAL)
    for members, question in _questions(resources, folder).items():
        found = await _asked(question, api)
        for member in members:
            value = found if isinstance(found, Why) else _valid(member, found.get(member))
            if isinstance(value, Why):
                unanswered[member] = value
            else:
                answers[member] = value
    return Findings(**answers, not_asked=unanswered)


def _questions(resources: Resources, folder: str) -> dict[tuple[str, ...], Question]:
    """Return the questions, by the members of the findings that they answer."""

    async def delivered(api: WebApi) -> Answer:
        path = query("webresourceset", select=["name"], where=f"startswith(name,{literal(f'{folder}/')})")
        rows = await rows_of(api, path, "Reading the names of our web resources")
        names = (str(row.get("name")) for row in rows)  # Dataverse takes `_` for any letter
        ours = [name for name in names if name.casefold().startswith(f"{folder}/".casefold())]
        return await _delivered(resources, ours)

    return {
        ("version",): _version,
        ("upload_limit",): _upload_limit,
        ("policy", "policy_allows", "mime_types"): delivered,
        ("capabilities_in_solutions",): _capabilities,
        ("widget_names",): widget_names,
        ("event_parameter",): event_parameters,
        ("tab_parameters",): partial(tab_parameters, folder=folder),
        ("icons",): partial(icons, folder=folder),
        ("contexts",): contexts,
        ("context_rows",): context_rows,
    }


async def _asked(question: Question, api: WebApi) -> Answer:
    """Ask a question; what the user may not read, or the org does not have, is no failure. Raises WebApiError."""
    try:
        return await question(api)
    except WebApiError as error:
        if error.gateway or error.status not in REFUSALS:
            raise
        return Why.NOT_READABLE


def _valid(member: str, value: object) -> object:
    """Return an answer if it is one; what an org answers beside it is not passed on."""
    try:
        return getattr(Findings.model_validate({member: value}), member) if value is not None else Why.NOT_READABLE
    except ValidationError:
        return Why.NOT_READABLE


async def _version(api: WebApi) -> Answer:
    doing = "Asking for the version of the org"
    return {"version": object_of(await call(api, "GET", "RetrieveVersion()", doing), doing).get("Version")}


async def _upload_limit(api: WebApi) -> Answer:
    path = query("organizations", select=["maxuploadfilesize"])
    (row, *_) = await rows_of(api, path, "Reading the upload limit") or [{}]
    return {"upload_limit": row.get("maxuploadfilesize")}


async def _capabilities(api: WebApi) -> Answer:
    where = f"LogicalName eq {literal('msdyn_channelcapability')}"
    path = query("EntityDefinitions", select=["LogicalName", "IsSolutionAware"], where=where)
    rows = await rows_of(api, path, "Reading the table of channel capabilities")
    return {"capabilities_in_solutions": rows[0].get("IsSolutionAware")} if rows else Why.NOT_READABLE


async def _delivered(resources: Resources, names: Iterable[str]) -> Answer:
    """Read which headers come with web resources: of each type the first that is there."""
    types: dict[str, str] = {}
    policy: str | None = None
    for name in names:
        extension = name.rpartition(".")[2].lower()
        wanted = extension in get_args(Extension) and extension not in types
        headers = await resources.headers_of(name) if wanted else None
        if headers is not None:
            types[extension] = headers.get("content-type", "").partition(";")[0].strip().lower()
            policy = headers.get("content-security-policy", "") if policy is None or extension == "html" else policy
    if policy is None:
        return Why.NOT_INSTALLED
    known = {extension: kind for extension, kind in types.items() if re.fullmatch(MIME, kind)}
    return {"policy": policy_of(policy), "policy_allows": _allowed(policy), "mime_types": known or None}


def _allowed(policy: str) -> tuple[str, ...]:
    directives = words_of(policy)
    scripts = directives.get("script-src", directives.get("default-src"))
    wanted = {"eval": {"'unsafe-eval'"}, "wasm": {"'unsafe-eval'", "'wasm-unsafe-eval'"}}
    return tuple(name for name, words in wanted.items() if scripts is None or words & scripts)
