"""Bring a project into the local org, and its edits after it, as into a development org: by `install` and `push`.

The kit's own org client does it over HTTP.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from cotab_kit.deploy.client import Environment, connect
from cotab_kit.deploy.install import install
from cotab_kit.deploy.journal import Journal
from cotab_kit.deploy.lookups import installed, variables
from cotab_kit.deploy.push import push
from cotab_kit.deploy.release import Release
from cotab_kit.desktop.server import Desktop
from cotab_kit.desktop.solutions import at_once
from cotab_kit.errors import DesktopError
from cotab_kit.manifest.model import Manifest
from cotab_kit.preview.seed import enable, let_reside
from cotab_kit.preview.sidecar import Places
from cotab_kit.solution.settings_variable import schema_name
from cotab_setup.provisioning import WebApi, WebApiError
from cotab_setup.web_api import call, query, rows_of

VALUES = "environmentvariablevalues"

Result = TypeVar("Result")


class Deployment:
    """The part of a project that is in the local org at `places.desktop`."""

    def __init__(self, desktop: Desktop, places: Places) -> None:
        self._desktop, self._places = desktop, places
        self._there: Release | None = None

    def bring(self, release: Release) -> str:
        """Bring a release there, as little of it as needed; return what was done. Raises KitError."""
        done = self._run(lambda org: self._bring(org, release))
        self._there = release
        return done

    def give_settings(self, manifest: Manifest) -> None:
        """Set what [preview] gives the tab, where the solution is there already. Raises KitError."""
        self._run(lambda org: self._give_settings(org.api, manifest))

    def _run(self, do: Callable[[Environment], Awaitable[Result]]) -> Result:
        """Do it in a thread of its own: the caller's may have a loop, as in tests with a browser."""

        async def connected() -> Result:
            async with connect(self._places.desktop, sleep=at_once) as org:
                return await do(org)

        try:
            with ThreadPoolExecutor(1) as own:
                return own.submit(lambda: asyncio.run(connected())).result()
        except WebApiError as error:
            raise DesktopError(
                f"The local org refuses: {error}",
                hint="Correct what it names; where --like has set a limit of another org, leave that away.",
            ) from error

    async def _bring(self, org: Environment, release: Release) -> str:
        changed = await self._changed(org, release)
        if changed is None:
            await install(org, release, Journal(_nothing))
            await self._give_settings(org.api, release.manifest)
            enable(self._desktop.org)
            if self._desktop.likeness.get("panes", "keep") == "keep":
                let_reside(self._desktop.org)
            return f"{release.manifest.provider.name} {release.manifest.solution.version} is installed"
        if changed:
            await push(org.api, release, changed, Journal(_nothing))
        return f"{len(changed)} files are new"

    async def _changed(self, org: Environment, release: Release) -> dict[str, bytes] | None:
        """Find the web resources that differ; None if more does: another manifest, a file that came or went."""
        before, now = self._there, release.resources
        if before is None or before.manifest != release.manifest or before.resources.keys() != now.keys():
            return None
        there = await installed(org.api, release.name)
        if there is None or there.managed:  # an administrator's doing
            return None
        return {name: content for name, content in now.items() if before.resources[name] != content}

    async def _give_settings(self, api: WebApi, manifest: Manifest) -> None:
        """Set what [preview] gives the tab, as an administrator would; a value set since is replaced."""
        given = self._places.fill(manifest.preview.settings)
        found = await variables(api, schema_name(manifest)) if given else []
        for definition in found:
            body = {"value": json.dumps(given)}
            key = definition.path.partition("(")[2].rstrip(")")
            path = query(
                VALUES,
                select=("environmentvariablevalueid",),
                where=f"_environmentvariabledefinitionid_value eq {key}",
            )
            doing = "Writing the settings of [preview]"
            rows = await rows_of(api, path, doing, guid="environmentvariablevalueid")
            if rows:
                await call(api, "PATCH", f"{VALUES}({rows[0]['environmentvariablevalueid']})", doing, body=body)
            else:
                bound = {"EnvironmentVariableDefinitionId@odata.bind": f"/{definition.path}"}
                await call(api, "POST", VALUES, doing, body=body | bound)


def _nothing(_text: str) -> None:
    """Drop what the org client reports: only its result counts."""
