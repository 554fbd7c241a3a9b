"""Python's file system in the page: where what lies in it, and files as they travel into it."""

from __future__ import annotations

from cotab._snapshot import PROJECT_FOLDER

__all__ = ["ENVIRONMENT", "PROJECT_FOLDER", "SITE_PACKAGES", "STDLIB", "Files"]

STDLIB = "/lib/python3.14"
SITE_PACKAGES = f"{STDLIB}/site-packages"

# There are no time zones in that file system: without the third, looking for them would bring the configuration of
# Python's own build into the snapshot.
ENVIRONMENT = {"PYTHONPATH": f"{PROJECT_FOLDER}:{STDLIB}", "HOME": "/home/pyodide", "PYTHONTZPATH": ""}

# Path -> text, or {"base64": ...} for what is not text.
Files = dict[str, str | dict[str, str]]
