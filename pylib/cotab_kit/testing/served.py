"""A build in a local org, served with a bare window of Dynamics around its tab."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from urllib.parse import quote, urlencode
from uuid import UUID

from cotab_kit.desktop.bundle import CONFIG
from cotab_kit.desktop.server import Desktop, Running
from cotab_kit.emulator import LocalOrg
from cotab_kit.emulator.tables.omnichannel import CONVERSATION
from cotab_kit.errors import DesktopError
from cotab_kit.preview.seed import let_reside
from cotab_kit.testing.trial import upload

MAX_UPLOAD = 128 * 1024 * 1024  # Dataverse's own limit, for pages that are one file
CREATE_NOTE = "prvCreateNote"
DEFINITION, VALUE = "environmentvariabledefinition", "environmentvariablevalue"


class ServedBuild(Running):
    """The solution in `dist`, installed in an org of its own at `url`; `reset` undoes what was done to it since."""

    def __init__(self, dist: Path) -> None:
        """Install the build. Raises DesktopError."""
        self.dist = dist
        solution = _solution(dist)
        self.org = LocalOrg.open()
        self.org.seed_settings(max_upload=MAX_UPLOAD)
        super().__init__(Desktop(self.org, pages=CONFIG.root), 0)
        try:
            upload(self.url, solution.read_bytes())
        except BaseException:
            self.close()
            raise
        let_reside(self.org)
        self.org.remember()

    def close(self) -> None:
        """Stop serving, and forget the org."""
        super().close()
        self.org.close()

    def reset(self) -> None:
        """Undo whatever has been done to the org."""
        self.org.restore()

    @cached_property
    def pages(self) -> dict[str, str]:
        """The names of the web resources that are tabs, by mode."""
        found: dict[str, str] = json.loads((self.dist / "build.json").read_text("utf-8"))["pages"]
        return found

    def address(self, page: str, query: str, csp: str) -> str:
        """Return the address of a web resource under a policy."""
        token = quote(f"{{{self.desktop.token}-{csp}}}")
        return f"{self.url}/{token}/WebResources/{page}" + (f"?{query}" if query else "")

    def window(self, parameters: Mapping[str, str], *, cross_origin: bool = False) -> str:
        """Return the address of the window of Dynamics (desktop/pages/window.js), or one of another origin."""
        origin = self.url.replace("127.0.0.1", "localhost") if cross_origin else self.url
        return f"{origin}/window?{urlencode(parameters, quote_via=quote)}"

    def begin_conversation(self, conversation: object) -> None:
        """Let there be a conversation with this id, if it is a GUID as every real one's."""
        try:
            key = str(UUID(str(conversation)))
        except ValueError:
            return
        if self.org.store.get(CONVERSATION, key) is None:
            self.org.seed(CONVERSATION.name, activityid=key, subject="A customer")

    def set_org_settings(self, value: str) -> None:
        """Set the provider's settings for the org, as an administrator does in Power Apps."""
        definitions = self.org.rows(DEFINITION)
        if not definitions:
            raise AssertionError("The provider has no settings: there is no [page.settings] in its provider.toml")
        (definition,) = definitions
        bind = {"EnvironmentVariableDefinitionId@odata.bind": f"/{DEFINITION}s({definition[f'{DEFINITION}id']})"}
        self.org.seed(VALUE, schemaname=definition["schemaname"], value=value, **bind)

    def refuse_notes(self, *, refuse: bool = True) -> None:
        """Take the privilege to write notes from the agent, or give it back."""
        self.org.restrict(*[CREATE_NOTE] if refuse else [])


def _solution(dist: Path) -> Path:
    found = sorted(dist.glob("*_managed.zip"))
    if not found:
        raise DesktopError(
            f"{dist} holds no managed solution, and a tab is opened from the one that is installed",
            hint="Build the project: `python build.py` in the kit's repository, or `cotab build` in one of your own.",
        )
    return found[0]
