"""A module with a syntax error that reading it does not show, only compiling it."""

from main import Faulty

return  # type: ignore[misc]  # noqa: F706


class Unreadable(Faulty):
    """Never reached."""
