"""Likeness of an org: what `inspect` found out about one, put into the local org and the desktop's switches.

Only words and numbers that the model of the findings knows are taken, never code or addresses.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from cotab_kit.desktop.server import Desktop
from cotab_kit.errors import DesktopError
from cotab_kit.tools.saved import text_of
from cotab_setup.inspection import Findings

ICONS = {"/webresource/": "webresource", "/WebResources/": "WebResources", "$webresource:": "token"}
CONTEXTS = {"elastic": "elastic", "both": "elastic", "standard": "standard", "neither": "never"}
MAX_FILE = 100_000  # bytes
ANEW = "Write it anew with `cotab inspect --org ... --save FILE`, with this version of the kit."


def read_findings(path: Path) -> Findings:
    """Read what `cotab inspect --save` wrote. Raises DesktopError for anything else."""
    try:
        content = path.read_bytes()
        if len(content) > MAX_FILE:
            raise DesktopError(f"{path} is too large to be what `cotab inspect` writes", hint=ANEW)
        return Findings.model_validate_json(text_of(content), strict=True)
    except OSError as error:
        raise DesktopError(f"{path} cannot be read: {error.strerror or error}", hint="Name another file.") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        raise DesktopError(f"{path} is not what `cotab inspect` writes: {where}: {first['msg']}", hint=ANEW) from error


def resemble(desktop: Desktop, findings: Findings) -> None:
    """Make the local org and the first choices of the desktop's switches like those of the org that was looked at."""
    if findings.policy and findings.policy != "other":
        desktop.set_policy(findings.policy)
    types = {str(ending): kind for ending, kind in (findings.mime_types or {}).items()}
    desktop.org.seed_settings(max_upload=findings.upload_limit, mime_types=types)
    forms = [ICONS[form] for form in findings.icons or () if form in ICONS]
    if len(forms) == 1:
        desktop.likeness["icon"] = forms[0]
    if findings.data_encoding:
        desktop.likeness["encode"] = findings.data_encoding
    if findings.unload:
        desktop.likeness["refresh"] = "0" if findings.unload == "never" else "1"
    if findings.contexts:
        desktop.likeness["context"] = CONTEXTS[findings.contexts]
    if findings.side_panes:
        desktop.likeness["panes"] = findings.side_panes
