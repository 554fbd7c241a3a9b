"""Problems in the words of an administrator: an error becomes a code with texts, and a detail for support.

The texts are `error.<code>.what` and `error.<code>.next` of the page's strings.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from cotab_setup.provisioning import LostConnectionError, WebApiError

__all__ = ["Problem", "explain"]

CODES: dict[int, str] = {
    HTTPStatus.UNAUTHORIZED: "SIGNED_OUT",
    HTTPStatus.FORBIDDEN: "ACCESS_DENIED",
    HTTPStatus.TOO_MANY_REQUESTS: "ORG_BUSY",
}


@dataclass(frozen=True)
class Problem:
    """A code that has texts, and what is not translated."""

    code: str
    detail: str = ""


def explain(error: Exception, *, not_found: str = "REFUSED") -> Problem:
    """Return the problem that an error means; `not_found` is the code where the org has not what was asked for."""
    if isinstance(error, LostConnectionError):
        return Problem("CONNECTION_LOST", str(error))
    if not isinstance(error, WebApiError):
        return Problem("UNEXPECTED", f"{type(error).__name__}: {error}")
    if error.status == HTTPStatus.NOT_FOUND:
        return Problem(not_found, str(error))
    other = "ORG_FAILED" if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR else "REFUSED"
    return Problem(CODES.get(error.status, other), str(error))
