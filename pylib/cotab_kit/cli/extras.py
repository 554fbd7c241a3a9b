"""What `pip install cotab` leaves out: a server that only builds needs neither a web server nor a way to sign in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import distribution

from cotab_kit.errors import SetupError


@contextmanager
def extra(name: str, *distributions: str) -> Iterator[None]:
    """Import in the block what an extra brings. Raises SetupError if that, or a distribution, is not installed."""
    try:
        for each in distributions:
            distribution(each)
        yield
    except ModuleNotFoundError as error:
        missing = error.name or ""
        if missing.startswith("cotab"):
            raise
        text = f"This command needs {missing}, which is not installed"
        raise SetupError(text, hint=f"Run: pip install cotab[{name}]") from error
