"""The configuration page of a solution: what it has beside what every page has.

Its Python and its texts are its own, in files that no tab asks for.
"""

from __future__ import annotations

import json
from pathlib import Path

from cotab_kit.build.html import filled
from cotab_kit.build.page_config import PageConfig
from cotab_kit.manifest.model import Manifest
from cotab_kit.manifest.resolved import resolved_modes
from cotab_kit.solution.provisioning import provisioning
from cotab_setup.configuration_page.page import ConfigurationInfo

# Carries the page's own Python, and what runs it.
CARRIER = "configuration.json"
TRIAL_PAGE = "trial.html"
RUN = "from cotab_setup.configuration_page.main import main\nawait main()\n"


class ConfigurationConfig(PageConfig, ConfigurationInfo):
    """The contract with the configuration page."""


def config(manifest: Manifest, shared: PageConfig) -> ConfigurationConfig:
    """Add what the configuration page has to know to what every page has to know."""
    return ConfigurationConfig(
        **dict(shared),
        provisioning=provisioning(manifest),
        templates=tuple(mode.template for mode in resolved_modes(manifest)),
        has_trial=manifest.page.runtime != "inline",
    )


def trial(manifest: Manifest, page: Path) -> str:
    """Make the page that shows, in an agent's window, how an org behaves (webresource/page/trial.js)."""
    folder, provider = page / "trial", manifest.provider.name
    about = {"folder": manifest.folder, "provider": provider, "texts": texts_of(folder)}
    about_json = json.dumps(about, ensure_ascii=False, sort_keys=True)
    return filled((folder / TRIAL_PAGE).read_text("utf-8"), about_json=about_json, provider=provider)


def texts(page: Path) -> dict[str, dict[str, str]]:
    """Read the page's own texts, by language; `page` is the folder of every page."""
    return texts_of(page / "configuration")


def texts_of(folder: Path) -> dict[str, dict[str, str]]:
    """Read the texts of the page in this folder, by language."""
    return {path.stem: json.loads(path.read_text("utf-8")) for path in sorted((folder / "strings").glob("*.json"))}
