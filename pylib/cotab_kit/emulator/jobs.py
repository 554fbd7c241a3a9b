"""Imports and removals: at once, or as a job that goes on while the client polls it.

A job moves one step with every request to the org, so tests need no clock: waiting, in progress, done. Only one
solution is imported or removed at a time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import Any
from uuid import uuid4
from xml.sax.saxutils import quoteattr

from cotab_kit.emulator.errors import RefusedError, invalid, not_here
from cotab_kit.emulator.install import install, promote
from cotab_kit.emulator.package import read_package
from cotab_kit.emulator.schema import Row
from cotab_kit.emulator.store import Store, now
from cotab_kit.emulator.tables.solutions import ASYNC_OPERATION, IMPORT_JOB
from cotab_kit.emulator.uninstall import uninstall
from cotab_kit.emulator.variables import set_value
from cotab_kit.emulator.webresource_rules import decoded

STEPS = 2
BEGUN = 0.54  # of the progress of an import; what fails stops there (seen)
OPERATION_TYPES = {"Import": 203, "Uninstall": 208, "Upgrade": 207}
IN_PROGRESS, SUCCEEDED, FAILED, COMPLETED = 20, 30, 31, 3
# What would be otherwise by a wish of the client's, and is not here: the code, and the parameter.
UNHEEDED = {"0x8004f016": "ConvertToManaged", "0x8004801d": "SkipProductUpdateDependencies"}
Work = Mapping[str, Any]
Step = Callable[[Store, Work], None]


def refuse_if_busy(store: Store, doing: str) -> None:
    """Raise RefusedError while another solution is being imported or removed."""
    previous = running(store)
    if previous:
        raise RefusedError(
            HTTPStatus.BAD_REQUEST,
            "0x80071151",
            f"Cannot start another [{doing}] because there is a previous [{previous}] running at this moment. Use "
            "Solution History for more details. -- The solution installation or removal failed due to the installation "
            "or removal of another solution at the same time. Please try again later.",
        )


def running(store: Store) -> str:
    """Return what kind of job is under way, "" if none is."""
    found = store.sql.execute("SELECT json_extract(payload, '$.kind') FROM _job").fetchone()
    return str(found[0]) if found else ""


def refuse_publishing(store: Store, doing: str) -> None:
    """Raise RefusedError while a solution is being imported or removed: nothing is published meanwhile."""
    previous = running(store)
    if previous:
        raise RefusedError(
            HTTPStatus.BAD_REQUEST,
            "0x80071151",
            f"Cannot start the requested operation [{doing}] because there is another [{previous}] running at this "
            "moment. Use Solution History for more details.",
        )


def at_once(store: Store, work: Work) -> None:
    """Do the work now. Raises RefusedError for what goes wrong."""
    refuse_if_busy(store, work["kind"])
    _open_import_job(store, work)
    error = _done(store, work)
    _close_import_job(store, work, error)
    if error:
        raise RefusedError(error.status, error.code, error.message, kept=True) from error


def start(store: Store, work: Work) -> str:
    """Begin a job for the work. Returns the id of the asynchronous operation."""
    key, refused = str(uuid4()), None
    try:
        refuse_if_busy(store, work["kind"])
    except RefusedError as error:
        if not store.setting("late-refusal"):
            raise
        refused = error
    _open_import_job(store, work)
    kind = OPERATION_TYPES[work["kind"]]
    store.insert(ASYNC_OPERATION, {"asyncoperationid": key, "name": work["name"], "operationtype": kind})
    if refused:
        _end(store, key, work, refused)
    else:
        steps = int(store.setting("steps") or STEPS)
        store.sql.execute("INSERT INTO _job VALUES (?, ?, ?)", [key, steps, json.dumps(dict(work))])
    return key


def go_on(store: Store) -> None:
    """Move the job that is under way by one step."""
    found = store.sql.execute("SELECT id, steps, json_extract(payload, '$.job') FROM _job").fetchone()
    if not found:
        return
    key, steps, job = found[0], found[1] - 1, found[2]
    if steps > 0:
        store.sql.execute("UPDATE _job SET steps = ? WHERE id = ?", [steps, key])
        store.update(ASYNC_OPERATION, key, {"statuscode": IN_PROGRESS, "statecode": 2, "startedon": now()})
        if job:
            store.update(IMPORT_JOB, job, {"progress": BEGUN})
        return
    work = json.loads(store.sql.execute("SELECT payload FROM _job WHERE id = ?", [key]).fetchone()[0])
    store.sql.execute("DELETE FROM _job WHERE id = ?", [key])
    _end(store, key, work, _done(store, work))


def read_ahead(store: Store) -> None:
    """Read the package of the job whose turn is next, before the org is locked for it."""
    with store.lock:
        found = store.sql.execute("SELECT json_extract(payload, '$.file') FROM _job WHERE steps <= 1").fetchone()
    if found and found[0]:
        read_file(found[0])


def read_file(file: str) -> None:
    """Read a package that is about to be imported; what is wrong with it is said then."""
    with suppress(RefusedError):
        read_package(decoded(file))


def busy(store: Store) -> bool:
    """Return whether a job is under way."""
    return bool(running(store))


def _end(store: Store, key: str, work: Work, error: RefusedError | None) -> None:
    _close_import_job(store, work, error)
    ended: Row = {"statecode": COMPLETED, "statuscode": FAILED if error else SUCCEEDED, "completedon": now()}
    text = error.message if error else None
    number = int(error.code, 16) - 2**32 if error else 0
    store.update(ASYNC_OPERATION, key, {**ended, "message": text, "friendlymessage": text, "errorcode": number})


def _done(store: Store, work: Work) -> RefusedError | None:
    """Do the work and return its error. Each step is all or nothing: an upgrade that cannot be applied stays held."""
    steps: dict[str, list[Step]] = {
        "Import": [_install],
        "Upgrade": [_promote],
        "StageAndUpgrade": [_install, _promote],
        "Uninstall": [_uninstall],
    }
    try:
        for step in steps[work["does"]]:
            with store.transaction():
                step(store, work)
    except RefusedError as error:
        return error
    return None


def _install(store: Store, work: Work) -> None:
    package = read_package(decoded(work["file"]))
    try:
        install(store, package, overwrite=work["overwrite"], hold=work["hold"])
    except RefusedError as error:
        wish = UNHEEDED.get(error.code)
        if wish not in work["wishes"]:
            raise
        raise not_here(f"what {wish} makes of this: {error.message}") from error
    for each in work["values"]:
        set_value(store, package, each["schemaname"], each["value"], each["id"])


def _promote(store: Store, work: Work) -> None:
    promote(store, work["name"])


def _uninstall(store: Store, work: Work) -> None:
    uninstall(store, work["name"])


def _open_import_job(store: Store, work: Work) -> None:
    if not work.get("job"):
        return
    if store.get(IMPORT_JOB, work["job"], ["importjobid"]):
        raise invalid("0x80071152", "Parameter ImportJobId must be unique.")
    row: Row = {"importjobid": work["job"], "solutionname": work["name"], "name": "Customizations", "progress": 0.0}
    store.insert(IMPORT_JOB, {**row, "startedon": now(), "importcontext": "ImportInstall"})


def _close_import_job(store: Store, work: Work, error: RefusedError | None) -> None:
    if work.get("job"):
        ended: Row = {"progress": BEGUN if error else 100.0, "completedon": now(), "data": _report(work, error)}
        store.update(IMPORT_JOB, work["job"], ended)


def _report(work: Work, error: RefusedError | None) -> str:
    """Write the report that an import job has at its end, in Dataverse's form."""
    result = "failure" if error else "success"
    details = (
        f" errorcode={quoteattr(error.code)} errortext={quoteattr(error.message)}"
        if error
        else ' errorcode="0" errortext=""'
    )
    name = quoteattr(str(work["name"]))
    return (
        f'<importexportxml succeeded="{str(error is None).lower()}"><solutionManifests>'
        f'<solutionManifest id={name} processed="true"><result result="{result}"{details} /></solutionManifest>'
        "</solutionManifests></importexportxml>"
    )
