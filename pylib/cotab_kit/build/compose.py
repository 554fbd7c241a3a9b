"""Compose the content of every web resource of a project.

Nothing is written here; the same ingredients always give the same bytes.
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from cotab import __version__
from cotab.modes import EscalationMode
from cotab_kit.build import configuration, html
from cotab_kit.build.bundle import PageBundle
from cotab_kit.build.carriers import SNAPSHOT_TYPE, Carrier, carry
from cotab_kit.build.fast_start.exports import MAIN, exported_places, main_module, wanted_of_javascript
from cotab_kit.build.fast_start.file_system import ENVIRONMENT, PROJECT_FOLDER, SITE_PACKAGES, Files
from cotab_kit.build.fast_start.snapshot import RUN_RESIDENT, RUN_TAB, Snapshot, SnapshotInputs
from cotab_kit.build.fast_start.split import split, used_at_start
from cotab_kit.build.notices import notices_page, npm_notices
from cotab_kit.build.npm import NpmBundle
from cotab_kit.build.packages import OF_THE_RESIDENT, Packages, archive, collect, configuration_files, licenses
from cotab_kit.build.page_config import PageConfig
from cotab_kit.build.remote import remote_files
from cotab_kit.build.sbom import Part, bill, npm_parts, wheel_parts
from cotab_kit.build.sbom_xml import bill_as_xml
from cotab_kit.layout import KitFiles
from cotab_kit.manifest.model import Manifest
from cotab_kit.manifest.resolved import CONFIGURATION_PAGE, RESIDENT_PAGE, icon_file, resolved_modes
from cotab_kit.project.project import Project
from cotab_kit.project.sources import read_source
from cotab_kit.solution.settings_variable import schema_name

JSON_TYPE = "application/json"
WASM_TYPE = "application/wasm"

# The names of carriers.
SNAPSHOT, LATE = "snapshot.bin", "late.json"


@dataclass(frozen=True)
class Ingredients:
    """The ingredients of a tab: `modules` is the folder node_modules, `main` Pyodide's module."""

    project: Project
    files: KitFiles
    modules: Path
    bundle: PageBundle
    packages: Packages
    main: bytes
    snapshot: Snapshot | None
    wheels: list[Path]
    npm: NpmBundle
    build_id: str

    @property
    def manifest(self) -> Manifest:
        """The project's manifest."""
        return self.project.manifest

    @property
    def pyodide(self) -> Path:
        """The folder of the pyodide package."""
        return self.modules / "pyodide"

    @cached_property
    def lock_info(self) -> dict[str, str]:
        """What Pyodide wants to know of its own build."""
        info: dict[str, str] = json.loads((self.pyodide / "pyodide-lock.json").read_text("utf-8"))["info"]
        return info

    @cached_property
    def needs_pyscript(self) -> bool:
        """Whether the author's code imports `pyscript`."""
        return self.project.needs_pyscript()

    @cached_property
    def style(self) -> str:
        """The page's style sheet."""
        return (self.files.page / "style.css").read_text("utf-8")

    @cached_property
    def notices(self) -> str:
        """The notices of third-party parts, as a page."""
        parts = npm_notices(self.bundle.packages + self.npm.packages) | licenses(self.wheels)
        return notices_page(parts, f"{self.manifest.provider.name}: third-party notices")

    @cached_property
    def bill(self) -> bytes:
        """The bill of the same parts, and of what is not a package: Python itself, and cotab."""
        solution = self.manifest.solution
        parts = npm_parts(self.bundle.packages + self.npm.packages) + wheel_parts(self.wheels)
        own = [Part("generic", "cpython", self.lock_info["python"]), Part("pypi", "cotab", __version__, "MIT")]
        return bill(solution.unique_name, solution.version, parts + own)


def compose(ingredients: Ingredients) -> dict[str, bytes]:
    """Compose the content of every web resource, by its name below the solution's folder."""
    carriers = _carriers(ingredients)
    texts = {} if ingredients.manifest.page.runtime == "inline" else _beside_the_pages(ingredients, carriers)
    markup = _markup(ingredients, carriers)
    for mode in ingredients.manifest.modes:
        texts[f"{mode}.html"] = _page(ingredients, _config(ingredients, carriers, mode), markup)
    if ingredients.manifest.page.resident == "auto":
        texts[RESIDENT_PAGE] = _page(ingredients, _resident(ingredients, carriers), markup)
    texts |= _configuration(ingredients, carriers)
    files = ingredients.project.assets() | icons(ingredients.project, ingredients.files)
    own = {name: path.read_bytes() for name, path in files.items()} | ingredients.npm.files
    return {name: text.encode() for name, text in texts.items()} | own


def icons(project: Project, files: KitFiles) -> dict[str, Path]:
    """Find the icon of each mode's button by its name as a web resource: the author's file, or the kit's."""
    return {
        icon_file(mode.mode): project.root / mode.given.icon if mode.given.icon else files.icons / f"{mode.mode}.svg"
        for mode in resolved_modes(project.manifest)
        if mode.icon
    }


def project_files(project: Project) -> Files:
    """Pack the author's modules as they travel."""
    return {name: read_source(path) for name, path in project.modules().items()}


def gather(project: Project, files: KitFiles, modules: Path, wheels: list[Path]) -> tuple[Packages, SnapshotInputs]:
    """Gather what Python finds in the page beside its standard library, and what of it goes into a snapshot."""
    packages = collect(wheels, files.library)
    if project.manifest.page.resident == "off":
        for path in OF_THE_RESIDENT:
            del packages.files[path]
    page_only: tuple[str, ...] = ()
    if project.manifest.page.boot == "pyscript":
        sources = modules / "@pyscript" / "core" / "src" / "stdlib" / "pyscript"
        packages.files |= {f"pyscript/{path.name}": read_source(path) for path in sorted(sources.glob("*.py"))}
        page_only = ("pyscript",)
    pyodide, libraries = modules / "pyodide", packages.libraries
    main = main_module(pyodide, tuple(libraries.values()))
    wanted = wanted_of_javascript(main, libraries.values())
    page, own = project.manifest.page, project_files(project)
    given = page.adapter, page.settings, page.resident == "auto"
    return packages, SnapshotInputs(pyodide, main, wanted, packages.code, own, libraries, page_only, *given)


def _carriers(ingredients: Ingredients) -> list[Carrier]:
    """Pack everything binary that the page needs and that is not fetched from a public address."""
    pyodide, packages = ingredients.pyodide, ingredients.packages
    contents = {
        "packages.json": (archive(packages.code), JSON_TYPE),
        "metadata.json": (archive(packages.metadata), JSON_TYPE),
        "project.json": (archive(project_files(ingredients.project)), JSON_TYPE),
    }
    libraries = {path.rpartition("/")[2]: data for path, data in packages.libraries.items()}
    if ingredients.manifest.page.runtime == "cdn":
        contents |= {name: (data, WASM_TYPE) for name, data in libraries.items()}
    else:
        for name, data in {MAIN: ingredients.main, **libraries}.items():
            contents |= {part: (content, WASM_TYPE) for part, content in halves(name, data).items()}
        contents["python_stdlib.zip"] = ((pyodide / "python_stdlib.zip").read_bytes(), "application/zip")
    if ingredients.snapshot is not None:
        contents[SNAPSHOT] = (ingredients.snapshot.content, SNAPSHOT_TYPE)
        contents[LATE] = (archive(ingredients.snapshot.late), JSON_TYPE)
    limit = ingredients.manifest.page.max_web_resource_bytes
    cache = ingredients.project.workspace.cache
    with ThreadPoolExecutor() as pool:
        return list(pool.map(lambda name: carry(name, *contents[name], limit, cache), contents))


@lru_cache(maxsize=16)  # the preview makes a page after every edit
def halves(name: str, module: bytes) -> dict[str, bytes]:
    """Split a wasm module as the page loads it: what a start runs, if that is known, and the rest."""
    used = used_at_start(module)
    if used is None:
        return {name: module}
    halves = split(module, used)
    return {name: halves.first, rest_of(name): halves.rest}


def rest_of(name: str) -> str:
    """Return the name of a module's second half."""
    return f"{name}.rest"


def _modules(ingredients: Ingredients) -> list[str]:
    """Name what the page compiles by itself, once it may run. A runtime from a CDN compiles the libraries itself."""
    libraries = [path.rpartition("/")[2] for path in sorted(ingredients.packages.libraries)]
    return [MAIN, *([] if ingredients.manifest.page.runtime == "cdn" else libraries)]


def _beside_the_pages(ingredients: Ingredients, carriers: list[Carrier]) -> dict[str, str]:
    """Make the files that all pages share."""
    scripts = dict(ingredients.bundle.scripts)
    if ingredients.manifest.page.boot == "pyodide":
        del scripts["pyscript.js"]
    about = {"notices.html": ingredients.notices, "sbom.xml": bill_as_xml(ingredients.bill)}
    return {**scripts, **_parts(carriers), "style.css": ingredients.style, **about}


def _parts(carriers: list[Carrier]) -> dict[str, str]:
    return {name: text for carrier in carriers for name, text in carrier.parts.items()}


def _markup(ingredients: Ingredients, carriers: list[Carrier], *styles: Path) -> dict[str, str]:
    """Write style, scripts and carriers as a page refers to them or holds them. `styles` are further style sheets."""
    scripts = ingredients.bundle.scripts
    if ingredients.manifest.page.runtime != "inline":
        return html.linked(*(path.name for path in styles))
    style = "".join([ingredients.style, *(path.read_text("utf-8") for path in styles)])
    return html.inlined(
        style, (scripts["floor.js"], scripts["boot.js"]), scripts["inline.js"], _parts(carriers), ingredients.notices
    )


def _page(ingredients: Ingredients, config: PageConfig, markup: dict[str, str], template: str | None = None) -> str:
    index = (ingredients.files.page / "index.html").read_text("utf-8")
    privacy_url = ingredients.manifest.publisher.privacy_url
    return html.render(template or index, config, privacy_url, markup, {"index.html": index})


def _resident(ingredients: Ingredients, carriers: list[Carrier]) -> PageConfig:
    """Return the contract with the resident: that of a tab, for whichever mode, without events of its own."""
    tab = _config(ingredients, carriers, next(iter(ingredients.manifest.modes)))
    return tab.model_copy(update={"mode": "resident", "main": RUN_RESIDENT, "events": {"connected": "", "ended": ""}})


def _configuration(ingredients: Ingredients, carriers: list[Carrier]) -> dict[str, str]:
    """Make the configuration page and the files that it alone has."""
    manifest, folder = ingredients.manifest, ingredients.files.page / "configuration"
    content = archive(configuration_files(ingredients.files.library))
    limit, cache = manifest.page.max_web_resource_bytes, ingredients.project.workspace.cache
    own = carry(configuration.CARRIER, content, JSON_TYPE, limit, cache)
    style = folder / "configuration.css"
    config = configuration.config(manifest, _config(ingredients, [*carriers, own], None))
    template = (folder / CONFIGURATION_PAGE).read_text("utf-8")
    page = _page(ingredients, config, _markup(ingredients, [*carriers, own], style), template)
    if manifest.page.runtime == "inline":
        return {CONFIGURATION_PAGE: page}
    trial = configuration.trial(manifest, ingredients.files.page)
    beside = {style.name: style.read_text("utf-8"), configuration.TRIAL_PAGE: trial}
    return {CONFIGURATION_PAGE: page, **beside, **own.parts}


def _config(ingredients: Ingredients, carriers: list[Carrier], mode: EscalationMode | None) -> PageConfig:
    """Return the contract with the page of a mode; without a mode, the configuration page's share of it.

    The author's code does not run there, so it need not be there, and PyScript is not needed for its sake.
    """
    manifest, page = ingredients.manifest, ingredients.manifest.page
    names = {carrier.name for carrier in carriers}
    return PageConfig(
        mode=mode or "configuration",
        provider=manifest.provider.name,
        adapter=page.adapter if mode else "",
        folder=manifest.folder,
        settings=page.settings if mode else {},
        settings_variable=schema_name(manifest) if mode and page.settings else "",
        provider_timeout_seconds=page.provider_timeout_seconds,
        resident=page.resident if mode else "off",
        cotab_version=__version__,
        build=ingredients.build_id,
        main=RUN_TAB if mode else configuration.RUN,
        texts={} if mode else configuration.texts(ingredients.files.page),
        boot=page.boot,
        boot_timeout_seconds=page.boot_timeout_seconds,
        needs_pyscript=mode is not None and ingredients.needs_pyscript,
        runtime=page.runtime,
        events={"connected": mode.connected_event if mode else "", "ended": mode.ended_event if mode else ""},
        lock=json.dumps({"info": ingredients.lock_info, "packages": {}}, sort_keys=True),
        env=ENVIRONMENT,
        libraries=sorted(ingredients.packages.libraries),
        archives=[
            {"carrier": "packages.json", "folder": SITE_PACKAGES, "in_snapshot": True},
            {"carrier": "metadata.json", "folder": SITE_PACKAGES, "in_snapshot": False},
            {"carrier": "project.json", "folder": PROJECT_FOLDER, "in_snapshot": False}
            if mode
            else {"carrier": configuration.CARRIER, "folder": SITE_PACKAGES, "in_snapshot": False},
        ],
        snapshot=SNAPSHOT if ingredients.snapshot else "",
        late=LATE if ingredients.snapshot else "",
        memory=ingredients.snapshot.memory if ingredients.snapshot else 0,
        modules=_modules(ingredients),
        rests={name: rest_of(name) for name in names if rest_of(name) in names},
        exported_places=exported_places(ingredients.main) if page.runtime != "cdn" else {},
        carriers={carrier.name: carrier.entry() for carrier in carriers},
        remote=remote_files(ingredients.pyodide, page.cdn) if page.runtime == "cdn" else {},
    )
