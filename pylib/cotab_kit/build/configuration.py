"""The configuration page of a solution: what it has beside what every page has.

Its Python and its texts are its own, in files that no tab asks for.
"""

from __future__ import annotations

import json
from pathlib import Path

from cotab_kit.build.page_config import PageConfig
from cotab_kit.manifest.model import Manifest
from cotab_kit.manifest.resolved import resolved_modes
from cotab_kit.solution.provisioning import provisioning
from cotab_setup.configuration_page.page import ConfigurationInfo

# Carries the page's own Python, and what runs it.
CARRIER = "configuration.json"
RUN = "from cotab_setup.configuration_page.main import main\nawait main()\n"


class ConfigurationConfig(PageConfig, ConfigurationInfo):
    """The contract with the configuration page."""


def config(manifest: Manifest, shared: PageConfig) -> ConfigurationConfig:
    """Add what the configuration page has to know to what every page has to know."""
    return ConfigurationConfig(
        **dict(shared),
        provisioning=provisioning(manifest),
        templates=tuple(mode.template for mode in resolved_modes(manifest)),
    )


def texts(page: Path) -> dict[str, dict[str, str]]:
    """Read the page's own texts, by language; `page` is the folder of every page."""
    strings = page / "configuration" / "strings"
    return {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(strings.glob("*.json"))}
