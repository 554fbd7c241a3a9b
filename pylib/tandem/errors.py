"""Every exception of the relay, as one tree; clients get their `code` and message.

TandemError
├── ConfigError      the relay cannot start as it was told to
├── BusError         the bus between relays cannot be reached or does not answer
└── RefusedError     a request is refused; carries the HTTP status
    ├── TokenError   a token is forged, expired or of another kind
    └── LimitError   too many attempts; carries the seconds to wait
"""

from __future__ import annotations

from http import HTTPStatus

__all__ = ["BusError", "ConfigError", "LimitError", "RefusedError", "TandemError", "TokenError"]


class TandemError(Exception):
    """Something went wrong in the relay."""


class ConfigError(TandemError):
    """The relay cannot start as it was told to; the message says what to change."""


class BusError(TandemError):
    """The bus between relays cannot be reached or does not answer."""


class RefusedError(TandemError):
    """A request is refused. `code` is stable and for programs, the message is for people."""

    def __init__(self, status: HTTPStatus, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


class TokenError(RefusedError):
    """A token is forged, expired or of another kind; the client needs a new one."""

    def __init__(self, message: str = "The token is not valid (any more). Sign in again.") -> None:
        super().__init__(HTTPStatus.UNAUTHORIZED, "unauthorized", message)


class LimitError(RefusedError):
    """Too many attempts; `retry_after` is in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(
            HTTPStatus.TOO_MANY_REQUESTS, "too_many_attempts", f"Too many attempts. Try again in {retry_after} s."
        )
        self.retry_after = retry_after
