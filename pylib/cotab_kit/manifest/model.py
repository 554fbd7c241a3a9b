"""provider.toml, the one source for every name and setting of a provider project, as pydantic models.

What a key means stands here and nowhere else: keys.py makes the advice of findings from it, and docs/manifest.md is
written from it. What keys must be to each other and to files is in rules.py.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from cotab.modes import EscalationMode
from cotab_kit.manifest.values import (
    Attribute,
    Bytes,
    Class,
    Countries,
    Factory,
    Folder,
    Form,
    Guid,
    Html,
    HttpsUrl,
    Label,
    Language,
    Line,
    NpmPackage,
    NpmVersion,
    OneKeyEach,
    OptionValuePrefix,
    Order,
    Packages,
    Png,
    Prefix,
    Program,
    PublishersUrl,
    Script,
    Seconds,
    Setting,
    SlashCommand,
    Sources,
    Svg,
    Template,
    UniqueName,
    Version,
)

MANIFEST = "provider.toml"

# base64 of this many bytes stays below Dataverse's default limit of 5 MB (docs/internals/dataverse.md#size).
DEFAULT_WEB_RESOURCE_BYTES = 3_500_000


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Publisher(_Table):
    """The publisher of the solution."""

    prefix: Prefix = Field(description="Begins every name in the org.", examples=["contoso"])
    privacy_url: HttpsUrl = Field(description="Every tab shows it.", examples=["https://contoso.example/privacy"])
    support_url: PublishersUrl | None = Field(
        default=None,
        description="Administrators read it in the solution.",
        examples=["https://contoso.example/support"],
    )
    unique_name: UniqueName | None = Field(
        default=None,
        description="The publisher's name in the org, which your other solutions must have too. By default the prefix.",
        examples=["contoso"],
    )
    name: Label | None = Field(
        default=None, description="What administrators read. By default the unique name.", examples=["Contoso Ltd."]
    )
    option_value_prefix: OptionValuePrefix | None = Field(
        default=None,
        description="Begins the values of choices, also in your other solutions. By default made from the prefix.",
        examples=[48217],
    )


class Solution(_Table):
    """The solution in which an org takes the provider."""

    unique_name: UniqueName = Field(
        description="The solution's name in the org, and the folder of its web resources.", examples=["assist"]
    )
    version: Version = Field(description="An upgrade needs a higher one.", examples=["1.0.0.0"])
    names: Annotated[dict[Language, Label], OneKeyEach] = Field(
        default={},
        description="What administrators read, by language; English must be there. By default the provider's name.",
        examples=[{"en-US": "Contoso Assist", "de-DE": "Contoso Assistent"}],
    )


class ProviderPart(_Table):
    """The provider, as agents and administrators read it."""

    name: Label = Field(description="What agents and administrators read.", examples=["Contoso Assist"])
    guid: Guid | None = Field(
        default=None,
        description="Of the provider's row, only to take over one that is there already.",
        examples=["6a1f0a51-9d5c-4c0f-8a3e-0c3b5b0e7c11"],
    )


class Page(_Table):
    """The tab: which adapter runs in it, how it starts, and what is shipped with it."""

    adapter: Class = Field(
        description="The adapter, your class that the tab runs.", examples=["main:Assist", "assist.adapter:Assist"]
    )
    boot: Literal["pyscript", "pyodide"] = Field(
        default="pyscript",
        description="What starts Python: \"pyodide\" needs no PyScript, and of a policy only 'wasm-unsafe-eval'.",
    )
    runtime: Literal["solution", "cdn", "inline"] = Field(
        default="solution",
        description="Where the runtime comes from: further web resources, a public CDN, or the page's own file.",
    )
    resident: Literal["off", "auto"] = Field(
        default="off",
        description='"auto": where the org lets it, sessions live in a hidden side pane, and outlast their tabs.',
    )
    cdn: HttpsUrl = Field(default="https://cdn.jsdelivr.net/npm", description='An npm CDN, for runtime = "cdn".')
    max_web_resource_bytes: Bytes = Field(
        default=DEFAULT_WEB_RESOURCE_BYTES,
        description="The largest file; the default stays below the org's limit of 5 MB even as base64.",
    )
    boot_timeout_seconds: Seconds = Field(
        default=60, description="After it the agent reads that starting takes too long."
    )
    provider_timeout_seconds: Seconds = Field(
        default=30, description="The same for start(), resume() and select_tool() of the adapter."
    )
    assets: Folder = Field(default="assets", description="The folder whose files are shipped as web resources.")
    packages: Packages = Field(
        default=(),
        description="Extra packages of pure Python for your code.",
        examples=[["iniconfig==2.3.1 --hash=sha256:..."]],
    )
    npm: dict[NpmPackage, NpmVersion] = Field(
        default={},
        description="Your SDK's packages on npm, for tab.sdk.load_package. `cotab lock` writes the hashes to npm.lock.",
        examples=[{"livekit-client": "2.23.0"}],
    )
    settings: dict[str, Setting] = Field(
        default={},
        description="Yours: the adapter reads them as tab.settings, and an administrator can change them.",
        examples=[{"region": "eu"}],
    )


class Texts(_Table):
    """What the agent reads of a conversation action in one language."""

    label: Label = Field(description="What stands on the button, and on the tab.", examples=["Co-browse"])
    tooltip: Label | None = Field(
        default=None,
        description="What the button says of itself. By default the label.",
        examples=["Look at the customer's page together"],
    )
    slash_command: SlashCommand | None = Field(
        default=None,
        description="Starts it from the keyboard. No other action in an org has the same.",
        examples=["/cb"],
    )
    guid: Guid | None = Field(
        default=None,
        description="Of the conversation action locale, only to take over a row.",
        examples=["0b1c6f0e-3c1b-4b57-9a64-5c2e2f6f6a03"],
    )


class Mode(_Table):
    """One escalation mode that the provider offers."""

    name: Label | None = Field(
        default=None,
        description="Of the conversation action, for administrators. By default made from the provider's name.",
        examples=["Contoso Assist co-browse"],
    )
    capability_name: Label | None = Field(
        default=None,
        description="Of the channel capability. By default made from the provider's name.",
        examples=["Contoso Assist_cobrowse"],
    )
    template: Template | None = Field(
        default=None,
        description="The unique name of the app tab template. By default made of prefix, solution and mode.",
        examples=["contoso_assist_cobrowse"],
    )
    order: Order | None = Field(
        default=None,
        description="The button with the smallest number comes first. By default co-browse does.",
        examples=[0],
    )
    icon: Svg | None = Field(
        default=None, description="The button's icon. By default one of the kit's.", examples=["icons/cobrowse.svg"]
    )
    languages: Annotated[dict[Language, Texts], OneKeyEach] = Field(
        default={},
        description="What the agent reads, in English and any other language. By default English texts of the kit's.",
        examples=[{"en-US": {}}],
    )
    parameters: dict[str, Setting] = Field(
        default={},
        description="Yours: static members of the tab's data. The adapter reads them as tab.context.extra.",
        examples=[{"campaign": "spring"}],
    )
    guid: Guid | None = Field(
        default=None,
        description="Of the conversation action, only to take over a row.",
        examples=["0b1c6f0e-3c1b-4b57-9a64-5c2e2f6f6a01"],
    )
    capability_guid: Guid | None = Field(
        default=None,
        description="Of the channel capability, only to take over a row.",
        examples=["0b1c6f0e-3c1b-4b57-9a64-5c2e2f6f6a02"],
    )


class AppSource(_Table):
    """The part that only the staging folder of AppSource needs."""

    logo: Png | None = Field(
        default=None, description="The offer's logo. By default a plain one.", examples=["icons/logo32x32.png"]
    )
    terms: Html | None = Field(
        default=None,
        description="The license terms. By default a page that leads to the privacy URL.",
        examples=["terms.html"],
    )
    countries: Countries = Field(default=("US",), description="Where the offer is sold.", examples=[["US", "DE"]])
    learn_more_url: HttpsUrl | None = Field(
        default=None,
        description="Where customers read more. By default the support URL, or else the privacy URL.",
        examples=["https://contoso.example/assist"],
    )
    justifications: dict[str, Line] = Field(
        default={},
        description="By script: why it breaks a rule of Microsoft's checker.",
        examples=[{"assets/sdk.js": "The SDK asks window.top whether it runs in Dynamics."}],
    )


class Preview(_Table):
    """The part that `preview` starts and shows beside the solution. Nothing of it is shipped."""

    server: Factory | None = Field(
        default=None, description="Your service, as an ASGI application.", examples=["backend.service:factory"]
    )
    command: Program = Field(
        default=(),
        description="Your service, as a program that listens on {port}; instead of server.",
        examples=[["python", "service.py", "{port}"]],
    )
    script: Script | None = Field(
        default=None, description="A script on every page of the customer's site.", examples=["/customer.js"]
    )
    script_attributes: dict[Attribute, Line] = Field(
        default={},
        description="Attributes of that script's element; none that load or run anything.",
        examples=[{"data-allow": "{shop}"}],
    )
    npm: dict[NpmPackage, NpmVersion] = Field(
        default={},
        description="Packages on npm for the customer's site, as /npm/....js. `cotab lock` locks them in "
        "npm.preview.lock.",
        examples=[{"contoso-customer-sdk": "1.4.0"}],
    )
    settings: dict[str, Setting] = Field(
        default={}, description="In place of members of [page.settings].", examples=[{"region": "local"}]
    )
    frame_sources: Sources = Field(
        default=(), description="What the tab has in frames, for the strict policies.", examples=[["{server}"]]
    )


class Manifest(_Table):
    """The whole of provider.toml."""

    publisher: Publisher
    solution: Solution
    provider: ProviderPart
    page: Page
    modes: Annotated[
        dict[EscalationMode, Mode], Field(min_length=1), Form("[modes.cobrowse], [modes.screenshare], or both")
    ] = Field(
        description="What the agent can do with the customer's page. Each is a button and a page, and may be empty.",
        examples=[{"cobrowse": {}}],
    )
    appsource: AppSource = AppSource()
    preview: Preview = Preview()

    @property
    def folder(self) -> str:
        """The common beginning of the web resources' names, such as "contoso_/assist"."""
        return f"{self.publisher.prefix}_/{self.solution.unique_name}"
