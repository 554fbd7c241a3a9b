"""Structured logs, one JSON object a line: what happened to which session, never what anybody saw, typed or is called.

`note` takes names and short values only; there is no way to pass it a message of a session by mistake.
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

LOGGER = logging.getLogger("tandem")


def note(event: str, **fields: str | float | bool | None) -> None:
    """Log that something happened."""
    LOGGER.info(event, extra={"fields": fields})


class JsonFormatter(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Write time, level, event and fields; of an exception its type alone, because its text may quote content."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, object] = {"at": at, "level": record.levelname.lower(), "event": record.getMessage()}
        line |= getattr(record, "fields", {})
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
        return json.dumps(line, ensure_ascii=False)


def log_to_stderr() -> None:
    """Send the logs of this process to standard error, as JSON."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for noisy in ("httpx2", "httpcore2", "nats"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
