"""What the organisation answers instead of doing its work: Dataverse's status, code and message.

Raised anywhere in this package, turned into JSON by app.py, kept as the message of a failed job by jobs.py. The codes
are Dataverse's own (its list of web service error codes). They are answers, so no part of the kit's tree of errors.
"""

from __future__ import annotations

BAD_REQUEST, UNAUTHORIZED, FORBIDDEN, NOT_FOUND = 400, 401, 403, 404
NOT_ALLOWED, PRECONDITION_FAILED, TOO_LARGE = 405, 412, 413

NO_SUCH_PROPERTY = "0x80060888"
BAD_PAYLOAD = "0x80048d19"
BAD_ARGUMENT = "0x80040203"
MAX_MESSAGE = 4000  # what a client sends back to itself in a message has an end


class WebApiError(Exception):
    """A request that is refused. `code` is Dataverse's, as in the JSON of its answer.

    Nothing of a refused request stays, unless it is `kept`: the import job of an import that failed.
    """

    def __init__(self, status: int, code: str, message: str, *, kept: bool = False) -> None:
        super().__init__(message)
        self.status, self.code, self.kept = status, code, kept
        self.message = message if len(message) <= MAX_MESSAGE else f"{message[:MAX_MESSAGE]}..."

    def body(self) -> dict[str, dict[str, str]]:
        """The answer's JSON."""
        return {"error": {"code": self.code, "message": self.message}}


def no_such_row(table: str, key: object) -> WebApiError:
    """No row has this id."""
    return WebApiError(NOT_FOUND, "0x80040217", f"Entity '{table}' With Id = {key} Does Not Exist")


def no_row_with_key(table: str, keys: object) -> WebApiError:
    """No row has these values of an alternate key."""
    return WebApiError(
        NOT_FOUND, "0x80060891", f"A record with the specified key values does not exist in {table} entity: {keys}"
    )


def no_such_segment(segment: str) -> WebApiError:
    """The address names no table, function or property."""
    return WebApiError(NOT_FOUND, "0x8006088a", f"Resource not found for the segment '{segment}'.")


def no_such_property(name: str, table: str) -> WebApiError:
    """A query names a column that the table has not."""
    text = f"Could not find a property named '{name}' on type 'Microsoft.Dynamics.CRM.{table}'."
    return WebApiError(BAD_REQUEST, NO_SUCH_PROPERTY, text)


def bad_query(reason: str) -> WebApiError:
    """An address or a query option that cannot be read."""
    return WebApiError(BAD_REQUEST, NO_SUCH_PROPERTY, reason)


def bad_payload(entity_set: str, reason: str) -> WebApiError:
    """A body that does not fit the table."""
    head = f"Error identified in Payload provided by the user for Entity :'{entity_set}'"
    return WebApiError(BAD_REQUEST, BAD_PAYLOAD, f"{head} ----> InnerException : {reason}")


def bad_argument(reason: str) -> WebApiError:
    """A parameter of an action or function is missing or wrong."""
    return WebApiError(BAD_REQUEST, BAD_ARGUMENT, reason)


def invalid(code: str, reason: str) -> WebApiError:
    """A value or an operation that Dataverse's rules do not allow."""
    return WebApiError(BAD_REQUEST, code, reason)


def managed_solution(name: str) -> WebApiError:
    """A managed solution is not changed by hand."""
    return invalid("0x8004f024", f"Cannot update solution '{name}' because it is a managed solution.")
