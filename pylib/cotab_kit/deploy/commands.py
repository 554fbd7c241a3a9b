"""Commands on an org, each over one connection of its own, with errors as the kit shows them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable
from http import HTTPStatus
from pathlib import Path
from typing import TypeVar

from cotab_kit.deploy.behavior import apply
from cotab_kit.deploy.client import Environment, connect, org_url
from cotab_kit.deploy.install import install
from cotab_kit.deploy.journal import Journal
from cotab_kit.deploy.push import chosen, push
from cotab_kit.deploy.release import Release
from cotab_kit.deploy.sign_in import SignIn
from cotab_kit.deploy.uninstall import uninstall
from cotab_kit.deploy.verify import Standing, Verdict, verify
from cotab_kit.errors import OrgError
from cotab_kit.progress import Steps
from cotab_setup.inspection import Findings, inspect
from cotab_setup.provisioning import WebApiError

__all__ = [
    "Journal",
    "Release",
    "Standing",
    "applying",
    "inspecting",
    "installing",
    "org_url",
    "pushing",
    "uninstalling",
    "verifying",
    "with_org",
]

Result = TypeVar("Result")

AGAIN = "What was done stays; run the command again and it goes on from there."
HINTS = {
    0: f"Check the address and the network. {AGAIN}",
    HTTPStatus.UNAUTHORIZED: "Sign in as a user of this org: --sign-in names the ways. See whether the clock is right.",
    HTTPStatus.FORBIDDEN: "Ask for the missing privilege, or for the role System Administrator.",
    HTTPStatus.NOT_FOUND: "Check whether the address is that of a Dataverse org.",
}
GATEWAY = (
    "Not Dataverse but something on the way to it has answered: a proxy, a firewall, a page to sign in. See in a "
    f"browser on this machine whether the address of the org is right and leads there. {AGAIN}"
)


def with_org(given: str, way: SignIn, work: Callable[[Environment], Awaitable[Result]]) -> Result:
    """Connect, work, and close. What the org refuses becomes an OrgError with a hint, and so does Ctrl-C."""

    async def run() -> Result:
        async with connect(given, way, emit=Steps.for_this_terminal().note) as org:
            return await work(org)

    try:
        return asyncio.run(run())
    except WebApiError as error:
        raise OrgError(str(error), hint=GATEWAY if error.gateway else HINTS.get(error.status, AGAIN)) from error
    except KeyboardInterrupt as error:
        raise OrgError("Stopped; an import that has begun goes on in the org", hint=AGAIN) from error


def installing(
    url: str, way: SignIn, release: Release, journal: Journal, *, also: Collection[str] = (), **options: bool
) -> Verdict | None:
    """See install."""
    return with_org(url, way, lambda org: install(org, release, journal, also=also, **options))


def uninstalling(
    url: str, way: SignIn, release: Release, journal: Journal, *, also: Collection[str] = (), **options: bool
) -> Verdict | None:
    """See uninstall."""
    return with_org(url, way, lambda org: uninstall(org, release, journal, also=also, **options))


def verifying(url: str, way: SignIn, release: Release) -> Verdict:
    """See verify."""
    return with_org(url, way, lambda org: verify(org.api, release))


def inspecting(url: str, way: SignIn, release: Release) -> Findings:
    """See inspect."""
    return with_org(url, way, lambda org: inspect(org.api, org.resources, release.manifest.folder))


def applying(url: str, way: SignIn, release: Release, findings: Findings, journal: Journal) -> None:
    """See apply."""
    with_org(url, way, lambda org: apply(org, release, findings, journal))


def pushing(  # noqa: PLR0913 - the command's options
    url: str, way: SignIn, release: Release, files: Iterable[str], folder: Path, *, journal: Journal
) -> None:
    """See push; `folder` is where the files of the build lie."""
    contents = chosen(release, files, folder)
    with_org(url, way, lambda org: push(org.api, release, contents, journal))
