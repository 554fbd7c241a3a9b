"""pip, run by the Python that runs the kit: how it is called, and what its failures mean for the author.

An author's settings (proxy, mirror, certificates) stay in force.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from cotab_kit.errors import SetupError

if TYPE_CHECKING:
    from pathlib import Path

    from cotab_kit.tools.process import Finished

_NO_NETWORK = re.compile(
    r"connection broken|Failed to establish a new connection|NameResolutionError|ProxyError|SSLError"
    r"|CERTIFICATE_VERIFY_FAILED|ssl certificate|ReadTimeoutError|ConnectTimeoutError|Connection refused"
)
_WRONG_HASH = re.compile(r"DO NOT MATCH THE HASHES.*?\n\s+(\S+)", re.DOTALL)
_NOT_FOUND = re.compile(r"(?:No matching distribution found for|satisfies the requirement) ([^\s;(]+)")
_OFFLINE_HINT = (
    "This is needed once; afterwards the kit works offline. Behind a proxy set HTTPS_PROXY (and PIP_CERT for "
    "a proxy with a certificate of its own), for a mirror PIP_INDEX_URL. Then run the same command again."
)
_HASH_HINT = (
    "If you changed the version, its hash must change too. If you did not, do not use that file: a mirror or "
    "a proxy may have altered it."
)
_NOT_FOUND_HINT = "Check its name, version and hash: the index must have a wheel with that hash for the platform."
_OTHER_HINT = "The lines above are pip's own: mend what they name, and run the same command again."


def pip(action: str, *arguments: str | Path) -> list[str | Path]:
    """Build the command for pip; it asks nothing and draws nothing."""
    common = ["--disable-pip-version-check", "--no-input"]
    return [sys.executable, "-m", "pip", *common, action, "--progress-bar=off", *arguments]


def pip_error(goal: str, finished: Finished, *, advice: str = "") -> SetupError:
    """Explain a failed run of pip: which requirement, why, and what to do (`advice` first)."""
    what, hint = _explain(finished)
    return SetupError(f"{goal}: {what}", hint=f"{advice} {hint}".strip())


def _explain(finished: Finished) -> tuple[str, str]:
    output = finished.output
    if wrong := _WRONG_HASH.search(output):
        return f"the file of {wrong[1]} does not have the locked hash.", _HASH_HINT
    missing = _NOT_FOUND.search(output)
    name = missing[1] if missing else "a requirement"
    if _NO_NETWORK.search(output):
        return f"{name} could not be fetched, the package index cannot be reached.", _OFFLINE_HINT
    if missing:
        return f"the package index has no fitting file for {name}.", _NOT_FOUND_HINT
    return f"pip failed.\n{finished.last_lines()}", _OTHER_HINT
