"""Find everything that is wrong with a project, at once, without building it.

The manifest and its rules, the author's code and assets, and Microsoft's rules for web resources on every script that
is shipped. What certification wants to read about the latter goes into dist/justifications.md.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from cotab._limits import NO_MODULE, limit_of
from cotab_kit.build.bundle import make_bundle
from cotab_kit.build.fast_start.exports import main_module, wanted_of_javascript
from cotab_kit.build.packages import collect
from cotab_kit.check.in_the_page import Use, uses
from cotab_kit.check.lint import Hit, justifications_page, lint, reason
from cotab_kit.check.packages import bundled, rule_findings
from cotab_kit.errors import BuildError, Finding, ManifestError
from cotab_kit.layout import kit_files
from cotab_kit.manifest.findings import finding
from cotab_kit.manifest.load import read_manifest
from cotab_kit.manifest.model import MANIFEST
from cotab_kit.project.project import COTABS_OWN, PAGE_PACKAGES
from cotab_kit.project.sources import read_source, top_level_names
from cotab_kit.solution.web_resource_rules import resource_findings
from cotab_kit.tools.node import ensure_node
from cotab_kit.tools.wheels import ensure_wheels

if TYPE_CHECKING:
    from cotab_kit.progress import Steps
    from cotab_kit.project.project import Project

JUSTIFICATIONS = "justifications.md"
# The keys by which it is known what is shipped.
SHIPPING = {"page", "page.assets", "page.runtime"}


def check(project: Project, steps: Steps) -> list[Finding]:
    """Find everything that is wrong. Raises ManifestError where there is no project at all."""
    path = project.root / MANIFEST
    try:
        manifest, findings = read_manifest(path, project.overrides)
    except ManifestError as error:
        if not path.exists():
            raise
        return [Finding(str(path), "", "", str(error).removeprefix(f"{path}: "), error.hint)]
    wrong = [found.key for found in findings]
    whole = project.with_manifest(manifest)
    findings += _project(whole, wrong)
    if not SHIPPING & set(wrong):
        findings += _assets(whole)
        findings += _scripts(whole, steps)
    return findings


def _project(project: Project, wrong: Iterable[str]) -> list[Finding]:
    """Find what is wrong with the author's code, but for what only follows from a wrong key."""
    problems = {
        str(problem): problem
        for key, problem in project.problems()
        if not any(key == other or key.startswith(f"{other}.") for other in wrong)
    }
    for path in project.modules().values():
        try:
            top_level_names(path)
        except BuildError as error:
            problems[str(error)] = error
    found = [_from_error(problem, project.root / MANIFEST) for problem in problems.values()]
    return found + what_cannot_work(project)


def what_cannot_work(project: Project) -> list[Finding]:
    """Find what no page can do in the author's code; what cannot be read is a finding already."""
    modules = project.modules()
    own = {name.partition("/")[0].removesuffix(".py") for name in modules}
    there = (set(sys.stdlib_module_names) - set(NO_MODULE.modules)) | PAGE_PACKAGES | COTABS_OWN | own
    packages = project.manifest.page.packages  # the names of their modules are not known before they are installed

    def is_there(name: str) -> bool:
        return name in there or (bool(packages) and limit_of(name) is None)

    found = []
    for path in modules.values():
        with suppress(BuildError, SyntaxError, ValueError, RecursionError, MemoryError):
            found += [_use(path, use) for use in uses(read_source(path), is_there)]
    return found


def _use(path: Path, use: Use) -> Finding:
    return Finding(f"{path}:{use.line}", "", "", f"{use.what}: {use.limit.problem}", use.limit.instead)


def _from_error(problem: BuildError, path: Path) -> Finding:
    """Make a finding of an error, about the file that it begins with, else about the manifest."""
    file, colon, text = str(problem).partition(": ")
    return Finding(file if colon else str(path), "", "", text or file, problem.hint)


def _assets(project: Project) -> list[Finding]:
    """Find what Dataverse would refuse of the author's files."""
    manifest = project.manifest
    contents = {name: path.read_bytes() for name, path in project.assets().items()}
    limit = manifest.page.max_web_resource_bytes
    fix = "rename, convert or shrink it"
    return [
        Finding(str(project.assets().get(name, project.root / MANIFEST)), "", "", problem, fix)
        for name, problem in resource_findings(contents, manifest.folder, limit)
    ]


def _scripts(project: Project, steps: Steps) -> list[Finding]:
    """Find what Microsoft's rules forbid and nobody has given a reason for."""
    files = kit_files()
    node = ensure_node(project.workspace, files, steps, dev=True)
    wheels = ensure_wheels(files.wheels_lock, project.workspace, steps)
    manifest = project.manifest
    with steps.step("Checking the scripts by Microsoft's rules"):
        own = {name: path for name, path in project.assets().items() if name.lower().endswith(".js")}
        texts, unreadable = _texts(project, own)
        libraries = collect(wheels, files.library).libraries.values()
        wanted = wanted_of_javascript(main_module(node.modules / "pyodide", tuple(libraries)), libraries)
        bundle = make_bundle(node, files, project.workspace, manifest.page.runtime, wanted)
        packages, refused = bundled(project, node, steps)
        of_npm = {name: content.decode() for name, content in packages.files.items()}
        every = bundle.scripts, texts, of_npm
        hits = [hit for scripts in every for hit in lint(node, scripts, project.workspace.cache)]
    given = manifest.appsource.justifications
    project.dist.mkdir(parents=True, exist_ok=True)
    page = justifications_page(manifest.provider.name, [hit for hit in hits if reason(hit, given)], given)
    (project.dist / JUSTIFICATIONS).write_text(page, "utf-8", newline="\n")
    left = [hit for hit in hits if not reason(hit, given)]
    found = [_hit(hit, own) for hit in left if hit.file not in of_npm]
    of_packages = rule_findings(hit for hit in left if hit.file in of_npm)
    return unreadable + refused + found + of_packages + _unused(project, [*own, *of_npm])


def _texts(project: Project, scripts: dict[str, Path]) -> tuple[dict[str, str], list[Finding]]:
    """Read the author's scripts; those that cannot be read are findings."""
    texts, findings = {}, []
    for name, path in scripts.items():
        try:
            texts[name] = read_source(path)
        except BuildError as error:
            findings.append(_from_error(error, project.root / MANIFEST))
    return texts, findings


def _hit(hit: Hit, own: dict[str, Path]) -> Finding:
    fix = f'correct it, or say why it stays: "{hit.file}" = "..." in [appsource.justifications]'
    file = own.get(hit.file, hit.file)
    return Finding(f"{file}:{hit.line}:{hit.column}", "", "", f"{hit.rule}: {hit.message}", fix)


def _unused(project: Project, own: Iterable[str]) -> list[Finding]:
    names = set(own)
    key = "appsource.justifications"
    return [
        finding(
            project.root / MANIFEST,
            f"{key}.{name}",
            text,
            "no such script is shipped",
            'write "assets/..." or "npm/..."',
        )
        for name, text in project.manifest.appsource.justifications.items()
        if name not in names
    ]
