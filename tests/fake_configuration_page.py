"""The configuration page in memory: its document as texts and attributes, over tables that need no org."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from cotab._js.elements import Changes
from cotab_kit.manifest.model import Manifest
from cotab_kit.manifest.resolved import resolved_modes
from cotab_kit.solution.provisioning import provisioning
from cotab_setup.configuration_page.app import Configuration
from cotab_setup.configuration_page.page import ConfigurationInfo
from cotab_setup.inspection import Resources
from cotab_setup.provisioning import Reply, WebApi
from cotab_setup.provisioning.privileges import ALWAYS, NEEDED
from cotab_setup.provisioning.rows import ACTIONS, CAPABILITIES, LOCALES, PROVIDERS
from fake_tables import FakeTables
from kit.test_manifest import valid

PAGE = Path(__file__).resolve().parents[1] / "webresource" / "page"
TEXTS: dict[str, str] = {
    **json.loads((PAGE / "strings/en-US.json").read_text("utf-8")),
    **json.loads((PAGE / "configuration/strings/en-US.json").read_text("utf-8")),
}
MANIFEST = Manifest.model_validate(valid() | {"modes": {"cobrowse": {}, "screenshare": {}}})
WANTED = provisioning(MANIFEST)
TEMPLATES = [mode.template for mode in resolved_modes(MANIFEST)]
PRIVILEGES = [f"prv{right}{table.name}" for table, more in NEEDED.items() for right in (*ALWAYS, *more)]
WIDGET = "c4a70000-0000-4000-8000-000000000001"
ALIEN = "a11e4000-0000-4000-8000-000000000000"


class Document(HTMLParser):
    """The ids of the page's elements, and those that are hidden at first."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.hidden: set[str] = set()
        for name in ("index.html", "configuration/configuration.html"):
            self.feed((PAGE / name).read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del tag
        found = dict(attrs)
        if found.get("id"):
            self.ids.add(str(found["id"]))
            if "hidden" in found:
                self.hidden.add(str(found["id"]))


class NoResources:
    """An org that delivers no web resource."""

    async def headers_of(self, name: str) -> None:
        del name


class FakePage:
    """The page's document as texts and attributes, beside an org. Implements Page."""

    def __init__(self, org: WebApi | None) -> None:
        self.info = ConfigurationInfo(
            provider="Contoso", provisioning=WANTED, templates=tuple(TEMPLATES), has_trial=True
        )
        self.trials: list[tuple[str, bool]] = []
        self.trying: float | None = None
        self.done: list[str] = []
        self.on_trial: Callable[[], None] = lambda: None
        self.texts: Mapping[str, str] = TEXTS
        document = Document()
        self.elements: dict[str, dict[str, Any]] = {name: {"hidden": name in document.hidden} for name in document.ids}
        self.logged: list[str] = []
        self.reported: list[BaseException] = []
        self.focused = ""
        self.states: list[str] = []
        self._org = org
        self._buttons: dict[str, Callable[[], None]] = {}
        self._parts: dict[str, list[str]] = {}

    def api(self) -> WebApi | None:
        return self._org

    def resources(self) -> Resources:
        return NoResources()

    def begin_trial(self, seconds: float) -> None:
        self.trying = seconds

    async def trial(self) -> tuple[str, bool]:
        self.on_trial()
        return self.trials.pop(0) if self.trials else ("[]", False)

    def end_trial(self) -> None:
        self.trying = None

    def ready(self) -> bool:
        return True

    def update(self, changes: Mapping[str, Changes]) -> None:
        for element_id, each in changes.items():
            self.elements[element_id].update(each)
            if each.get("data-done"):
                self.done.append(element_id)
            if "data-state" in each:
                self.states.append(str(each["data-state"]))

    def fill(self, element_id: str, keys: Sequence[str], parts: Sequence[str]) -> None:
        for gone in self._parts.get(element_id, ()):
            del self.elements[gone]
        self._parts[element_id] = [*keys, *(f"{key}-{part}" for key in keys for part in parts)]
        self.elements |= {name: {} for name in self._parts[element_id]}

    def focus(self, element_id: str) -> None:
        self.focused = element_id

    def on_click(self, element_id: str, handler: Callable[[], None]) -> None:
        self._buttons[element_id] = handler

    def log(self, text: str) -> None:
        self.logged.append(text)

    def report(self, error: BaseException) -> None:
        self.reported.append(error)

    # what tests ask

    def press(self, button: str) -> None:
        assert self.is_shown(button), f"{button} is not there"
        self._buttons[button]()

    def is_shown(self, name: str) -> bool:
        return not self.elements[name].get("hidden")

    def text(self, name: str) -> str:
        return str(self.elements[name].get("text") or "") if self.is_shown(name) else ""

    @property
    def state(self) -> str:
        return self.states[-1]

    @property
    def rows(self) -> dict[str, str]:
        """What is said of each row, by its name."""
        keys = [name for name, each in self.elements.items() if "data-found" in each]
        return {self.text(f"{key}-name"): self.text(f"{key}-found") for key in keys}


class Opened:
    """The page, opened in an org. Waiting for the org takes no time."""

    def __init__(self, org: WebApi | None) -> None:
        self.waited: list[float] = []
        self.page = FakePage(org)
        self._app = Configuration(self.page, sleep=self._sleep)

    async def _sleep(self, seconds: float) -> None:
        self.waited.append(seconds)

    async def run(self) -> FakePage:
        await self._app.run()
        return self.page

    async def press(self, *buttons: str) -> FakePage:
        for button in buttons:
            self.page.press(button)
            await self.settled()
        return self.page

    async def settled(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.gather(*others)


@dataclass
class Tables(FakeTables):
    """Tables of which some paths have an answer of their own."""

    answers: dict[str, Reply | Exception] = field(default_factory=dict)

    async def request(
        self, method: str, path: str, *, body: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
    ) -> Reply:
        answer = next((answer for start, answer in self.answers.items() if path.startswith(start)), None)
        if isinstance(answer, Exception):
            raise answer
        return answer or await super().request(method, path, body=body, headers=headers)


def org(*, templates: Sequence[str] = TEMPLATES) -> Tables:
    tables = Tables(privileges=[*PRIVILEGES])
    for number, name in enumerate(templates):
        guid = f"7e3b0000-0000-4000-8000-00000000000{number}"
        tables.put("msdyn_applicationtabtemplates", guid, msdyn_uniquename=name)
    return tables


async def opened(tables: WebApi | None) -> Opened:
    it = Opened(tables)
    await it.run()
    return it


def count(tables: FakeTables) -> int:
    return sum(len(tables.rows[table.entity_set]) for table in (PROVIDERS, ACTIONS, LOCALES, CAPABILITIES))
