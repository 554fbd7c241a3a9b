"""A site of pages with the script, and the relay that they use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from customers import Stage, built_assets, staged
from web.sites import WebSite

OWN = Path(__file__).with_name("pages")
SHARED = Path(__file__).parents[3] / "shared" / "cases" / "web"  # not ours to copy


@pytest.fixture(scope="module")
def site() -> WebSite:
    """Serve the pages, and those of others where they lie beside the checkout."""
    return WebSite((OWN, SHARED / "pages", SHARED / "variants"))


@pytest.fixture(scope="module")
def stage(pytestconfig: pytest.Config, site: WebSite) -> Iterator[Stage]:
    with staged(built_assets(pytestconfig.rootpath), site=site.app, tries_per_address=500) as served:
        yield served
