"""The preview: build a project, put a local Omnichannel in front of its author, and follow the edits.

This is everything that the command of this name does but for the browser.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cotab_kit.build.build import build
from cotab_kit.deploy.release import Release
from cotab_kit.desktop.bundle import pages
from cotab_kit.desktop.server import Desktop, Running, serve
from cotab_kit.desktop.shop.shop import Shop
from cotab_kit.emulator import LocalOrg
from cotab_kit.emulator.tables.omnichannel import CHAT_WIDGET
from cotab_kit.preview.deployment import Deployment
from cotab_kit.preview.likeness import read_findings, resemble
from cotab_kit.preview.seed import CUSTOMERS, QUESTION, seed
from cotab_kit.preview.sidecar import Places
from cotab_kit.preview.surroundings import surroundings
from cotab_kit.preview.watch import Follower, watching
from cotab_kit.progress import Steps
from cotab_kit.project.project import Project
from cotab_kit.serving import Served


@contextmanager
def preview(project: Project, steps: Steps, *, port: int = 0, like: Path | None = None) -> Iterator[Running]:
    """Run the desktop with the built project in it, for as long as the block runs. Raises KitError.

    The port is taken before anything else is done: a wrong one should be told at once. `like` is a file of findings
    about an org that this one shall resemble.
    """
    findings = read_findings(like) if like else None
    with LocalOrg.open() as org:
        desktop = Desktop(org)
        shop = Shop(desktop)
        with serve(desktop, port=port) as server, Served(shop.app) as site:
            places = Places(server.url, site.url)
            try:
                build(project, steps)
                desktop.pages = pages(project.workspace, steps)
                seed(org)
                if findings:
                    resemble(desktop, findings)
                with (
                    surroundings(project, desktop, shop, places, steps) as whole,
                    _working(project, steps, desktop, whole),
                ):
                    yield server
            finally:
                desktop.feed.close()  # or the servers would wait for the pages that listen


@contextmanager
def _working(project: Project, steps: Steps, desktop: Desktop, places: Places) -> Iterator[None]:
    """Bring the project into the org, and its edits after it."""
    desktop.provider = project.manifest.provider.name
    deployment = Deployment(desktop, places)
    with steps.step("Installing into the local org"):
        deployment.bring(Release.built(project, managed=False))
    _welcome(desktop)
    with watching(project, Follower(project, desktop, deployment, steps)):
        yield


def _welcome(desktop: Desktop) -> None:
    """Let a customer ask a question, so that the buttons are there to be pressed."""
    (widget, *_) = desktop.org.rows(CHAT_WIDGET.name)
    conversation = desktop.chat.open(str(widget[CHAT_WIDGET.primary_id]), CUSTOMERS[0])
    desktop.chat.post(conversation.id, "customer", QUESTION)
