"""The configuration page of a solution: what it has to know beside what every page does. Called by compose.py.

Its Python and its texts are its own, in files that no tab asks for.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from cotab_kit.build.packages import PROJECT_FOLDER, SITE_PACKAGES
from cotab_kit.manifest.model import Manifest
from cotab_kit.manifest.resolved import offers
from cotab_kit.solution.provisioning import provisioning

# Carries the page's own Python.
CARRIER = "configuration.json"


def settings(manifest: Manifest, folder: Path, shared: dict[str, Any]) -> dict[str, Any]:
    """The page's settings; `folder` holds its texts, `shared` are the settings of every page.

    The author's code does not run here, so it need not be there, and PyScript is not needed for its sake.
    """
    archives = [archive for archive in shared["archives"] if archive["folder"] != PROJECT_FOLDER]
    return shared | {
        "mode": "configuration",
        "main": "cotab_setup.configuration_page.main",
        "adapter": "",
        "settings": {},
        "settings_variable": "",
        "needs_pyscript": False,
        "events": {"connected": "", "ended": ""},
        "archives": [*archives, {"carrier": CARRIER, "folder": SITE_PACKAGES, "frozen": False}],
        "texts": texts(folder),
        "provisioning": provisioning(manifest).model_dump(mode="json"),
        "templates": [offer.template for offer in offers(manifest)],
    }


def texts(folder: Path) -> dict[str, dict[str, str]]:
    """The page's own texts, by language."""
    return {path.stem: json.loads(path.read_text("utf-8")) for path in sorted((folder / "strings").glob("*.json"))}
