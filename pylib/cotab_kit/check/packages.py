"""What `check` says of the packages of [page.npm]: their sizes, and what Microsoft's rules find in the scripts."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from cotab_kit.build.npm import NpmBundle, bundle_npm
from cotab_kit.errors import BuildError, Finding
from cotab_kit.manifest.model import MANIFEST
from cotab_kit.solution.web_resource_rules import resource_findings
from cotab_kit.tools.npm import lock_problem

if TYPE_CHECKING:
    from cotab_kit.check.lint import Hit
    from cotab_kit.progress import Steps
    from cotab_kit.project.project import Project
    from cotab_kit.tools.node import Node

KEY = "page.npm"
TOO_LARGE = "look for a smaller build of the package, or raise the limit here and in the org"


def bundled(project: Project, node: Node, steps: Steps) -> tuple[NpmBundle, list[Finding]]:
    """Bundle the packages, if they are locked, and say how large they are; find what Dataverse would refuse."""
    manifest, where = project.manifest, str(project.root / MANIFEST)
    if lock_problem(project.npm):
        return NpmBundle({}), []  # which is a finding of the project
    try:
        bundle = bundle_npm(project.npm, project.workspace, node, steps)
    except BuildError as error:
        return NpmBundle({}), [Finding(where, KEY, "", str(error), error.hint)]
    for name, content in bundle.files.items():
        wire = len(gzip.compress(content, compresslevel=6, mtime=0))
        steps.note(f"{name}: {len(content):,} bytes, {wire:,} over the wire")
    for package in bundle.unlicensed:
        steps.note(f"{package} names no license. Its publisher alone can say whether you may give this solution away.")
    refused = resource_findings(bundle.files, manifest.folder, manifest.page.max_web_resource_bytes)
    return bundle, [Finding(where, KEY, "", f"{name}: {problem}", TOO_LARGE) for name, problem in refused]


def rule_findings(hits: Iterable[Hit]) -> list[Finding]:
    """Make one finding of each rule that finds something: nobody corrects a minified script by its lines."""
    counted = Counter((hit.file, hit.rule, hit.message) for hit in hits)
    return [
        Finding(file, "", "", f"{rule}, {_times(count)}: {message}", f"{_fix(file)}")
        for (file, rule, message), count in sorted(counted.items())
    ]


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _fix(file: str) -> str:
    return f'ask the vendor for a build without it, or say why it stays: "{file}" = "..." in [appsource.justifications]'
