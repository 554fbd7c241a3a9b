"""Build a project's tab and what installs it, in its dist folder, with a report of what is there.

A build whose inputs have not changed since the last one is not made again.
"""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from cotab import __version__
from cotab_kit.build.bundle import make_bundle
from cotab_kit.build.compose import Ingredients, compose, gather, icons
from cotab_kit.build.fast_start.snapshot import make_snapshot
from cotab_kit.build.npm import NpmBundle, bundle_npm
from cotab_kit.build.report import Report, file_entry
from cotab_kit.build.tandem import build_relay
from cotab_kit.errors import BuildError
from cotab_kit.layout import KitFiles, kit_files, source_root
from cotab_kit.manifest.model import MANIFEST
from cotab_kit.manifest.resolved import configuration_page
from cotab_kit.solution.package import MADE, packages
from cotab_kit.solution.web_resource_rules import check_resources
from cotab_kit.tools.cache import digest, prune
from cotab_kit.tools.node import Node, ensure_node
from cotab_kit.tools.wheels import ensure_pure_wheels, ensure_wheels

if TYPE_CHECKING:
    from cotab_kit.progress import Steps
    from cotab_kit.project.project import Project

REPORT = "build.json"
SBOM = "sbom.cdx.json"
LOGO = "logo32x32.png"
WEB_RESOURCES = "webresources"
UNRECOVERABLE = {
    ("SyntaxError", "IndentationError", "TabError"): "Correct the file at that line.",
    ("ImportError", "ModuleNotFoundError"): (
        "Correct the name, or add the package that is missing to `packages` under [page] in provider.toml"
    ),
}

# A page that is one file holds the runtime; the size limit is the org's to raise.
INLINE_LIMIT = 100_000_000


def build(project: Project, steps: Steps) -> Report:
    """Make the tab in `project.dist`, unless it is up to date. Return what dist/build.json holds."""
    project.check()
    parts = _Parts.of(project, steps)
    if _is_of_the_checkout(project):
        build_relay(parts.node, parts.files, project.workspace, project.dist, steps)
    report = _finished_before(project.dist, parts.inputs)
    if report is not None:
        steps.fresh("build")
        return report
    with steps.step(f"Building {project.manifest.provider.name}"):
        resources, left_out, bill = _compose(project, parts)
        installers = packages(project.manifest, project.root, resources, (parts.files.icons / LOGO).read_bytes())
        report = _write(project, resources, installers, bill, parts.inputs)
    # Not after a build that found all done: it has used nothing, and what it needs would look unused one day.
    prune([project.workspace.wheels, *project.workspace.cache.iterdir()])
    for package in parts.npm.unlicensed:
        steps.note(f"{package} names no license. Its publisher alone can say whether you may give this solution away.")
    for finding in left_out:
        steps.note("{file}:{line}: not in the snapshot, the page imports it itself: {reason}".format_map(finding))
    return report


def _is_of_the_checkout(project: Project) -> bool:
    """Return whether it is cotab's own project, built as it is: its relay comes with it."""
    source = source_root()
    return source is not None and project.root == source / "webresource" and not project.overrides


def draft(project: Project, steps: Steps) -> dict[str, bytes]:
    """Return the web resources by their full names, for a look at an edit: nothing is written, little made anew.

    The author's code is not in the snapshot, which so remains the same; the page imports it. Raises BuildError.
    """
    project.check()
    return _compose(project, _Parts.of(project, steps), is_draft=True)[0]


@dataclass(frozen=True)
class _Parts:
    """The parts of a page beside the project; `inputs` is one hash of everything that decides about the output."""

    files: KitFiles
    node: Node
    wheels: list[Path]
    npm: NpmBundle
    inputs: str

    @classmethod
    def of(cls, project: Project, steps: Steps) -> Self:
        files = kit_files()
        node = ensure_node(project.workspace, files, steps, dev=source_root() is not None)
        wheels = ensure_wheels(files.wheels_lock, project.workspace, steps)
        if project.manifest.page.packages:
            wheels += ensure_pure_wheels(project.manifest.page.packages, project.workspace, steps)
        return cls(
            files,
            node,
            wheels,
            bundle_npm(project.npm, project.workspace, node, steps),
            digest(_inputs(project, files)),
        )


def _compose(
    project: Project, parts: _Parts, *, is_draft: bool = False
) -> tuple[dict[str, bytes], list[dict[str, Any]], bytes]:
    """Compose the web resources by their full names; list the author's modules that could not be in the snapshot.

    The bill of materials comes with them.
    """
    page, node, cache = project.manifest.page, parts.node, project.workspace.cache
    python, inputs = gather(project, parts.files, node.modules, parts.wheels)
    bundle = make_bundle(node, parts.files, project.workspace, page.runtime, inputs.wanted)
    snapshot = make_snapshot(node, replace(inputs, project={}) if is_draft else inputs, cache)
    _require_modules(snapshot.left_out, page.adapter.partition(":")[0])
    if snapshot.settings_problem:
        raise BuildError(snapshot.settings_problem, hint=f"Correct them, or the class Settings of {page.adapter}")
    kept = None if page.runtime == "cdn" else snapshot  # an author's snapshot is on no CDN
    build_id = parts.inputs[:16]
    made = Ingredients(
        project, parts.files, node.modules, bundle, python, inputs.main, kept, parts.wheels, parts.npm, build_id
    )
    resources = compose(made)
    limit = INLINE_LIMIT if page.runtime == "inline" else page.max_web_resource_bytes
    check_resources(resources, project.manifest.folder, limit)
    named = {f"{project.manifest.folder}/{name}": content for name, content in resources.items()}
    return named, snapshot.left_out if kept else [], made.bill


def _require_modules(left_out: list[dict[str, Any]], adapter: str) -> None:
    """Raise BuildError if the adapter's module cannot be found or read: the page could do no better."""
    for finding in left_out:
        hints = [hint for kinds, hint in UNRECOVERABLE.items() if finding["reason"].startswith(kinds)]
        if finding["module"] == adapter and hints:
            raise BuildError("{file}:{line}: {reason}".format_map(finding), hint=hints[0])


def _inputs(project: Project, files: KitFiles) -> dict[str, object]:
    """Name everything that decides about the output, the same wherever the kit and the project lie."""
    kit = Path(__file__).resolve().parents[1]
    folders = {"page": files.page, "icons": files.icons, "cotab": files.library}
    folders["cotab_setup"] = files.library.parent / "cotab_setup"
    folders |= {f"kit/{name}": kit / name for name in ("build", "manifest", "project", "solution", "tools")}
    folders |= {f"kit/{path.name}": path for path in kit.glob("*.py")}
    own = {MANIFEST: project.root / MANIFEST, **project.modules(), **project.assets(), **icons(project, files)}
    appsource = project.manifest.appsource
    own |= {project.npm.lock.name: project.npm.lock} if project.npm.wanted else {}
    own |= {f"appsource/{name}": project.root / name for name in (appsource.logo, appsource.terms) if name}
    locks = {"package-lock": files.package_lock, "wheels-lock": files.wheels_lock}
    given = {f"project/{name}": path for name, path in own.items()}
    return {"overrides": project.overrides, **folders, **locks, **given}


def _finished_before(dist: Path, inputs: str) -> Report | None:
    """Return the report of the last build, if it had the same inputs and its files are still there."""
    try:
        report: Report = json.loads((dist / REPORT).read_text("utf-8"))
        if report["inputs"] != inputs:
            return None
        sizes = {dist / WEB_RESOURCES / file["name"]: file["bytes"] for file in report["files"]}
        sizes |= {dist / file["name"]: file["bytes"] for file in report["packages"]}
        whole = all(path.stat().st_size == size for path, size in sizes.items()) and (dist / SBOM).is_file()
    except (OSError, ValueError, KeyError, TypeError):  # absent, or not ours: build
        return None
    return report if whole else None


def _write(
    project: Project, resources: dict[str, bytes], installers: dict[str, bytes], bill: bytes, inputs: str
) -> Report:
    manifest = project.manifest
    for name in (REPORT, SBOM):
        (project.dist / name).unlink(missing_ok=True)  # an interrupted build must not look finished
    _remove_earlier(project.dist)
    files = {project.dist / WEB_RESOURCES / name: content for name, content in resources.items()}
    files |= {project.dist / name: content for name, content in (installers | {SBOM: bill}).items()}
    for path, content in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    report: Report = {
        "name": manifest.provider.name,
        "version": manifest.solution.version,
        "cotab_version": __version__,
        "boot": manifest.page.boot,
        "runtime": manifest.page.runtime,
        "pages": {mode: f"{manifest.folder}/{mode}.html" for mode in manifest.modes},
        "configuration": configuration_page(manifest),
        "files": _entries(project, resources),
        "packages": [{"name": name, "bytes": len(content)} for name, content in sorted(installers.items())],
        "inputs": inputs,
    }
    (project.dist / REPORT).write_text(json.dumps(report, indent=1, sort_keys=True) + "\n", "utf-8", newline="\n")
    return report


def _entries(project: Project, resources: dict[str, bytes]) -> list[dict[str, Any]]:
    folder, with_snapshot = project.manifest.folder, project.manifest.page.runtime != "cdn"

    def entry(name: str) -> dict[str, Any]:
        return file_entry(folder, name.removeprefix(f"{folder}/"), resources[name], with_snapshot=with_snapshot)

    with ThreadPoolExecutor() as pool:
        return list(pool.map(entry, sorted(resources)))


def _remove_earlier(dist: Path) -> None:
    """Remove all that an earlier build left, or raise an error: it must not be shipped."""
    for path in dist.iterdir() if dist.is_dir() else ():
        if path.name == WEB_RESOURCES or (MADE.fullmatch(path.name) and path.is_dir()):
            shutil.rmtree(path)
        elif MADE.fullmatch(path.name):
            path.unlink()
