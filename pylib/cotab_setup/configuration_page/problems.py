"""Problems in the words of an administrator: an error becomes a code with texts, and a detail for support.

The texts are `error.<code>.what` and `error.<code>.next` of the page's strings.
"""

from __future__ import annotations

from dataclasses import dataclass

from cotab_setup.provisioning import LostConnectionError, WebApiError

__all__ = ["Problem", "explain"]

UNAUTHORIZED = 401
FORBIDDEN = 403
NOT_FOUND = 404
TOO_MANY_REQUESTS = 429
SERVER_ERROR = 500

CODES = {UNAUTHORIZED: "SIGNED_OUT", FORBIDDEN: "ACCESS_DENIED", TOO_MANY_REQUESTS: "ORG_BUSY"}


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
    if error.status == NOT_FOUND:
        return Problem(not_found, str(error))
    return Problem(CODES.get(error.status, "ORG_FAILED" if error.status >= SERVER_ERROR else "REFUSED"), str(error))
