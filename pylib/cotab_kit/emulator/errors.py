"""Errors of the Web API: Dataverse's status, code and message.

They are answers, as JSON or as the message of a failed job, so no part of the kit's tree of errors. The codes are
Dataverse's own (its list of web service error codes).
"""

from __future__ import annotations

import re
from http import HTTPStatus

NO_SUCH_PROPERTY = "0x80060888"
BAD_PAYLOAD = "0x80048d19"
BAD_ARGUMENT = "0x80040203"
NOT_HERE = "0xE0000001"  # Dataverse's own codes all begin with 0x80
SYSTEM_COLUMNS = {
    "createdby",
    "createdonbehalfby",
    "modifiedby",
    "modifiedonbehalfby",
    "owningbusinessunit",
    "owningteam",
    "owninguser",
}
# Microsoft's tables of which only some columns are here.
PARTLY_HERE = {
    *("account", "annotation", "asyncoperation", "businessunit", "contact", "importjob", "incident", "organization"),
    *("publisher", "sdkmessage", "sdkmessagefilter", "solution", "solutioncomponent", "solutioncomponentdefinition"),
    *("systemuser", "msdyn_livechatconfig", "msdyn_ocliveworkitem"),
}
_COLUMN = re.compile(r"[a-z_][a-z0-9_]*")  # as Microsoft names columns
MAX_MESSAGE = 4000  # what a client sends back to itself in a message has an end


class RefusedError(Exception):
    """A request that is refused. `code` is Dataverse's, as in the JSON of its answer.

    Nothing of a refused request stays, unless it is `kept`: the import job of an import that failed.
    """

    def __init__(self, status: int, code: str, message: str, *, kept: bool = False) -> None:
        super().__init__(message)
        self.status, self.code, self.kept = status, code, kept
        self.message = message if len(message) <= MAX_MESSAGE else f"{message[:MAX_MESSAGE]}..."

    def body(self) -> dict[str, dict[str, str]]:
        """Return the answer's JSON."""
        return {"error": {"code": self.code, "message": self.message}}


def may_be_there(name: str, table: str) -> bool:
    """Return whether an org may have a column that the emulator has not: one of every table, or of one partly here."""
    of_every_table = name.removeprefix("_").removesuffix("_value") in SYSTEM_COLUMNS
    return of_every_table or (table in PARTLY_HERE and bool(_COLUMN.fullmatch(name)))


def not_here(what: str) -> RefusedError:
    """Return the error for what Dataverse may do and this emulator does not: its own words, its own code."""
    text = f"not in this emulator: {what[:500]}, see docs/internals/dataverse.md"
    return RefusedError(HTTPStatus.BAD_REQUEST, NOT_HERE, text)


def no_such_row(table: str, key: object) -> RefusedError:
    """Return the error for an id that no row has."""
    return RefusedError(HTTPStatus.NOT_FOUND, "0x80040217", f"{table} With Id = {key} Does Not Exist")


def no_row_with_key(table: str) -> RefusedError:
    """Return the error for values of an alternate key that no row has."""
    return RefusedError(
        HTTPStatus.NOT_FOUND,
        "0x80060891",
        f"A record with the specified key values does not exist in {table} entity",
    )


def no_such_segment(segment: str) -> RefusedError:
    """Return the error for an address that names no table, function or property."""
    return RefusedError(HTTPStatus.NOT_FOUND, "0x8006088a", f"Resource not found for the segment '{segment}'.")


def no_such_property(name: str, table: str) -> RefusedError:
    """Return the error for a query that names a column which the table has not, or which it has in an org alone."""
    if may_be_there(name, table):
        return not_here(f"the column {name} of {table}")
    text = f"Could not find a property named '{name}' on type 'Microsoft.Dynamics.CRM.{table}'."
    return RefusedError(HTTPStatus.BAD_REQUEST, NO_SUCH_PROPERTY, text)


def bad_query(reason: str) -> RefusedError:
    """Return the error for an address or a query option that cannot be read."""
    return RefusedError(HTTPStatus.BAD_REQUEST, NO_SUCH_PROPERTY, reason)


def bad_payload(entity_set: str, reason: str) -> RefusedError:
    """Return the error for a body that does not fit the table."""
    head = f"Error identified in Payload provided by the user for Entity :'{entity_set}'"
    return RefusedError(HTTPStatus.BAD_REQUEST, BAD_PAYLOAD, f"{head} ---->  InnerException : {reason}")


def bad_argument(reason: str) -> RefusedError:
    """Return the error for a parameter of an action or function that is missing or wrong."""
    return RefusedError(HTTPStatus.BAD_REQUEST, BAD_ARGUMENT, reason)


def invalid(code: str, reason: str) -> RefusedError:
    """Return the error for a value or an operation that Dataverse's rules do not allow."""
    return RefusedError(HTTPStatus.BAD_REQUEST, code, reason)


def managed_solution(name: str) -> RefusedError:
    """Return the error for a change by hand to a managed solution."""
    return invalid("0x8004f024", f"Cannot update solution '{name}' because it is a managed solution.")
