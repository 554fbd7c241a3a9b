"""One mode of the provider with everything that the manifest leaves open filled in: names, texts, GUIDs, addresses.

What Microsoft does not document is decided here and nowhere else: how an icon is named, and how static parameters
stand in `data`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote
from uuid import UUID

from cotab.modes import EscalationMode
from cotab_kit.manifest.identity import row_id
from cotab_kit.manifest.languages import ENGLISH, LANGUAGES
from cotab_kit.manifest.lengths import shortened, units
from cotab_kit.manifest.model import Manifest, Mode, Texts

MAX_NAME = 100
MAX_ICON = 100
MAX_PARAMETER = 2048  # of a template parameter, and of all of them together in the template's own column

# The page where an administrator sets the rows up and removes them; its address is below the solution's folder.
CONFIGURATION_PAGE = "configuration.html"

# The page that outlives tabs, in the same folder (webresource/page/resident_tab.js).
RESIDENT_PAGE = "resident.html"

# What a mode is called in the English names that the kit makes up.
TITLES = {EscalationMode.CO_BROWSE: "co-browse", EscalationMode.SCREEN_SHARE: "screen sharing"}


@dataclass(frozen=True)
class ResolvedMode:
    """A mode that the provider offers: one button in the conversation, and the page that it opens."""

    manifest: Manifest
    mode: EscalationMode

    @property
    def given(self) -> Mode:
        """What the manifest says of it."""
        return self.manifest.modes[self.mode]

    @property
    def name(self) -> str:
        """The name of the conversation action, for administrators."""
        return self.given.name or self._named("{} " + TITLES[self.mode])

    @property
    def capability_name(self) -> str:
        """The name of the channel capability: Microsoft writes provider, underscore, capability."""
        return self.given.capability_name or self._named("{}_" + self.mode)

    @property
    def template(self) -> str:
        """The unique name of the app tab template, which is also its name and the action's event parameter."""
        solution = self.manifest.solution.unique_name
        return self.given.template or f"{self.manifest.publisher.prefix}_{solution}_{self.mode}"

    @property
    def order(self) -> int:
        """Where the button stands among others: the smallest number comes first."""
        return list(EscalationMode).index(self.mode) if self.given.order is None else self.given.order

    @property
    def page(self) -> str:
        """The web resource that the tab opens."""
        return f"{self.manifest.folder}/{self.mode}.html"

    @property
    def icon(self) -> str | None:
        """The web resource with the icon. The kit's own is left out where its address would be too long."""
        name = f"{self.manifest.folder}/{icon_file(self.mode)}"
        return name if self.given.icon or len(address(name)) <= MAX_ICON else None

    @cached_property
    def texts(self) -> Mapping[int, Texts]:
        """What the agent reads, by LCID, tooltips included."""
        given = self.given.languages or {ENGLISH: Texts(label=self._named("{} " + TITLES[self.mode]))}
        return {
            lcid: texts.model_copy(update={"tooltip": texts.tooltip or self._tooltip(lcid, texts)})
            for lcid, texts in sorted(given.items())
        }

    @property
    def data(self) -> str | None:
        """The author's static parameters as the page reads `data`: JSON, percent-encoded.

        Braces as they are would be taken for one of the app profile manager's slugs, such as {customerName}.
        """
        text = json.dumps(self.given.parameters, ensure_ascii=False, separators=(",", ":"))
        return quote(text, safe="") if self.given.parameters else None

    @property
    def parameters(self) -> dict[str, str | None]:
        """The parameters of the app tab template. Dynamics adds the conversation to `data` by itself."""
        return {"webresourceName": self.page, "data": self.data}

    @property
    def parameters_column(self) -> str:
        """All parameters as JSON, in the form of Microsoft's exports."""
        values = {name: {"value": value} for name, value in self.parameters.items()}
        return json.dumps(values, separators=(",", ":"))

    @property
    def action_id(self) -> UUID:
        """The GUID of the conversation action."""
        return self.given.guid or row_id(self.manifest.folder, "msdyn_conversationaction", self.mode)

    @property
    def capability_id(self) -> UUID:
        """The GUID of the channel capability."""
        return self.given.capability_guid or row_id(self.manifest.folder, "msdyn_channelcapability", self.mode)

    def locale_id(self, lcid: int) -> UUID:
        """Compute the GUID of the conversation action locale of a language."""
        given = self.given.languages.get(lcid)
        own = given.guid if given else None
        return own or row_id(self.manifest.folder, "msdyn_conversationactionlocale", self.mode, lcid)

    def locale_name(self, lcid: int) -> str:
        """Return the name of the conversation action locale of a language."""
        ending = f" ({LANGUAGES[lcid]})"
        return shortened(self.name, MAX_NAME - units(ending)) + ending

    def _tooltip(self, lcid: int, texts: Texts) -> str:
        made_up = lcid == ENGLISH and not self.given.languages
        return self._named(f"Start a {TITLES[self.mode]} session provided by {{}}") if made_up else texts.label

    def _named(self, form: str) -> str:
        """Put the provider's name into a text, as much of it as there is room for."""
        return form.format(shortened(self.manifest.provider.name, MAX_NAME - len(form) + 2))


def resolved_modes(manifest: Manifest) -> list[ResolvedMode]:
    """Resolve every mode of the manifest, always in the same order."""
    return [ResolvedMode(manifest, mode) for mode in EscalationMode if mode in manifest.modes]


def icon_file(mode: EscalationMode) -> str:
    """Return where the icon of a mode lies below the solution's folder, whatever the author's file is called."""
    return f"icons/{mode}.svg"


def address(web_resource: str) -> str:
    """Return how a row names a web resource.

    Microsoft's notification templates do it in this form; of conversation actions its document shows only
    `/webresource/.../....svg` (docs/internals/dataverse.md#what-is-not-documented).
    """
    return f"/webresources/{web_resource}"


def provider_id(manifest: Manifest) -> UUID:
    """Compute the GUID of the provider."""
    return manifest.provider.guid or row_id(manifest.folder, "msdyn_provider")


def configuration_page(manifest: Manifest) -> str:
    """Return the web resource's whole name, by which the solution names it."""
    return f"{manifest.folder}/{CONFIGURATION_PAGE}"
